"""The public pages: what a citizen reads without a login, with records, without any, and with bad addresses."""

from __future__ import annotations

import hashlib
import html
import io
import json
import re
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import docx
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine

from api.service import attach_service
from config.settings import Settings
from scheduler.draws.drafts import update_draft
from scheduler.draws.protocol.encoding import canonical_json
from scheduler.records.plan_record.verification import verify_plan_record
from scheduler.store.session import writing
from tests.api import sample_city

DRAW, SEALED, LOTTERY = "220200-2026-01", "220200-2026-02", "220200-2026-v1"
PUBLIC = (
    "/",
    "/plans",
    f"/plans/{sample_city.PLAN}",
    f"/plans/{sample_city.PLAN}/visits",
    "/draws",
    f"/draws/{DRAW}",
    f"/draws/{DRAW}/teams",
    f"/draws/{DRAW}/order",
    f"/draws/{SEALED}",
    f"/draws/{LOTTERY}",
    "/enterprises",
    f"/enterprises/{sample_city.uscc(1)}",
    f"/enterprises/{sample_city.uscc(2)}",
    "/how-it-works",
    "/verify",
    "/api",
    "/login",
)


class Outline(HTMLParser):
    """What of a page must hold for every reader: one main heading, labelled fields, no inline code, own files."""

    VOID = frozenset(("area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"))

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.faults: list[str] = []
        self.ids: set[str] = set()
        self.open: list[str] = []
        self.feed(text)
        if self.open:
            self.faults.append(f"unclosed {self.open}")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag not in self.VOID and tag not in ("rect", "path", "circle"):
            self.open.append(tag)
        if "style" in given or any(name.startswith("on") for name in given):
            self.faults.append(f"inline code on {tag}")
        if tag in ("script", "style") and "src" not in given:
            self.faults.append(f"inline {tag}")
        if (name := given.get("id")) is not None:
            if name in self.ids:
                self.faults.append(f"id {name} twice")
            self.ids.add(name)
        for name in ("src", "href", "action"):
            if re.match(r"(https?:)?//", given.get(name) or ""):
                self.faults.append(f"foreign {given[name]}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in ("rect", "path", "circle"):
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def all(self, name: str) -> list[dict[str, str | None]]:
        return [attributes for tag, attributes in self.tags if tag == name]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", PUBLIC)
def test_every_public_page_is_sound_for_every_reader(client: FlaskClient, path: str, language: str) -> None:
    answer = client.get(path, query_string={"lang": language})
    assert answer.status_code == 200
    outline = Outline(answer.text)
    assert outline.faults == []
    assert len(outline.all("h1")) == 1
    assert len(outline.all("main")) == len(outline.all("header")) == len(outline.all("footer")) == 1
    labelled = {each.get("for") for each in outline.all("label")}
    for tag in ("input", "select", "textarea"):
        for field in outline.all(tag):
            hidden_or_boxed = field.get("type") in ("hidden", "checkbox", "radio")
            assert hidden_or_boxed or field.get("id") in labelled or field.get("aria-label"), field
    assert all(picture.get("aria-hidden") or picture.get("aria-label") for picture in outline.all("svg"))


@pytest.mark.parametrize(
    "path", ["/", "/plans", "/draws", "/enterprises", "/how-it-works", "/verify", "/api", "/login"]
)
def test_pages_of_an_empty_service_say_what_comes_next(empty_client: FlaskClient, path: str) -> None:
    answer = empty_client.get(path)
    assert answer.status_code == 200
    assert Outline(answer.text).faults == []


def test_empty_lists_explain_themselves(empty_client: FlaskClient) -> None:
    assert "还没有已公布的抽取" in empty_client.get("/draws").text
    assert "还没有已公布的年度计划" in empty_client.get("/plans").text
    assert "没有查到记录" in empty_client.get(f"/enterprises/{sample_city.uscc(1)}").text


def test_the_plan_shows_a_budget_that_adds_up(client: FlaskClient) -> None:
    document = json.loads(client.get(f"/plans/{sample_city.PLAN}/plan.json").data)
    budget = document["budget"]
    # 248 days of 27 people; 70 and 60 days a head go elsewhere
    assert budget["bureau"]["total"] == 248 * 27
    assert budget["bureau"]["supervision"] == (248 - 70 - 60) * 27
    text = client.get(f"/plans/{sample_city.PLAN}").text.replace("\u202f", "")
    for figure in (6696, 1890, 1620, 3186):
        assert f'<td class="num">{figure}</td>' in text


def test_the_plans_document_is_sent_byte_for_byte_as_it_was_hashed(client: FlaskClient) -> None:
    data = client.get(f"/plans/{sample_city.PLAN}/plan.json").data
    assert canonical_json(json.loads(data)) == data
    assert hashlib.sha256(data).hexdigest() in client.get(f"/plans/{sample_city.PLAN}").text


def test_the_whole_record_of_a_plan_is_a_click_away_and_proves_it(client: FlaskClient, tmp_path: Path) -> None:
    page = client.get(f"/plans/{sample_city.PLAN}").text
    (address,) = re.findall(r'href="(/plans/[^"]*record\.zip[^"]*)"', page)
    file = tmp_path / "record.zip"
    file.write_bytes(client.get(address).data)
    report = verify_plan_record(file)
    assert (report.exit, report.id) == (0, f"{sample_city.PLAN} v1")
    assert client.get("/plans/220200-2020/record.zip").status_code == 404


def test_the_papers_of_a_plan_are_a_click_away_and_hold_its_figures(client: FlaskClient) -> None:
    page = client.get(f"/plans/{sample_city.PLAN}").text
    offered = re.findall(r'href="(/plans/[^"]+/papers/[^"]+)"', page)
    assert len(offered) == 2 + 7 + len(sample_city.DIVISIONS)
    answers = {address: client.get(html.unescape(address)) for address in offered}
    assert [address for address, answer in answers.items() if answer.status_code != 200] == []
    word = next(answer for address, answer in answers.items() if "plan.docx" in address)
    document = json.loads(client.get(f"/plans/{sample_city.PLAN}/plan.json").data)
    tables = docx.Document(io.BytesIO(word.data)).tables
    cells = {cell.text for table in tables for row in table.rows for cell in row.cells}
    assert {str(unit["total"]) for unit in document["budget"]["divisions"]} <= {text.replace(",", "") for text in cells}
    assert word.headers["Content-Disposition"] == f'attachment; filename="{sample_city.PLAN}-v1.docx"'


def test_the_papers_of_a_published_draw_are_there_and_those_of_a_sealed_one_are_not(client: FlaskClient) -> None:
    assert client.get(f"/draws/{DRAW}/papers/notice.docx").status_code == 200
    assert client.get(f"/draws/{DRAW}/papers/result.xlsx").status_code == 200
    assert client.get(f"/draws/{DRAW}/papers/passwords.txt").status_code == 404
    assert client.get(f"/draws/{SEALED}/papers/result.csv").status_code == 409


def test_the_coverage_list_is_filtered_and_says_how_many(client: FlaskClient) -> None:
    whole = client.get(f"/plans/{sample_city.PLAN}/visits").text
    assert "共 60 家" in whole  # of the 240 every fourth is key
    one = client.get(f"/plans/{sample_city.PLAN}/visits?text={sample_city.uscc(1)}").text
    assert "共 1 家" in one and sample_city.uscc(1) in one
    assert "没有符合条件的内容" in client.get(f"/plans/{sample_city.PLAN}/visits?district=220299").text


def test_the_page_of_a_draw_shows_fingerprint_seed_and_a_command_that_gives_the_lot_number(client: FlaskClient) -> None:
    text = client.get(f"/draws/{DRAW}").text
    files = zipfile.ZipFile(io.BytesIO(client.get(f"/draws/{DRAW}/bundle.zip").data))
    assert hashlib.sha256(files.read("manifest.json")).hexdigest() in text
    assert hashlib.sha256(files.read("seed.txt")).hexdigest() in text
    command = re.search(r"printf &#39;%s:%s&#39; ([0-9a-f]{64}) ([0-9A-Z]{18}) \| sha256sum", text)
    assert command is not None
    lot = hashlib.sha256(f"{command[1]}:{command[2]}".encode()).hexdigest()
    assert f"\t{command[2]}\t{lot}\t" in files.read("order.tsv").decode()


def test_drawn_enterprises_stand_with_their_people_by_name_department_and_number_alone(client: FlaskClient) -> None:
    files = zipfile.ZipFile(io.BytesIO(client.get(f"/draws/{DRAW}/bundle.zip").data))
    text = client.get(f"/draws/{DRAW}").text
    for line in files.read("assign.tsv").decode().splitlines():
        entry, _, inspector = line.split("\t")
        assert entry in text and inspector in text
        assert f"检查员{inspector[-2:]}" in text
    assert "Z0000" not in text  # certificate numbers stay inside


def test_a_demonstration_says_so_on_every_page_of_it(client: FlaskClient) -> None:
    for path in (f"/plans/{sample_city.PLAN}", f"/draws/{DRAW}", f"/draws/{DRAW}/order", f"/draws/{SEALED}"):
        assert "演示，不是真实抽取" in client.get(path).text


def test_a_sealed_list_is_public_and_nobody_is_drawn_yet(client: FlaskClient) -> None:
    text = client.get(f"/draws/{SEALED}").text
    assert "名单已锁定" in text and "等待中" in text
    assert "签号密钥" not in text
    assert "次序尚未公开" in client.get(f"/draws/{SEALED}/order").text
    assert client.get(f"/draws/{SEALED}/files/order.tsv").status_code == 404


def test_the_order_is_paged_rank_by_rank(client: FlaskClient) -> None:
    first = client.get(f"/draws/{DRAW}/order?stratum=B").text
    assert "after=50" in first
    second = client.get(f"/draws/{DRAW}/order?stratum=B&after=50").text
    ranks = re.findall(r'data-label="名次">(\d+)', first + second)
    assert ranks == [str(rank) for rank in range(1, len(ranks) + 1)]
    assert client.get(f"/draws/{DRAW}/order?stratum=Z").status_code == 404
    assert client.get(f"/draws/{DRAW}/order?after=x").status_code == 422


def test_lists_are_filtered_and_say_when_nothing_matches(client: FlaskClient) -> None:
    assert LOTTERY not in client.get("/draws?kind=enterprises").text.split("<main")[1]
    assert DRAW not in client.get("/draws?state=sealed").text.split("<main")[1]
    assert "没有符合条件的内容" in client.get("/draws?state=void").text


def test_the_look_up_takes_any_spelling_and_names_the_wrong_place(client: FlaskClient) -> None:
    code = sample_city.uscc(2)
    spelled = f" {code[:8].lower()}-{code[8:]} "
    assert client.get("/enterprises", query_string={"code": spelled}).headers["Location"] == f"/enterprises/{code}"
    assert client.get(f"/enterprises/{code.lower()}").headers["Location"] == f"/enterprises/{code}"
    wrong = code[:17] + ("0" if code[17] != "0" else "1")
    answer = client.get("/enterprises", query_string={"code": wrong, "lang": "en"})
    assert answer.status_code == 422
    assert code[17] in answer.text.split('role="alert">')[1].split("<")[0]
    assert f'value="{wrong}"' in answer.text


def test_the_look_up_says_drawn_not_drawn_left_out_and_the_months_of_a_key_enterprise(client: FlaskClient) -> None:
    order = client.get(f"/draws/{DRAW}/files/order.tsv").text.splitlines()
    drawn = next(line.split("\t")[2] for line in order if line.endswith("\tselected"))
    reserve = next(line.split("\t") for line in order if line.endswith("\treserve"))
    assert '<p class="verdict drawn">被抽中</p>' in client.get(f"/enterprises/{drawn}").text
    text = client.get(f"/enterprises/{reserve[2]}").text
    assert "在名单里，没有被抽中" in text and reserve[3] in text
    key = client.get(f"/enterprises/{sample_city.uscc(1)}").text
    assert "重点单位" in key and "检查月份" in key
    undecided = client.get(f"/enterprises/{sample_city.uscc(60)}").text
    assert "没有参加这次抽取" in undecided


def test_the_bundle_is_the_same_bytes_each_time(client: FlaskClient) -> None:
    first, second = (client.get(f"/draws/{DRAW}/bundle.zip") for _ in range(2))
    assert first.data == second.data
    assert first.headers["Content-Disposition"] == f'attachment; filename="{DRAW}.zip"'


def test_the_example_of_how_it_works_is_a_true_draw(client: FlaskClient) -> None:
    text = client.get("/how-it-works").text
    manifest = hashlib.sha256("".join(f"EXAMPLE-{n:02}\n" for n in range(1, 11)).encode()).hexdigest()
    seed_text = f"double-random/1/seed\nmanifest\t{manifest}\nsource\t0\tdice\t31415926535897932384\n"
    seed = hashlib.sha256(seed_text.encode()).hexdigest()
    key = hashlib.sha256(f"double-random/1/key\n{seed}\nselect\n".encode()).hexdigest()
    lots = sorted((hashlib.sha256(f"{key}:EXAMPLE-{n:02}".encode()).hexdigest(), n) for n in range(1, 11))
    shown = re.findall(r'data-code="EXAMPLE-(\d\d)" class="(drawn)?"', text)
    assert shown == [(f"{n:02}", "drawn" if place < 3 else "") for place, (_, n) in enumerate(lots)]
    assert all(lot in text for lot, _ in lots)


def test_the_sign_of_life_answers(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}


def test_the_stand_alone_verifier_is_handed_out(client: FlaskClient) -> None:
    with client.get("/verify_draw.py") as answer:
        assert answer.status_code == 200
        assert b"double-random/1" in answer.data


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/..%2fapp.py", "/static/%2e%2e/app.py", "/static/none.css"]
)
def test_no_other_file_is_handed_out(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_sealed_draw_keeps_its_list_from_everyone(app: Flask, city: Engine) -> None:
    client = app.test_client()
    sources = [
        {"id": "dice", "type": "dice/d10", "count": 24},
        {"id": "drand", "type": "drand/quicknet"},
        {"id": "office", "type": "commit/sha256"},
    ]
    with writing(city) as session:
        changes = {"mode": "sealed", "reveal_by": "2026-12-31", "randomness": sources}
        update_draft(session, "planner", f"{sample_city.PLAN}-batch-3", changes)
        draw_id = sample_city.seal_batch(session, 3)
    text = client.get(f"/draws/{draw_id}").text
    assert "密封抽取：名单暂不公开" in text
    assert 'id="strata"' not in text and 'id="randomness"' not in text
    assert client.get(f"/draws/{draw_id}/files/pool.tsv").status_code == 403
    body = client.get(f"/api/v1/draws/{draw_id}").get_json()
    assert (body["manifest"], body["strata"], body["sources"], body["files"]) == ({}, [], [], {})
    pooled = [code for number in range(1, 240) if (code := sample_city.uscc(number))]
    assert all(draw_id not in client.get(f"/enterprises/{code}").text for code in pooled[:12])


def test_pages_read_the_same_from_either_database(one_app: Flask, engine: Engine, settings: Settings) -> None:
    sample_city.fill(engine, settings)
    attach_service(one_app, settings, engine)
    client = one_app.test_client()
    for path in PUBLIC:
        assert client.get(path).status_code == 200, path
