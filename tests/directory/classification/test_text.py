"""Text is folded without moving a character, and words are found longest first, whatever their order."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from scheduler.directory.classification.text import first_letters, fold, words_pattern

LETTERS = st.text(alphabet="甲乙丙丁(、", min_size=1, max_size=5)


@given(st.text())
def test_folding_keeps_the_place_of_every_character(text: str) -> None:
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_full_width_forms_and_odd_brackets_become_plain_ones() -> None:
    assert fold("［瓶（桶）装］；１，２－二甲苯：【稳定的】｛含｝") == "[瓶(桶)装];1,2-二甲苯:[稳定的]{含}"


@given(st.lists(LETTERS, min_size=1, max_size=40), st.text(alphabet="甲乙丙丁(、", max_size=30))
def test_at_each_place_the_longest_word_is_found_and_nothing_else(words: list[str], text: str) -> None:
    pattern = re.compile(words_pattern(words))
    found = [(match.start(), match.group()) for match in pattern.finditer(text)]
    expected = []
    place = 0
    while place < len(text):
        here = [word for word in words if text.startswith(word, place)]
        if here:
            longest = max(here, key=len)
            expected.append((place, longest))
            place += len(longest)
        else:
            place += 1
    assert found == expected


@given(st.lists(LETTERS, min_size=1, max_size=20))
def test_the_order_of_words_changes_nothing(words: list[str]) -> None:
    assert words_pattern(words) == words_pattern(words[::-1])
    assert first_letters(words) == first_letters(words[::-1])


def test_no_words_match_nothing() -> None:
    assert re.search(words_pattern([]), "甲乙丙") is None
