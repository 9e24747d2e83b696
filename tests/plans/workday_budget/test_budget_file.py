"""The file of `plan budget`: whatever is wrong in it is refused with the path to it, never a traceback."""

from __future__ import annotations

import argparse
import ast
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.messages import is_listed, render
from config.settings import load_settings
from config.workdays import workday_catalogue
from scheduler.commands.plan_budget import MOST_BYTES, register_budget
from scheduler.draws.scope import FILTERS
from scheduler.errors import ServiceError
from scheduler.plans.json_input import parse_json
from scheduler.plans.workday_budget.budget import compute_budget
from scheduler.plans.workday_budget.budget_file import read_budgets

ROOT = Path(__file__).parent.parent.parent.parent
NON = {row.id: 0 for row in workday_catalogue().non_enforcement}


def read(data: bytes) -> None:
    for document in read_budgets(parse_json(data), workday_catalogue(), load_settings(None, {}).plan):
        compute_budget(document.given, {}, document.path)


def refusal(data: bytes) -> ServiceError:
    with pytest.raises(ServiceError) as refused:
        read(data)
    for language in ("zh", "en"):
        text = render(f"error.{refused.value.code}", language, **refused.value.params)
        assert "?" not in text
        assert text != render("error.unlisted", language)
    return refused.value


def budget(**changes: Any) -> dict[str, Any]:
    divisions = [{"name": "甲", "staff": 3}, {"name": "乙", "staff": 5, "other_enforcement": 6, "non_enforcement": 4}]
    return {"year": 2025, "divisions": divisions, **changes}


def second_division(**changes: Any) -> dict[str, Any]:
    base = budget()
    base["divisions"][1] |= changes
    return base


def earlier(**changes: Any) -> dict[str, Any]:
    return budget(history={"2024": {"divisions": [{"name": "甲", "staff": 2, **changes}]}})


