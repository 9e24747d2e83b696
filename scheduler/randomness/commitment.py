"""The office's committed secret of a sealed draw: committed before the other values exist (protocol section 3)."""

from __future__ import annotations

import hashlib
import re
import secrets

from scheduler.errors import InvalidInput

_SECRET = re.compile(r"[0-9a-f]{64}")


def new_secret() -> str:
    """Return 32 bytes from the system's cryptographic generator as 64 hex characters."""
    return secrets.token_hex(32)


def commitment(draw: str, source: str, secret: str) -> str:
    """Return H("double-random/1/commit" LF draw LF source id LF secret hex LF) as 64 hex characters."""
    return hashlib.sha256(f"double-random/1/commit\n{draw}\n{source}\n{secret}\n".encode("ascii")).hexdigest()


def read_secret(draw: str, source: str, committed: str, text: str) -> str:
    """Return the revealed secret once it opens the commitment.

    Raises `InvalidInput`: `secret-form` or `secret-opens-nothing`.
    """
    secret = text.strip()
    if not _SECRET.fullmatch(secret):
        raise InvalidInput("secret-form")
    if commitment(draw, source, secret) != committed:
        raise InvalidInput("secret-opens-nothing", commitment=committed)
    return secret
