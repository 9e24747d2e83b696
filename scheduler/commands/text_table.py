"""Tables of plain text whose columns stay aligned when Chinese and Latin stand side by side."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_GAP = "  "


def width(text: str) -> int:
    """Count the columns a terminal gives a text: wide and full-width characters take 2, combining marks none."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def pad(text: str, columns: int, right: bool = False) -> str:
    """Fill a text with blanks to a number of columns, on its right, or on its left for figures."""
    blanks = " " * (columns - width(text))
    return blanks + text if right else text + blanks


def text_table(head: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1) -> str:
    """Set a table: a head, a rule, the rows. The first `words` columns are words, the others figures (to the right)."""
    widths = [max(width(row[place]) for row in (head, *rows)) for place in range(len(head))]
    lines = [head, ["-" * columns for columns in widths], *rows]
    return "\n".join(
        _GAP.join(pad(cell, widths[place], right=place >= words) for place, cell in enumerate(line)).rstrip()
        for line in lines
    )
