"""What ties a plan's document to its lottery: the document's SHA-256 stands in the sealed plan.json.

The members of plan.json are fixed by section 13 of the protocol; the version of the program is free text there. In the
manner of a build's metadata it carries the hash of the document that the program made, `0.1.0+document.<sha256>`. So M
covers the document, M decides the seed, and another document would have drawn other months.

>>> bound_document(bind_document("0.1.0", "ab" * 32)) == "ab" * 32
True
>>> bound_document("0.1.0") is None
True
"""

from __future__ import annotations

import re

_BOUND = re.compile(r"\+document\.([0-9a-f]{64})")


def bind_document(version: str, sha256: str) -> str:
    """Return a program's version with the hash (hex) of a document it made."""
    return f"{version}+document.{sha256}"


def bound_document(version: str) -> str | None:
    """Return the hash that a version carries, None when it carries none."""
    found = _BOUND.search(version)
    return found[1] if found and found.end() == len(version) else None
