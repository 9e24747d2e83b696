"""Months in words: the year as one, spans of three and more, the others one by one."""

from __future__ import annotations

import doctest

import pytest

from config import month_words
from config.month_words import write_months


def test_the_example_holds() -> None:
    assert doctest.testmod(month_words).failed == 0


@pytest.mark.parametrize(
    ("months", "zh", "en"),
    [
        ([], "", ""),
        ([7], "7月", "Jul"),
        ([7, 8], "7月、8月", "Jul, Aug"),
        ([6, 7, 8], "6–8月", "Jun–Aug"),
        ([1, 2, 3, 10, 11, 12], "1–3月、10–12月", "Jan–Mar, Oct–Dec"),
        (list(range(1, 12)), "1–11月", "Jan–Nov"),
        (list(range(1, 13)), "全年", "all year"),
    ],
)
def test_months_are_written_as_a_reader_would_say_them(months: list[int], zh: str, en: str) -> None:
    assert (write_months(months, "zh"), write_months(months, "en")) == (zh, en)
