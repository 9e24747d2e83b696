"""What ties a plan's document and the secret of its days to its lottery: both stand in the sealed plan.json.

The members of plan.json are fixed by section 13 of the protocol; the version of the program is free text there. In the
manner of a build's metadata it carries the hash of the document that the program made and the commitment of the
secret that will join the seed of the days, `0.1.0+document.<sha256>.days.<commitment>`. So M covers both, and M decides
the seed: another document would have drawn other months, and no other secret can be shown when the plan is closed.

>>> bound = bind_document("0.1.0", "ab" * 32, "cd" * 32)
>>> bound_document(bound) == "ab" * 32, bound_days(bound) == "cd" * 32
(True, True)
>>> bound_document("0.1.0"), bound_days("0.1.0+document." + "ab" * 32)
(None, None)
"""

from __future__ import annotations

import re

_BOUND = re.compile(r"\+document\.([0-9a-f]{64})(?:\.days\.([0-9a-f]{64}))?")


def bind_document(version: str, sha256: str, days: str) -> str:
    """Return a program's version with the hash (hex) of a document it made and the commitment of the days' secret."""
    return f"{version}+document.{sha256}.days.{days}"


def bound_document(version: str) -> str | None:
    """Return the hash that a version carries, None when it carries none."""
    return _bound(version, 1)


def bound_days(version: str) -> str | None:
    """Return the commitment of the days' secret that a version carries, None when it carries none."""
    return _bound(version, 2)


def _bound(version: str, part: int) -> str | None:
    found = _BOUND.search(version)
    return found[part] if found and found.end() == len(version) else None
