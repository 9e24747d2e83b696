"""Text as it is matched: one character for one character, so that a place in it is a place in the original."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_BRACKETS = str.maketrans("【】〔〕〖〗［］｛｝﹙﹚　", "[][][][]{}() ")
_FOLD = {**_WIDE, **_BRACKETS}


def fold(text: str) -> str:
    """Return the text with full-width forms and odd brackets as plain ones; its length stays the same."""
    return text.translate(_FOLD)


def _trie(words: Iterable[str]) -> dict[str, dict[str, object]]:
    root: dict[str, dict[str, object]] = {}
    for word in words:
        node: dict[str, dict[str, object]] = root
        for character in word:
            node = node.setdefault(character, {})  # type: ignore[assignment]
        node[""] = {}
    return root


def _pattern(node: Mapping[str, Mapping[str, object]]) -> str:
    branches = [
        re.escape(character) + _pattern(inner)  # type: ignore[arg-type]
        for character, inner in sorted(node.items())
        if character
    ]
    if not branches:
        return ""
    joined = branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"
    if "" not in node:
        return joined
    return f"(?:{joined})?"


def words_pattern(words: Iterable[str]) -> str:
    """Return a regular expression that matches the longest of the words at a place; folded, order-free.

    >>> re.findall(words_pattern(["汽油", "汽油机", "柴油"]), "汽油机、柴油")
    ['汽油机', '柴油']
    """
    unique = sorted({fold(word) for word in words})
    return _pattern(_trie(unique)) if unique else r"(?!)"
