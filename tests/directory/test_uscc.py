"""Credit codes: normal form, both check characters, and what a wrong code is told."""

from __future__ import annotations

import csv
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.directory.uscc import ALPHABET, check_uscc, complete_uscc, normalise_uscc
from scheduler.errors import InvalidInput

PUBLISHED = ("11220502013583620H", "11500237MB1511398M", "91350100M000100Y43")
# The weights of the standard's own table, written out.
OUTER = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
INNER = (3, 7, 9, 10, 5, 8, 4, 2)

characters = st.sampled_from(ALPHABET)
codes = st.builds(
    complete_uscc,
    st.text(characters, min_size=8, max_size=8),
    st.text(characters, min_size=8, max_size=8),
)


def is_valid_by_another_way(code: str) -> bool:
    """The checks as congruences: with their check characters the code sums to 0 mod 31, its core to 0 mod 11."""
    if len(code) != 18 or set(code) - set("0123456789ABCDEFGHJKLMNPQRTUWXY"):
        return False
    outer = sum(w * ALPHABET.index(c) for w, c in zip((*OUTER, 1), code, strict=True))
    values = dict(zip(string.digits + string.ascii_uppercase, range(36), strict=True))
    check = 10 if code[16] == "X" else (int(code[16]) if code[16].isdigit() else -1)
    inner = sum(w * values[c] for w, c in zip(INNER, code[8:16], strict=True)) + check
    return outer % 31 == 0 and check >= 0 and inner % 11 == 0


def refusal(text: str) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        check_uscc(text)
    return caught.value


@pytest.mark.parametrize("code", PUBLISHED)
def test_published_codes_are_valid(code: str) -> None:
    assert check_uscc(code) == code
    assert is_valid_by_another_way(code)


@given(codes)
def test_a_completed_code_is_valid_by_a_second_computation(code: str) -> None:
    assert check_uscc(code) == code
    assert is_valid_by_another_way(code)


@given(st.text(characters, min_size=18, max_size=18))
def test_both_computations_agree_on_any_eighteen_characters(code: str) -> None:
    try:
        accepted = check_uscc(code) == code
    except InvalidInput:
        accepted = False
    assert accepted == is_valid_by_another_way(code)


@given(codes, st.integers(0, 17), characters)
def test_one_wrong_character_is_always_noticed(code: str, place: int, wrong: str) -> None:
    changed = code[:place] + wrong + code[place + 1 :]
    if changed != code:
        assert refusal(changed).code in ("uscc-inner-check", "uscc-last-check")


@given(codes, st.integers(0, 16))
def test_two_neighbours_swapped_are_always_noticed(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if swapped != code:
        assert refusal(swapped).code in ("uscc-inner-check", "uscc-last-check")


@given(codes, st.integers(0, 18), st.sampled_from([" ", "-", "\u3000", "\u00a0", "\u200b", "—", "\ufeff", "\t"]))
def test_full_width_lower_case_and_marks_between_are_normalised(code: str, place: int, mark: str) -> None:
    wide = "".join(chr(ord(each) + 0xFEE0) for each in code.lower())
    assert normalise_uscc(wide[:place] + mark + wide[place:]) == code
    assert normalise_uscc(f" {code.lower()}\n") == code


def test_a_code_of_another_length_says_how_long_it_is() -> None:
    fault = refusal("91350100M000100Y4")
    assert (fault.code, fault.params["length"]) == ("uscc-length", 17)
    assert refusal("").params["length"] == 0


@pytest.mark.parametrize("character", "IOSVZ中é")
def test_a_character_outside_the_alphabet_is_named_with_its_place(character: str) -> None:
    fault = refusal("9135010" + character + "M000100Y43")
    assert fault.code == "uscc-character"
    assert (fault.params["place"], fault.params["character"]) == (8, character.upper())


def test_a_wrong_inner_check_says_which_character_is_expected() -> None:
    fault = refusal("91350100M000100X43")
    assert fault.code == "uscc-inner-check"
    right = refusal("91350100M000100Y53")
    assert (right.code, right.params["character"], right.params["expected"]) == ("uscc-inner-check", "5", "4")


def test_a_wrong_last_check_says_which_character_is_expected() -> None:
    fault = refusal("91350100M000100Y40")
    assert (fault.code, fault.params["character"], fault.params["expected"]) == ("uscc-last-check", "0", "3")


@pytest.mark.shared
def test_every_code_of_the_city_file_is_valid(shared: Path) -> None:
    with (shared / "data" / "jilin_city_enterprises.csv").open(encoding="utf-8", newline="") as stream:
        found = [row["统一社会信用代码"] for row in csv.DictReader(stream)]
    assert len(found) == 3258
    assert [code for code in found if check_uscc(code) != code] == []
