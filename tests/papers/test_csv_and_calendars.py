"""CSV that a spreadsheet opens without acting on it, and calendars that another library reads."""

from __future__ import annotations

import calendar
import csv
import io
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from sqlalchemy import Engine, func, select

from config.settings import Settings
from scheduler.directory.models import Enterprise
from scheduler.papers.calendar_text import Event, write_calendar
from scheduler.papers.csv_text import guarded, write_csv
from scheduler.papers.files import plan_paper
from scheduler.papers.table import Column, Row, Share, Table
from scheduler.plans.build import build_plan
from scheduler.plans.json_input import parse_json
from scheduler.plans.models import KeyVisit, PlanVersion
from scheduler.store.session import reading, writing
from tests.papers import city

STEM = f"{city.PLAN}-v1"
BOM = b"\xef\xbb\xbf"


def read(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(BOM)
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_the_visits_in_csv_are_those_drawn(papers: dict[str, bytes], drawn_city: Engine) -> None:
    with reading(drawn_city) as session:
        wanted = {(each.uscc, each.visit): each.month for each in session.scalars(select(KeyVisit))}
    rows = read(papers[f"{STEM}-key-visits.csv"])
    found = {(row["统一社会信用代码"].strip(), int(row["第几次"])): int(row["月份"]) for row in rows}
    assert found == wanted and len(rows) == len(wanted)
    for row in rows:
        last = calendar.monthrange(city.YEAR, int(row["月份"]))[1]
        assert row["起始日期"] == date(city.YEAR, int(row["月份"]), 1).isoformat()
        assert row["截止日期"] == date(city.YEAR, int(row["月份"]), last).isoformat()


def test_no_cell_begins_as_a_formula_would_and_no_code_is_a_number(papers: dict[str, bytes]) -> None:
    digits = 0
    for name, content in papers.items():
        if name.endswith(".csv"):
            for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
                for cell in row:
                    assert cell[:1] not in "=+-@\t\r\n＝＋－＠" or cell == ""
                    digits += cell[:-1].isdigit() and cell.endswith("\t")
                    assert not (cell.isdigit() and len(cell) > 15)
    assert digits > 10


def test_names_are_read_back_as_they_are_but_for_the_guard(papers: dict[str, bytes]) -> None:
    names = {row["企业名称"] for row in read(papers[f"{STEM}-key-visits.csv"])}
    assert {f"'{name}" for name in city.HOSTILE[:5]} <= names
    assert set(city.HOSTILE[5:]) <= names


def test_a_demonstration_is_marked_in_every_row(papers: dict[str, bytes]) -> None:
    for name in ("budget", "months", "batches", "disclosure", "draw-plan", "key-visits"):
        assert {row["标记"] for row in read(papers[f"{STEM}-{name}.csv"])} == {"【演示】"}


def test_figures_stay_figures_even_below_nothing() -> None:
    row = Row((-5, Decimal("-0.5"), Share("52.2"), None, date(2026, 3, 1), "-5"))
    table = Table("t", "t", tuple(Column(name, 5) for name in "abcdef"), (row,))
    assert write_csv(table).decode("utf-8-sig") == "a,b,c,d,e,f\r\n-5,-0.5,52.2%,,2026-03-01,'-5\r\n"


@given(st.text())
def test_a_guarded_text_never_acts_and_can_be_taken_back(text: str) -> None:
    written = guarded(text)
    assert written[:1] not in set("=+-@\t\r\n＝＋－＠")
    assert text in (written, written[1:], written[:-1])


def test_the_json_is_the_stored_document_byte_for_byte(papers: dict[str, bytes], drawn_city: Engine) -> None:
    with reading(drawn_city) as session:
        document, digest = session.execute(select(PlanVersion.document, PlanVersion.sha256)).one()
    assert papers[f"{STEM}.json"] == document and sha256(document).hexdigest() == digest
    assert json.loads(document)["plan"] == city.PLAN


def events_of(content: bytes) -> list[dict[str, object]]:
    found = Calendar.from_ical(content)
    assert found.errors == []
    return [
        {
            "uid": str(each["UID"]), "first": each.decoded("DTSTART"), "end": each.decoded("DTEND"),
            "summary": str(each["SUMMARY"]), "text": str(each["DESCRIPTION"]), "stamp": each.decoded("DTSTAMP"),
        }
        for each in found.walk("VEVENT")
    ]  # fmt: skip


def test_each_division_has_a_calendar_with_its_visits_and_the_batches(
    papers: dict[str, bytes], drawn_city: Engine
) -> None:
    with reading(drawn_city) as session:
        query = select(KeyVisit, Enterprise.name).join(Enterprise, Enterprise.uscc == KeyVisit.uscc)
        visits = [
            (visit.division_id, visit.uscc, visit.visit, visit.month, name) for visit, name in session.execute(query)
        ]
        of = dict(session.execute(select(KeyVisit.uscc, func.count()).group_by(KeyVisit.uscc)).all())
    seen: set[str] = set()
    for division in city.SECTORS:
        wanted = {
            (
                f"{STEM}-{uscc}-{number}@112202000000000000",
                date(city.YEAR, month, 1),
                date(city.YEAR, month, calendar.monthrange(city.YEAR, month)[1]) + timedelta(days=1),
                f"【演示】重点检查（第{number}次，全年{of[uscc]}次）：{name}".replace("\x0b", ""),
            )
            for its, uscc, number, month, name in visits
            if its == division
        }
        wanted |= {
            (
                f"{STEM}-batch-{number}-{division}@112202000000000000",
                day,
                day + timedelta(days=1),
                f"【演示】一般企业随机抽查第{number}批",
            )
            for number, day in enumerate(city.BATCH_DAYS, start=1)
        }
        events = events_of(papers[f"{STEM}-{division}.ics"])
        assert {(each["uid"], each["first"], each["end"], each["summary"]) for each in events} == wanted
        assert len(events) == len(wanted) and not seen & {str(each["uid"]) for each in events}
        seen |= {str(each["uid"]) for each in events}


def test_a_directed_batch_stands_in_the_calendars_of_its_divisions_alone(
    sqlite_engine: Engine, papers_settings: Settings
) -> None:
    """Dust explosion belongs to the division of trade; the undirected batch may fall to anyone."""
    asked = json.loads(city.budget())
    directed = {"filter": {"sectors": ["dust-explosion"]}, "ratios": dict.fromkeys("ABCDU", "1/4")}
    asked["batches"] = [{"on": "2026-03-02"}, {"on": "2026-05-12", "title": "粉尘专项抽查", **directed}]
    with writing(sqlite_engine) as session:
        city.settle(session)
        build_plan(session, papers_settings, parse_json(json.dumps(asked).encode()), year=city.YEAR, actor="planner")
    with reading(sqlite_engine) as session:
        found = {
            division: [
                str(each["summary"])
                for each in events_of(plan_paper(session, city.PLAN, f"{division}.ics", public=False).content)
            ]
            for division in city.SECTORS
        }
    assert found == {
        "chemicals": ["一般企业随机抽查第1批"],
        "mines": ["一般企业随机抽查第1批"],
        "trade": ["一般企业随机抽查第1批", "粉尘专项抽查"],
    }


def test_lines_of_a_calendar_are_short_and_end_as_the_standard_says(papers: dict[str, bytes]) -> None:
    for name, content in papers.items():
        if name.endswith(".ics"):
            assert content.endswith(b"END:VCALENDAR\r\n")
            lines = content.split(b"\r\n")
            assert max(map(len, lines)) <= 75
            assert all(b"\n" not in line and b"\r" not in line and line.decode() is not None for line in lines)


TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc"), whitelist_characters="\n"), max_size=200)


@given(TEXTS, TEXTS)
def test_any_text_comes_back_from_a_calendar(summary: str, description: str) -> None:
    event = Event("u-1@x", date(2026, 2, 1), date(2026, 2, 28), summary, description, "c")
    content = write_calendar("名,称", [event], datetime(2026, 1, 1, tzinfo=UTC))
    (found,) = events_of(content)
    assert (found["summary"], found["text"]) == (summary, description)
    assert max(map(len, content.split(b"\r\n"))) <= 75
