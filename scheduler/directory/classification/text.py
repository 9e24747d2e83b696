"""Text as it is matched: one character for one character, so that a place in it is a place in the original."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FOLD = {**_WIDE, **str.maketrans("【】〔〕〖〗﹙﹚　", "[][][]() ")}
BRANCHES = 6  # alternatives tried in a row before they are split: measured, not felt
_RARE = re.compile(f"[{re.escape(''.join(map(chr, _FOLD)))}]")


def fold(text: str) -> str:
    """Return the text with full-width forms and odd brackets as plain ones; its length stays the same.

    >>> fold("危险化学品（甲醇）、１，２－二甲苯【稳定的】")
    '危险化学品(甲醇)、1,2-二甲苯[稳定的]'
    """
    plain = text.replace("（", "(").replace("）", ")").replace("；", ";").replace("，", ",")
    return plain.translate(_FOLD) if _RARE.search(plain) else plain


class _Node(dict[str, "_Node"]):
    """A node of a tree of words; the key "" says that a word ends here."""


def _choice(branches: dict[str, str]) -> str:
    """Return the alternation of branches by their first letter, halved by look-ahead so that few are tried."""
    if len(branches) <= BRANCHES:
        return f"(?:{'|'.join(branches.values())})" if len(branches) > 1 else "".join(branches.values())
    letters = list(branches)
    step = -(-len(letters) // BRANCHES)
    parts = [letters[place : place + step] for place in range(0, len(letters), step)]
    return f"(?:{'|'.join(_ahead(part) + _choice({x: branches[x] for x in part}) for part in parts)})"


def _ahead(letters: Iterable[str]) -> str:
    return f"(?=[{re.escape(''.join(letters))}])"


def first_letters(words: Iterable[str]) -> str:
    """Return a look-ahead for the first letters of words: a pattern that starts with it is sought much faster."""
    return _ahead(sorted({fold(word)[0] for word in words}))


def _pattern(node: _Node) -> str:
    branches = {x: re.escape(x) + _pattern(node[x]) for x in sorted(node) if x}
    if not branches:
        return ""
    joined = _choice(branches)
    return f"(?:{joined})?" if "" in node else joined


def words_pattern(words: Iterable[str]) -> str:
    """Return a regular expression that matches the longest of the words at a place; folded, order-free.

    >>> re.findall(words_pattern(["汽油", "汽油机", "柴油"]), "汽油机、柴油")
    ['汽油机', '柴油']
    """
    root = _Node()
    for word in words:
        node = root
        for letter in fold(word):
            node = node.setdefault(letter, _Node())
        node[""] = _Node()
    return f"(?:{_ahead(sorted(root))}{_pattern(root)})" if root else r"(?!)"
