"""Passwords: argon2id hashes, and what a password must be."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from scheduler.errors import InvalidInput

SHORTEST = 10
LONGEST = 200
_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password; raise `InvalidInput` for one that is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInput("password-length", shortest=SHORTEST, longest=LONGEST)
    return _hasher.hash(password)


def is_password(password: str, stored: str) -> bool:
    """Say whether a password is the one behind a stored hash."""
    try:
        return _hasher.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


@cache
def decoy_hash() -> str:
    """Return a hash that unknown names are checked against, so that they take as long to refuse as known ones."""
    return _hasher.hash("no account has this password")
