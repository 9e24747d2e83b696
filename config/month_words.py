"""Months of a year in words, the same on pages, in papers and at the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from config.messages import render

MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_YEAR = list(range(1, 13))


def write_months(months: Sequence[int], language: str) -> str:
    """Write ascending months: all twelve as the year, three and more in a row as a span, the others one by one.

    >>> write_months([1, 2, 4, 5, 6, 9], "zh"), write_months([1, 2, 4, 5, 6, 9], "en")
    ('1月、2月、4–6月、9月', 'Jan, Feb, Apr–Jun, Sep')
    """
    if list(months) == _YEAR:
        return render("page.word.whole_year", language)
    if language == "en":
        return ", ".join("–".join(MONTHS_EN[month - 1][:3] for month in run) for run in _runs(months))
    return "、".join("–".join(map(str, run)) + "月" for run in _runs(months))


def _runs(months: Sequence[int]) -> list[list[int]]:
    """Return the first and the last of each three or more in a row, every other month alone."""
    found: list[list[int]] = []
    for month in months:
        if found and month == found[-1][-1] + 1:
            found[-1].append(month)
        else:
            found.append([month])
    return [part for run in found for part in ([[run[0], run[-1]]] if len(run) > 2 else [[each] for each in run])]
