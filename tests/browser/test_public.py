"""The public pages in a real browser: on a phone, in the dark, by keyboard, without scripts, on paper."""

from __future__ import annotations

import hashlib
import re

import pytest
from playwright.sync_api import expect

from tests.api import sample_city
from tests.api.test_pages import PUBLIC
from tests.browser.conftest import Open

pytestmark = pytest.mark.browser
DRAW = "220200-2026-01"
PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_is_wider_than_a_phone_and_none_reports_a_fault(open_page: Open, language: str, scheme: str) -> None:
    page = open_page("/", viewport=PHONE, color_scheme=scheme)
    for path in PUBLIC:
        page.goto(f"{path}?lang={language}")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], (path, width)
        assert page.locator("h1").count() == 1


def test_the_browsers_sha256_is_the_one_of_the_standard(open_page: Open) -> None:
    page = open_page("/")
    texts = ["a" * length for length in range(0, 200, 7)] + ["名单", "𠮷 🎲", "x" * 55, "x" * 56, "x" * 64]
    hashes = page.evaluate(
        "async (texts) => { const { sha256 } = await import('/static/js/sha256.js'); return texts.map(sha256); }", texts
    )
    assert hashes == [hashlib.sha256(text.encode()).hexdigest() for text in texts]


def order_for(digits: str) -> list[str]:
    """Return the order of the example's codes under other dice, computed from the protocol's text alone."""
    codes = [f"EXAMPLE-{number:02}" for number in range(1, 11)]
    manifest = hashlib.sha256("".join(f"{code}\n" for code in codes).encode()).hexdigest()
    transcript = f"double-random/1/seed\nmanifest\t{manifest}\nsource\t0\tdice\t{digits}\n"
    seed = hashlib.sha256(transcript.encode()).hexdigest()
    key = hashlib.sha256(f"double-random/1/key\n{seed}\nselect\n".encode()).hexdigest()
    return sorted(codes, key=lambda code: hashlib.sha256(f"{key}:{code}".encode()).hexdigest())


def test_other_dice_give_another_order_at_once(open_page: Open) -> None:
    page = open_page("/how-it-works")
    for digits in ("00000000000000000000", "27182818284590452353"):
        page.fill("#digits", digits)
        assert page.locator("#lots .who").all_inner_texts() == order_for(digits)
        assert page.locator("#lots .drawn .who").all_inner_texts() == order_for(digits)[:3]
    page.click("#roll")
    rolled = page.input_value("#digits")
    assert re.fullmatch(r"\d{20}", rolled)
    assert page.locator("#lots .who").all_inner_texts() == order_for(rolled)
    page.fill("#digits", "12")
    assert page.get_attribute("#digits", "aria-invalid") == "true"


def test_how_it_works_reads_without_scripts(open_page: Open) -> None:
    page = open_page("/how-it-works", java_script_enabled=False)
    assert page.locator("#lots .who").all_inner_texts() == order_for("31415926535897932384")
    assert page.locator("#roll").is_hidden()


def test_a_citizen_looks_up_a_code_and_computes_the_lot_number_in_the_browser(open_page: Open) -> None:
    page = open_page(f"/draws/{DRAW}/order?lang=en")
    code = page.locator("tbody .lot").first.inner_text()
    page.goto("/")
    page.fill("#code", f" {code[:9].lower()} {code[9:]}")
    page.press("#code", "Enter")
    expect(page).to_have_url(re.compile(f"/enterprises/{code}$"))
    expect(page.locator(".verdict.drawn")).to_have_text("Drawn")
    page.click(".standing details summary")
    page.click(".recompute button")
    expect(page.locator(".recompute .same")).to_be_visible()
    assert re.fullmatch(r"[0-9a-f]{64}", page.locator(".recompute output").inner_text())


def test_a_wrong_code_is_kept_in_the_box_and_its_fault_named(open_page: Open) -> None:
    code = sample_city.uscc(2)
    wrong = code[:17] + ("0" if code[17] != "0" else "1")
    page = open_page("/enterprises")
    page.fill("#code", wrong)
    page.click("main .lookup button")
    expect(page.get_by_role("alert")).to_contain_text(code[17])
    assert page.input_value("#code") == wrong


def test_one_click_changes_the_language_and_keeps_the_page(open_page: Open) -> None:
    page = open_page("/draws?kind=months")
    page.click(".lang")
    expect(page).to_have_url(re.compile(r"/draws\?kind=months&lang=en$"))
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto("/plans")
    expect(page.locator("h1")).to_have_text("Plans")
    page.click(".lang")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")


def test_the_keyboard_skips_to_the_content_first(open_page: Open) -> None:
    page = open_page("/draws")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


def test_every_control_can_be_reached_and_has_a_name(open_page: Open) -> None:
    page = open_page(f"/draws/{DRAW}?lang=en")
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('a, button, input, select, textarea, summary, [tabindex]')]
          .filter((e) => e.id !== 'content' && !(e.innerText || e.ariaLabel || e.labels?.length || e.type === 'hidden'))
          .map((e) => e.outerHTML)"""
    )
    assert nameless == []


def test_paper_shows_the_record_without_what_only_screens_need(open_page: Open) -> None:
    page = open_page(f"/draws/{DRAW}")
    page.emulate_media(media="print")
    assert page.locator(".head nav").is_hidden()
    assert page.locator("h1").is_visible() and page.locator("#strata").is_visible()


def test_a_copied_command_is_the_command(open_page: Open) -> None:
    page = open_page(f"/draws/{DRAW}", permissions=["clipboard-read", "clipboard-write"])
    box = page.locator(".copybox", has_text="sha256sum")
    box.get_by_role("button").click()
    assert page.evaluate("navigator.clipboard.readText()") == box.locator(".code").inner_text()


def test_a_link_to_a_schema_opens_it(open_page: Open) -> None:
    page = open_page("/api?lang=en")
    schema = page.locator("#schema-Problem")
    assert schema.is_hidden()
    page.locator("a[href='#schema-Problem']").first.click()
    expect(schema).to_be_visible()