@pytest.mark.parametrize(
    ("file", "code", "path"),
    [
        (second_division(staff=-1), "json-negative", "divisions[1].staff"),
        (second_division(staff=2.5), "json-fractional", "divisions[1].staff"),
        (second_division(staff="5"), "json-not-number", "divisions[1].staff"),
        (second_division(staff=True), "json-not-number", "divisions[1].staff"),
        (second_division(staff=None), "json-not-number", "divisions[1].staff"),
        (second_division(staff=2**53), "json-number-size", "divisions[1].staff"),
        (second_division(name=" "), "json-not-text", "divisions[1].name"),
        (second_division(name="甲\n乙"), "json-text-control", "divisions[1].name"),
        (second_division(name="\x1b[31m"), "json-text-control", "divisions[1].name"),
        (second_division(name="\ud800"), "json-text-control", "divisions[1].name"),
        (budget(**{"\x1b[31m": 1}), "json-member-unknown", r"'\x1b[31m'"),
        (second_division(name="甲"), "budget-division-twice", "divisions[1].name"),
        (second_division(stuff=1), "json-member-unknown", "divisions[1].stuff"),
        (second_division(other_enforcement=-6), "json-negative", "divisions[1].other_enforcement"),
        (second_division(other_enforcement=6.25), "json-days-decimals", "divisions[1].other_enforcement"),
        (second_division(other_enforcement="6"), "json-not-number", "divisions[1].other_enforcement"),
        (second_division(other_enforcement=2000), "budget-days-over-total", "divisions[1]"),
        (second_division(non_enforcement=[1, 2]), "budget-rows-count", "divisions[1].non_enforcement"),
        (second_division(non_enforcement=[]), "json-not-list", "divisions[1].non_enforcement"),
        (second_division(non_enforcement=[0, 0, -1, 0, 0, 0, 0]), "json-negative", "divisions[1].non_enforcement[2]"),
        (second_division(non_enforcement={}), "budget-row-missing", "divisions[1].non_enforcement.office-duty"),
        (second_division(non_enforcement={**NON, "tea": 1}), "json-member-unknown", "divisions[1].non_enforcement.tea"),
        (
            second_division(non_enforcement={**NON, "机关值班": 1}),
            "budget-row-twice",
            "divisions[1].non_enforcement.机关值班",
        ),
        (
            second_division(non_enforcement=NON, non_enforcement_rows=NON),
            "budget-rows-twice",
            "divisions[1].non_enforcement_rows",
        ),
        (second_division(printed={"holds": True}), "json-member-unknown", "divisions[1].printed.holds"),
        (budget(history={"2025": {"divisions": []}}), "budget-history-year", "history.2025"),
        (budget(history={"last": {"divisions": []}}), "budget-history-year", "history.last"),
        (budget(history={"2024": {}}), "json-member-missing", "history.2024.divisions"),
        (budget(history={"2024": {"divisions": [], "year": 1}}), "json-member-unknown", "history.2024.year"),
        (earlier(staff=1.5), "json-fractional", "history.2024.divisions[0].staff"),
        (earlier(printed={}), "json-member-unknown", "history.2024.divisions[0].printed"),
        (earlier(non_enforcement=-1), "json-negative", "history.2024.divisions[0].non_enforcement"),
        (earlier(non_enforcement=733), "budget-days-over-total", "history.2024.divisions[0]"),  # 2 x 366 = 732
        (
            earlier(non_enforcement=1, non_enforcement_rows=NON),
            "budget-history-sum",
            "history.2024.divisions[0].non_enforcement",
        ),
        (budget(divisions=[]), "json-not-list", "divisions"),
        (budget(divisions={}), "json-not-list", "divisions"),
        (budget(divisions=[3]), "json-not-object", "divisions[0]"),
        (budget(divisions=[{"name": "甲"}]), "json-member-missing", "divisions[0].staff"),
        ({"divisions": [{"name": "甲", "staff": 1}]}, "json-member-missing", "year"),
        ({"year": 2025}, "json-member-missing", "divisions"),
        (budget(year="2025"), "json-not-number", "year"),
        (budget(notes="x"), "json-member-unknown", "notes"),
        (budget(statutory_days=366), "budget-days-over-year", "statutory_days"),
        (budget(statutory_days=0), "budget-days-over-year", "statutory_days"),
        (budget(statutory_days=248.5), "json-fractional", "statutory_days"),
        (budget(statutory_days_reason="x"), "json-member-missing", "statutory_days"),
        (budget(statutory_days=250, statutory_days_reason=""), "json-not-text", "statutory_days_reason"),
        (budget(level="town"), "budget-level-unknown", "level"),
        (budget(registered_staff=7), "budget-registered-below-staff", "registered_staff"),
        (budget(shares={"key": 60, "general": 30, "reserve": 11}), "budget-shares", "shares"),
        (budget(shares={"key": 95}), "budget-shares", "shares"),
        (budget(shares={"general": 60}), "json-member-missing", "shares.key"),
        (budget(shares={"key": -1}), "json-negative", "shares.key"),
        (budget(printed={"totle": 1}), "json-member-unknown", "printed.totle"),
        (budget(printed={"percent": [1, 2]}), "budget-percent-count", "printed.percent"),
        (budget(printed={"percent": [1, 2, "three"]}), "json-not-number", "printed.percent[2]"),
        (budget(printed={"holds": "yes"}), "json-not-boolean", "printed.holds"),
        (budget(printed={"divisions": [{}]}), "budget-printed-divisions", "printed.divisions"),
        ({"budgets": []}, "json-not-list", "budgets"),
        ({"budgets": [budget(), second_division(staff=-1)]}, "json-negative", "budgets[1].divisions[1].staff"),
        ({"budgets": [second_division(other_enforcement=2000)]}, "budget-days-over-total", "budgets[0].divisions[1]"),
        ([], "json-not-object", "$"),
        (3, "json-not-object", "$"),
    ],
)
def test_a_fault_is_refused_with_its_path(file: object, code: str, path: str) -> None:
    refused = refusal(json.dumps(file).encode())
    assert (refused.code, refused.params["path"]) == (code, path)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "json-empty"),
        (b"\xef\xbb\xbf  \n", "json-empty"),
        ('{"year": "二"}'.encode("gb18030"), "json-not-utf8"),
        (b'{"year": 2025,}', "json-malformed"),
        (b"PK\x03\x04", "json-malformed"),
        (b'{"year": 2025, "year": 2024}', "json-member-twice"),
        (b'{"year": NaN}', "json-number-size"),
        (b'{"year": 1e999999999}', "json-number-size"),
        (b'{"year": ' + b"9" * 5000 + b"}", "json-number-size"),
        (b"[" * 200_000, "json-too-deep"),
    ],
)
def test_what_is_no_usable_json_is_refused(data: bytes, code: str) -> None:
    assert refusal(data).code == code


