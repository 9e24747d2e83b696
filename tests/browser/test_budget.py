"""The grid of a budget in a real browser: its figures are the server's, cell by cell; keys, proposals, no script."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from random import Random

import pytest
from playwright.sync_api import Dialog, Page, expect

from config.workdays import workday_catalogue
from scheduler.errors import InvalidInput
from scheduler.plans.drafting.cells import read_count, read_days
from scheduler.plans.drafting.division_part import part_figures, read_part
from scheduler.plans.exact import days_text, printed_shares
from scheduler.plans.workday_budget.budget import DEDUCTIONS, PARTS, Shares
from tests.browser.conftest import Open, log_in

pytestmark = pytest.mark.browser
DAYS, SHARES = 248, Shares(Fraction(60), Fraction(30), Fraction(10))
GRID = "/work/budget/2026/divisions/chemicals?lang=en"
CELLS = [f"{kind}.{row.id}" for kind in DEDUCTIONS for row in getattr(workday_catalogue(), kind)]
FIGURES = """() => Object.fromEntries([...document.querySelectorAll("[data-figure]")].map(
  (place) => [place.dataset.figure, place.textContent.trim()]))"""
TYPE = """(cells) => { for (const [name, text] of Object.entries(cells)) document.getElementById(name).value = text;
  document.getElementById("grid").dispatchEvent(new Event("input")); }"""
# The module itself, asked for what a cell or three shares come to.
READ = """async (texts) => { const { readCell } = await import("/static/js/budget.js");
  return texts.map(([text, whole]) => { const { tenths, fault } = readCell(text, whole);
    return fault ?? (tenths === null ? null : `${tenths}`); }); }"""
TOGETHER = """async (cases) => { const { roundTogether, propose } = await import("/static/js/budget.js");
  return cases.map(([sums, heads, staff]) =>
    propose(sums.map(BigInt), BigInt(heads), BigInt(staff)).map((each) => Number(each))); }"""


def expected(texts: dict[str, str]) -> dict[str, str]:
    """Return what the server's arithmetic shows for these cells."""
    part, _ = read_part(texts, workday_catalogue())
    shown = {f"sum.{kind}": days_text(part.spent(kind)) for kind in DEDUCTIONS}
    figures = part_figures(part, DAYS, SHARES)
    if figures is None or figures.supervision is None:
        return {**shown, "supervision": "–", "part.key": "–"}
    shown |= {"total": days_text(figures.total), "supervision": days_text(figures.supervision)}
    shown |= {f"part.{name}": days_text(figures.parts[name]) for name in PARTS}
    shares = printed_shares(figures.percent) or ["–"] * 3
    names = (*DEDUCTIONS, "supervision")
    return shown | {
        f"share.{name}": f"{share} %" if share != "–" else share for name, share in zip(names, shares, strict=True)
    }


def cases() -> list[dict[str, str]]:
    random = Random(20260101)
    found = [
        {"staff": "5", **dict.fromkeys(CELLS, "10")},
        {"staff": "5", **dict.fromkeys(CELLS, ""), CELLS[0]: "100.5"},
        {"staff": "0", **dict.fromkeys(CELLS, "0")},
        {"staff": "", **dict.fromkeys(CELLS, "3")},
        {"staff": "1", **dict.fromkeys(CELLS, "15")},  # 255 of 248: too many
        {"staff": "1", **dict.fromkeys(CELLS, "14.6"), CELLS[0]: "14.4"},  # all 248
        {"staff": "３", **dict.fromkeys(CELLS, " 7.0 "), CELLS[1]: "x"},
    ]
    for _ in range(12):
        staff = random.randint(1, 40)
        most = DAYS * staff * 10 // 20
        tenths = {cell: random.randint(0, most) if random.random() < 0.9 else None for cell in CELLS}
        texts = {cell: "" if each is None else f"{each // 10}.{each % 10}" for cell, each in tenths.items()}
        found.append({"staff": str(staff), **texts})
    return found


def test_what_the_browser_adds_up_is_what_the_server_does(open_page: Open) -> None:
    page = open_page("/?lang=en")
    log_in(page, "planner")
    page.goto(GRID)
    for texts in cases():
        page.evaluate(TYPE, texts)
        shown = {name: text.replace("\u202f", "") for name, text in page.evaluate(FIGURES).items()}
        wanted = expected(texts)
        assert {name: shown[name] for name in wanted} == wanted, texts


