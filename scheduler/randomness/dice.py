"""Ten-sided dice rolled before witnesses: the digits in the order rolled, a ten written 0 (protocol section 3)."""

from __future__ import annotations

import re
import secrets

from scheduler.errors import InvalidInput

_BLANKS = re.compile(r"[\s,，、]+")


def read_rolls(text: str, count: int) -> str:
    """Return the digits as rolled, blanks and commas between them dropped; exactly `count` of them.

    Raises `InvalidInput`: `dice-digits` (something that is no digit) or `dice-rolls`.

    >>> read_rolls("31415 92653 58979 32384", 20)
    '31415926535897932384'
    """
    digits = _BLANKS.sub("", text)
    if not re.fullmatch(r"[0-9]*", digits):
        wrong = next(character for character in digits if character not in "0123456789")
        raise InvalidInput("dice-digits", character=wrong, position=digits.index(wrong) + 1)
    if len(digits) != count:
        raise InvalidInput("dice-rolls", wanted=count, found=len(digits))
    return digits


def roll_dice(count: int) -> str:
    """Let the program roll: for demonstrations only, because nobody can witness it."""
    return "".join(secrets.choice("0123456789") for _ in range(count))
