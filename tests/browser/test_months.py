"""A planner schedules a month, marks and pins visits, in a real browser; on a phone nothing overflows."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open, log_in

pytestmark = pytest.mark.browser
MARCH = "/work/plans/220200-2026/months/3"


def test_a_month_is_made_and_its_visits_are_marked(open_page: Open) -> None:
    page = open_page("/?lang=en")
    log_in(page, "planner")
    page.goto("/work/plans/220200-2026")
    page.click("main a[href$='/months']")
    page.click("main table a:has-text('Mar')")
    page.click("button:has-text('Make the schedule')")
    expect(page.get_by_role("status")).to_have_text("The month is scheduled.")
    visits = page.locator(".visit:not(.going-on)")
    count = visits.count()
    assert count > 3
    visits.nth(0).locator("input").check()
    visits.nth(1).locator("input").check()
    page.click("button[value=done]")
    expect(page.get_by_role("status")).to_have_text("2 visits are marked as done.")
    expect(page.locator(".visit.done")).to_have_count(2)
    page.locator(".visit input").first.check()
    page.click("button[value=pin]")
    expect(page.get_by_role("alert")).to_contain_text("A day is needed")
    with page.expect_download() as download:
        page.locator("a:has-text('iCal')").first.click()
    assert download.value.suggested_filename.endswith(".ics")

    # a long name must not run out of its card
    assert page.locator(".day").first.evaluate("day => getComputedStyle(day).whiteSpace") == "normal"

    phone = open_page("/?lang=zh", viewport={"width": 390, "height": 844})
    log_in(phone, "planner")
    for path in (MARCH, "/work/plans/220200-2026/months"):
        phone.goto(path)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390, path