def test_cells_are_read_by_one_grammar_and_proposals_rounded_by_one_rule(open_page: Open) -> None:
    page = open_page("/?lang=en")
    texts = ["", " ", "0", "12", "12.5", "1.25", "1.50", "-1", "−2", "abc", "1e3", "１２．５", "1 234", ".5", "5.", "½"]
    texts += ["12345678", "0.05", "007", "+1", "1,5", "٣"]
    asked = [(text, whole) for text in texts for whole in (False, True)]
    for (text, whole), found in zip(asked, page.evaluate(READ, asked), strict=True):
        try:
            number = (read_count if whole else read_days)(text)
            wanted = None if number is None else str(int(number * 10))
        except InvalidInput as fault:
            wanted = fault.code
        assert found == wanted, (text, whole)
    random = Random(7)
    columns = [[random.randint(0, 999) for _ in range(10)] for _ in range(40)]
    given = [(column, random.randint(1, 30), random.randint(0, 30)) for column in columns]
    for (sums, heads, staff), rows in zip(given, page.evaluate(TOGETHER, given), strict=True):
        assert sum(rows) == (2 * sum(sums) * staff + heads) // (2 * heads)
        assert all(abs(row * heads - each * staff) < heads for row, each in zip(rows, sums, strict=True))


def test_a_planner_fills_the_grid_by_keyboard_and_takes_proposals(open_page: Open) -> None:
    page = open_page("/?lang=en")
    log_in(page, "planner")
    page.goto("/work/budget/2027/bureau")
    page.fill("#statutory_days", "250")
    page.fill("#statutory_days_reason", "not out yet")
    rows = {kind: {row.id: 6 for row in getattr(workday_catalogue(), kind)} for kind in DEDUCTIONS}
    page.fill("#history", json.dumps({"2026": {"divisions": [{"name": "chemicals", "staff": 4, **rows}]}}))
    page.click(".buttons button:has-text('Save')")
    page.goto("/work/budget/2027/divisions/chemicals")
    page.fill("#staff", "2")
    page.press("#staff", "Enter")
    page.keyboard.type("600")
    expect(page.locator("#fault-other_enforcement\\.comprehensive-supervision")).to_contain_text("more than")
    page.keyboard.press("Control+A")
    page.keyboard.type("12.5")
    page.keyboard.press("ArrowDown")
    page.keyboard.type("7.25")
    expect(page.locator("#fault-other_enforcement\\.licensing")).to_contain_text("0.1")
    page.keyboard.press("Control+A")
    page.keyboard.type("7")
    expect(page.locator('[data-figure="supervision"]')).to_have_text("480.5")
    expect(page.locator('[data-figure="missing"]')).to_have_text("15")
    page.click("button[data-take='non_enforcement.office-duty']")  # 6 days of 4 people: 1.5 a head, 3 for two
    expect(page.locator('[data-figure="supervision"]')).to_have_text("477.5")
    page.fill("#staff", "5")
    expect(page.locator("button[data-take='non_enforcement.office-duty']")).to_have_text("7.5")
    expect(page.locator('[data-figure="proposed.non_enforcement"]')).to_have_text("52.5")
    page.click("button[data-take-all]")
    expect(page.locator('[data-figure="missing"]')).to_have_text("0")
    expect(page.locator('[data-figure="supervision"]')).to_have_text("1\u202f122.5")  # 5 x 250 - 17 x 7.5
    page.click("button:has-text('Save') >> nth=0")
    expect(page.get_by_role("status").first).to_have_text("Saved.")
    assert page.input_value("#other_enforcement\\.licensing") == "7.5"


def test_the_grid_works_without_script_and_fits_a_phone(open_page: Open) -> None:
    page = open_page("/?lang=en", java_script_enabled=False, viewport={"width": 390, "height": 844})
    log_in(page, "planner")
    page.goto(GRID)
    page.fill("#staff", "4")
    page.fill("#other_enforcement\\.licensing", "92.5")
    page.click("button:has-text('Recompute')")
    expect(page.locator('[data-figure="supervision"]')).to_have_text(re.compile("899.5"))
    assert page.input_value("#other_enforcement\\.licensing") == "92.5"


def width(page: Page) -> int:
    found: int = page.evaluate("document.documentElement.scrollWidth")
    return found


@pytest.mark.parametrize("path", ["", "/bureau", "/merge", "/divisions/mines"])
def test_the_pages_of_a_budget_fit_a_phone(open_page: Open, path: str) -> None:
    page = open_page("/?lang=en", viewport={"width": 390, "height": 844})
    log_in(page, "planner")
    page.goto(f"/work/budget/2026{path}")
    assert width(page) <= 390


def test_leaving_with_unsaved_figures_asks_first(open_page: Open) -> None:
    page = open_page("/?lang=en")
    log_in(page, "planner")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.goto("/work/budget/2028/divisions/chemicals?lang=en")
    page.locator("#notes").press_sequentially("not saved")
    page.evaluate("() => { location.href = '/work'; }")
    expect(page.locator("#notes")).to_have_value("not saved")
    page.wait_for_timeout(200)
    assert asked == ["beforeunload"]
    page.click("button[value=save]")
    expect(page.get_by_role("status").first).to_contain_text("Saved")
    page.goto("/work")
    assert asked == ["beforeunload"]
