"""The staff at work in a real browser: a draw from the frozen list to its publication."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from playwright.sync_api import FilePayload, Page, expect

from scheduler.directory.changes import CHINA
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


@pytest.mark.parametrize("role", ["planner", "reviewer", "operator", "admin", "auditor"])
def test_the_staffs_pages_fit_a_phone(open_page: Open, role: str) -> None:
    page = open_page("/?lang=en", viewport={"width": 390, "height": 844})
    log_in(page, role)
    page.goto("/work")
    for path in sorted(set(re.findall(r'href="(/work[^"?]*)"', page.content()))):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path


def test_a_plan_lives_from_its_budget_to_its_closing_in_the_hands_of_four_people(open_page: Open) -> None:
    """Planner, reviewer, approver and operator, each with an account and a window of their own."""
    plan, today = "/work/plans/220200-2026", f"{datetime.now(CHINA):%Y-%m-%d}"
    pages = {role: open_page("/?lang=en") for role in ("planner", "reviewer", "approver", "operator")}
    for role, page in pages.items():
        log_in(page, role)
    planner, reviewer, approver, operator = pages.values()

    def press(page: Page, button: str, told: str, **fields: str) -> None:
        for name, value in fields.items():
            page.fill(f"#{name.replace('_', '-')}", value)
        page.click(f"main button:text-is('{button}')")
        expect(page.get_by_role("status")).to_have_text(told)

    def open_task(page: Page, words: str) -> None:
        page.goto("/work/inbox")
        page.click(f"section:has(#mine) a:has-text('{words}')")

    planner.goto("/work/plans")
    file = FilePayload(name="budget.json", mimeType="application/json", buffer=sample_city.budget_json())
    planner.click("summary:text-is('Build from a file')")
    planner.set_input_files("#budget", files=file)
    planner.fill("#year", "2026")
    planner.fill("#reason", "增加人员")
    planner.check("input[name=demonstration]")
    planner.click("main button:text-is('Build')")
    expect(planner.locator("h2#life")).to_be_visible(timeout=30_000)
    press(planner, "Hand in for legal review", "Handed in for legal review.")
    open_task(reviewer, "Legal review")
    press(reviewer, "Add the comment", "The comment is recorded.", note_commented="重点单位占比偏低")
    expect(reviewer.locator("main")).not_to_contain_text("Pass the review")
    open_task(planner, "Answer the comments")
    planner.click("summary:has-text('Answer')")
    press(planner, "Answer", "The answer is recorded.", note_answered_2="见附件二")
    reviewer.reload()
    press(reviewer, "Resolve", "The comment is resolved.")
    press(reviewer, "Pass the review", "The review is passed.")
    planner.reload()
    press(planner, "Submit for approval", "Submitted for approval.")
    open_task(approver, "Approve")
    second = approver.context.new_page()
    second.goto(plan)
    approver.check("input[name=confirmed]")
    press(approver, "Approve", "Approved.", number_approved="示范〔2026〕9号", date_approved=today)
    second.fill("#note-sent-back", "再看一看")
    second.click("main button:text-is('Send back')")
    expect(second.get_by_role("alert")).to_contain_text("Before you acted, approver approved the plan")
    open_task(operator, "Freeze")
    operator.check("input[name=confirmed]")
    press(operator, "Freeze the lottery", "The lottery is frozen and its fingerprint is public.")
    for office, number in (("government", "府备1号"), ("province", "省备2号")):
        button = operator.locator(f"form:has(#number-filed-{office}) button")
        operator.fill(f"#number-filed-{office}", number)
        operator.fill(f"#date-filed-{office}", today)
        button.click()
        expect(operator.get_by_role("status")).to_have_text("The filing is recorded.")
    operator.click("a:has-text('Enter the randomness')")
    operator.click("button:has-text('Let the program roll')")
    operator.click("button:text-is('Draw')")
    expect(operator.get_by_role("status")).to_have_text("Drawn.")
    planner.goto(plan)
    planner.check("input[name=confirmed]")
    press(planner, "Publish", "Published.")
    planner.check("input[name=confirmed]")
    press(planner, "Close", "Closed.", note_closed="年度演示")
    expect(planner.locator("section:has(#closing)")).to_contain_text("年度演示")

    citizen = open_page("/plans/220200-2026?lang=en")
    expect(citizen.locator("main")).to_contain_text("示范〔2026〕9号")
    expect(citizen.locator("main")).to_contain_text("省备2号")
    assert "重点单位占比偏低" not in citizen.content()  # comments of the review are not public
