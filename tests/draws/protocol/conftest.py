"""Property tests here have no deadline: on a busy machine a single slow example says nothing."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("kernel", deadline=None)
settings.load_profile("kernel")
