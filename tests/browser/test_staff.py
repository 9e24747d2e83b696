"""The staff at work in a real browser: a draw from the frozen list to its publication."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.api import sample_city
from tests.browser.conftest import Open, log_in

pytestmark = pytest.mark.browser
SEALED = "220200-2026-02"


def test_witness_and_operator_take_a_draw_to_its_publication(open_page: Open) -> None:
    witness = open_page("/?lang=en")
    log_in(witness, "witness")
    witness.goto("/work")
    witness.click("main .list a")
    expect(witness).to_have_url(re.compile(f"/work/draws/{SEALED}$"))
    witness.fill("#value-dice", sample_city.DICE)
    witness.click("button:has-text('Enter')")
    expect(witness.get_by_role("status")).to_have_text("The value is in.")

    operator = open_page("/?lang=en")
    log_in(operator, "operator")
    operator.goto(f"/work/draws/{SEALED}")
    operator.click("button:has-text('Draw')")
    expect(operator.get_by_role("status")).to_have_text("Drawn.")
    operator.click("button:has-text('Publish')")
    assert "/publish" not in operator.url  # the confirmation is not ticked, so the browser holds the form back
    operator.check("input[name=confirmed]")
    operator.click("button:has-text('Publish')")
    expect(operator.get_by_role("status")).to_have_text("Published.")

    citizen = open_page(f"/draws/{SEALED}?lang=en")
    expect(citizen.locator("#teams")).to_be_visible()


def test_a_login_that_fails_says_so_and_keeps_the_name(open_page: Open) -> None:
    page = open_page("/login?lang=en")
    page.fill("#name", "planner")
    page.fill("#password", "wrong password")
    page.click("main button")
    expect(page.get_by_role("alert")).to_contain_text("wrong")
    assert page.input_value("#name") == "planner"


@pytest.mark.parametrize("role", ["planner", "operator", "admin", "auditor"])
def test_the_staffs_pages_fit_a_phone(open_page: Open, role: str) -> None:
    page = open_page("/?lang=en", viewport={"width": 390, "height": 844})
    log_in(page, role)
    page.goto("/work")
    for path in sorted(set(re.findall(r'href="(/work[^"?]*)"', page.content()))):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
