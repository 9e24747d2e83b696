"""Two languages: Chinese by default, English one click away, every text there in both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import api
from api.language import UnknownText, t
from config.messages import is_listed

FOLDER = Path(api.__file__).parent
LITERAL = re.compile(r"""\bt\(\s*["']([a-z0-9_.-]+)["']\s*[,)]""")


def test_pages_are_chinese_until_the_reader_asks_for_english(client: FlaskClient) -> None:
    assert '<html lang="zh-Hans">' in client.get("/", headers={"Accept-Language": "en"}).text
    english = client.get("/?lang=en")
    assert '<html lang="en">' in english.text
    assert english.headers["Content-Language"] == "en"
    assert '<html lang="en">' in client.get("/draws").text
    assert '<html lang="zh-Hans">' in client.get("/draws?lang=zh").text
    assert '<html lang="zh-Hans">' in client.get("/draws").text


def test_the_switch_keeps_the_page_and_its_query(client: FlaskClient) -> None:
    assert 'href="/draws?kind=months&amp;lang=en"' in client.get("/draws?kind=months").text
    assert 'href="/draws?kind=months&amp;lang=zh"' in client.get("/draws?kind=months&lang=en").text


def test_a_language_nobody_speaks_here_changes_nothing(client: FlaskClient) -> None:
    answer = client.get("/?lang=xx")
    assert '<html lang="zh-Hans">' in answer.text
    assert "Set-Cookie" not in answer.headers


def test_every_text_that_pages_name_stands_in_the_catalogues() -> None:
    named = {
        key
        for file in [*FOLDER.rglob("*.html"), *FOLDER.rglob("*.svg"), *FOLDER.rglob("*.py")]
        for key in LITERAL.findall(file.read_text(encoding="utf-8"))
    }
    assert len(named) > 100
    assert sorted(key for key in named if not is_listed(f"page.{key}")) == []


def test_a_text_that_is_missing_is_a_fault_and_no_silent_gap(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(UnknownText):
        t("no.such.text")


def test_no_chinese_and_no_english_words_stand_in_the_templates_themselves() -> None:
    allowed = {"中文", "English", "OpenAPI"}
    for file in FOLDER.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<[^>]*>", " ", text, flags=re.DOTALL)
        assert not re.findall(r"[\u4e00-\u9fff]+", text) or set(re.findall(r"[\u4e00-\u9fff]+", text)) <= allowed, file
