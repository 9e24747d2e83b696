"""Tables at the terminal: columns stay aligned when Chinese and Latin stand side by side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scheduler.commands.text_table import pad, text_table, width


def test_wide_characters_take_two_columns_and_combining_marks_none() -> None:
    assert [width(text) for text in ("abc", "处室", "ＡＢ", "e\u0301", "")] == [3, 4, 4, 1, 0]


def test_words_stand_left_and_figures_right() -> None:
    table = text_table(["处室", "Days"], [["执法大队", "12"], ["Bureau", "1240"]])
    assert table.splitlines() == [
        "处室      Days",
        "--------  ----",
        "执法大队    12",
        "Bureau    1240",
    ]


@given(st.lists(st.text(st.sampled_from("ab处室１é"), max_size=8), min_size=1, max_size=5))
def test_every_padded_text_takes_the_same_columns(texts: list[str]) -> None:
    columns = max(map(width, texts))
    assert {width(pad(text, columns, right)) for text in texts for right in (True, False)} == {columns}
