"""What if, in a real browser: a number is changed and the figures beside it follow by themselves."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.api import sample_city
from tests.browser.conftest import Open, log_in

pytestmark = pytest.mark.browser
PATH = f"/work/plans/{sample_city.PLAN}/what-if"


def test_a_change_of_staff_is_answered_beside_the_form_kept_and_compared(open_page: Open) -> None:
    page = open_page("/?lang=en")
    log_in(page, "planner")
    page.goto(PATH)
    staff = page.locator("#answer .figures > div", has_text="staff").locator("dd")
    expect(staff).to_have_text("27")
    expect(page.locator("#keep")).to_be_hidden()
    page.fill("[name='staff.mines']", "4")
    expect(staff).to_have_text("25", timeout=30_000)
    expect(page.locator("#answer")).to_contain_text("plan 27")
    expect(page.locator("#keep")).to_be_visible(timeout=30_000)
    page.fill("[name='staff.mines']", "1.5")
    expect(page.get_by_role("alert")).to_have_text("Mines: 1.5 is not a whole number.", timeout=30_000)
    expect(page.locator("#keep")).to_be_hidden()
    page.fill("[name='staff.mines']", "5")
    expect(staff).to_have_text("26", timeout=30_000)
    expect(page.get_by_role("alert")).to_have_count(0)
    page.fill("#name", "one fewer")
    page.click("#keep button")
    expect(page.get_by_role("status").first).to_have_text("The scenario 'one fewer' is kept.")
    page.check("[name=with]")
    page.click("button:has-text('Compare')")
    expect(page).to_have_url(re.compile(r"/scenarios\?with=1$"))
    expect(page.locator("table.comparison .differs").first).to_be_visible()
    page.set_viewport_size({"width": 390, "height": 844})
    for path in (page.url, PATH):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
