"""The unified social credit code (GB 32100-2015): normal form, both check characters, and what a wrong one should be.

1. 18 characters over `0123456789ABCDEFGHJKLMNPQRTUWXY`: I, O, S, V and Z do not occur.
2. Characters 9 to 17 are an organisation code (GB 11714): eight characters of weight 3 7 9 10 5 8 4 2 and their check
   11 - sum mod 11, where 10 is written X and 11 is written 0.
3. Character 18 checks the 17 before it: (31 - sum of value times 3^place mod 31) mod 31; any of the 31 may stand there.

>>> normalise_uscc(" 91350100-m000100y43 ")
'91350100M000100Y43'
>>> check_uscc("91350100M000100Y43")
'91350100M000100Y43'
"""

from __future__ import annotations

import unicodedata

from scheduler.errors import InvalidInput

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_INNER_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
# In an organisation code a letter counts 10 for A to 35 for Z, also where letters of rule 1 are left out.
_INNER_VALUES = {character: int(character, 36) for character in ALPHABET}
# What people and programs put between the characters: blanks of any width, hyphens and dashes, invisible marks.
_DROPPED = {
    ord(each): None for each in " \t\r\n\u00a0\u3000\u200b\u200c\u200d\ufeff-\u2010\u2011\u2012\u2013\u2014\u2212'`"
}


def normalise_uscc(text: str) -> str:
    """Return the code in half-width capitals without blanks and hyphens; says nothing about its validity."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return unicodedata.normalize("NFKC", text).translate(_DROPPED).upper()


def inner_check(organisation: str) -> str:
    """Return the check character of the first eight characters of an organisation code."""
    rest = (
        11 - sum(_INNER_VALUES[each] * weight for each, weight in zip(organisation, _INNER_WEIGHTS, strict=True)) % 11
    )
    return {10: "X", 11: "0"}.get(rest) or str(rest)


def last_check(body: str) -> str:
    """Return the check character of the first 17 characters of a code."""
    return ALPHABET[-sum(_VALUES[each] * weight for each, weight in zip(body, _WEIGHTS, strict=True)) % 31]


def complete_uscc(authority: str, organisation: str) -> str:
    """Return the valid code of 8 leading characters and the first 8 characters of an organisation code."""
    body = authority + organisation + inner_check(organisation)
    return body + last_check(body)


def check_uscc(text: str) -> str:
    """Return the normal form of a code; raise `InvalidInput` saying what is wrong with it and what is expected.

    Codes: `uscc-length`, `uscc-character`, `uscc-inner-check`, `uscc-last-check`.
    """
    code = normalise_uscc(text)
    if len(code) != LENGTH:
        raise InvalidInput("uscc-length", value=code, length=len(code))
    for place, character in enumerate(code, start=1):
        if character not in _VALUES:
            raise InvalidInput("uscc-character", value=code, place=place, character=character)
    expected = inner_check(code[8:16])
    if code[16] != expected:
        raise InvalidInput("uscc-inner-check", value=code, character=code[16], expected=expected)
    expected = last_check(code[:17])
    if code[17] != expected:
        raise InvalidInput("uscc-last-check", value=code, character=code[17], expected=expected)
    return code