def test_a_malformed_file_is_refused_with_line_and_column() -> None:
    assert refusal(b'{\n "year": 2025\n "divisions": []}').params == {"line": 3, "column": 2}


def test_a_byte_order_mark_is_no_fault() -> None:
    read(b"\xef\xbb\xbf" + json.dumps(budget()).encode())


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["year", "divisions", "name", "staff", "printed", "percent", "budgets", "shares", "other_enforcement", "x"]
    ), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@given(JSON_VALUES)
def test_no_json_at_all_brings_anything_but_a_refusal(value: object) -> None:
    try:
        read(json.dumps(value).encode())
    except ServiceError as refused:
        assert is_listed(f"error.{refused.code}")


@given(st.sampled_from(["divisions", "printed", "shares", "level", "registered_staff", "statutory_days"]), JSON_VALUES)
def test_no_member_at_all_brings_anything_but_a_refusal(member: str, value: object) -> None:
    try:
        read(json.dumps(budget(**{member: value})).encode())
    except ServiceError as refused:
        assert is_listed(f"error.{refused.code}")


def test_every_fault_of_the_reader_has_its_text() -> None:
    for path in (ROOT / "scheduler" / "plans").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "fault":
                code = node.args[0]
                if isinstance(code, ast.JoinedStr):  # one code for each aspect that a filter asks for
                    assert ast.unparse(code) == "f'batch-{FILTERS[name]}'"
                    codes = [f"batch-{aspect}" for aspect in FILTERS.values()]
                else:
                    assert isinstance(code, ast.Constant)
                    codes = [str(code.value)]
                assert all(is_listed(f"error.{each}") for each in codes), codes


def call(*words: str) -> int:
    parser = argparse.ArgumentParser()
    register_budget(parser.add_subparsers())
    args = parser.parse_args(["budget", *words])
    code: int = args.run(args)
    return code


def test_the_command_refuses_a_file_that_is_not_there_a_folder_and_a_giant(tmp_path: Path) -> None:
    giant = tmp_path / "giant.json"
    with giant.open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    for path, code in ((tmp_path / "none.json", "missing"), (tmp_path, "unreadable"), (giant, "too-large")):
        with pytest.raises(ServiceError, match=f"input-file-{code}"):
            call(str(path))


@pytest.mark.parametrize(("locale", "words"), [("zh_CN.UTF-8", ["合计", "印出"]), ("C", ["Bureau", "Printed"])])
def test_the_command_shows_tables_in_the_terminals_language(
    locale: str, words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", locale)
    file = tmp_path / "budget.json"
    full = second_division(other_enforcement=[1] * 10, non_enforcement=NON, printed={"total": 1})
    full |= {"registered_staff": 10, "level": "county", "shares": {"key": 60}, "printed": {"total": 1984, "key": 1}}
    file.write_text(json.dumps(full), encoding="utf-8")
    assert call(str(file)) == 0
    out = capsys.readouterr().out
    assert all(word in out for word in words)
    assert "divisions[1].printed.total" in out
    assert "printed.key" in out


@pytest.mark.parametrize(
    "changes", [{}, {"statutory_days": 250, "statutory_days_reason": "r"}, {"registered_staff": 40}]
)
def test_the_page_says_what_the_days_rest_on(
    changes: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "budget.json"
    file.write_text(json.dumps(budget(**changes)), encoding="utf-8")
    assert call(str(file)) == 0
    out = capsys.readouterr().out
    assert ("250" in out) == ("statutory_days" in changes)
    assert ("20.0 %" in out) == ("registered_staff" in changes)
