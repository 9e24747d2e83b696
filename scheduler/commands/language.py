"""The language a command speaks, from the locale of the terminal."""

from __future__ import annotations

import os


def terminal_language() -> str:
    """Return zh when the locale begins with zh, else en."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh" if locale.lower().startswith("zh") else "en"
