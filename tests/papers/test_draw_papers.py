"""The papers of a draw: who was drawn, by what, and nothing about people but name and number."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from config.settings import Settings
from scheduler.directory.models import Enterprise, Inspector
from scheduler.draws.events import append_draw_event
from scheduler.draws.models import Draw, DrawEntry, DrawFile
from scheduler.draws.sealing import seal_draw
from scheduler.errors import Conflict, InvalidInput, NotFound, ServiceError
from scheduler.papers.draw_files import draw_paper, draw_papers
from scheduler.papers.files import plan_paper, plan_papers
from scheduler.store.session import reading, writing
from tests.papers import city

DRAW = f"{city.PLAN}-01"


def stored_file(session: Session, name: str) -> bytes:
    return session.scalars(select(DrawFile.content).where(DrawFile.draw_id == DRAW, DrawFile.name == name)).one()


def test_the_result_lists_the_drawn_with_rank_lot_number_and_team(papers: dict[str, bytes], drawn_city: Engine) -> None:
    with reading(drawn_city) as session:
        drawn = session.scalars(select(DrawEntry).where(DrawEntry.draw_id == DRAW, DrawEntry.selected)).all()
        names = {each.uscc: each.name for each in session.scalars(select(Enterprise))}
        people = {each.id: each.name for each in session.scalars(select(Inspector))}
        teams: dict[str, list[str]] = {}
        for line in stored_file(session, "assign.tsv").decode().splitlines():
            entry, _, person = line.split("\t")
            teams.setdefault(entry, []).append(f"{people[person]}（{person}）")
    risk = {each: f"{each}级" for each in "ABCD"} | {"U": "未评级"}
    wanted = {
        (
            names[each.entry_id],
            each.entry_id,
            risk[each.stratum],
            each.rank,
            each.ticket,
            "、".join(teams[each.entry_id]),
            "抽中",
        )
        for each in drawn
    }
    sheet = load_workbook(io.BytesIO(papers[f"{DRAW}-result.xlsx"]))["抽取结果"]
    found = list(sheet.iter_rows(min_row=3, values_only=True))
    assert {row[1:] for row in found} == wanted and len(found) == len(wanted) > 5
    rows = list(csv.reader(io.StringIO(papers[f"{DRAW}-result.csv"].decode("utf-8-sig"))))[1:]
    assert {(row[1], row[2].strip(), row[3], int(row[4]), row[5], row[6], row[7]) for row in rows} == wanted


def test_the_announcement_says_by_what_it_was_decided(papers: dict[str, bytes], drawn_city: Engine) -> None:
    with reading(drawn_city) as session:
        draw = session.get_one(Draw, DRAW)
        last = {
            each.stratum: each.ticket
            for each in session.scalars(
                select(DrawEntry).where(DrawEntry.draw_id == DRAW, DrawEntry.selected).order_by(DrawEntry.rank)
            )
        }
        digest, entries = (
            draw.manifest_sha256,
            session.scalars(select(DrawEntry).where(DrawEntry.draw_id == DRAW)).all(),
        )
        pool, taken = len(entries), sum(each.selected for each in entries)
        seed = sha256(stored_file(session, "seed.txt")).hexdigest()
    paper = Document(io.BytesIO(papers[f"{DRAW}-notice.docx"]))
    text = "\n".join(each.text for each in paper.paragraphs)
    assert f"锁定名单内企业{pool}家，抽中{taken}家" in text
    strata, identifiers = ([[cell.text for cell in row.cells] for row in table.rows] for table in paper.tables)
    assert sorted(row[4] for row in strata[1:-1]) == sorted(last.values())
    assert [strata[-1][1], strata[-1][2]] == [str(pool), str(taken)]
    named = {row[0]: row[1] for row in identifiers}
    assert named["清单指纹M（SHA-256）"] == digest and named["种子"] == seed and named["抽取编号"] == DRAW
    assert named["随机数“dice”（当众掷十面骰子）"].startswith(f"{city.DICE}（")
    assert "演示文本" in text and "演示文本" in paper.sections[0].header.paragraphs[0].text
    assert paper.sections[0].first_page_header.paragraphs[0].text


def test_after_an_exclusion_the_next_rank_stands_in_the_result(
    sqlite_engine: Engine, papers_settings: Settings
) -> None:
    city.fill(sqlite_engine, papers_settings)
    with writing(sqlite_engine) as session:
        drawn = select(DrawEntry).where(DrawEntry.draw_id == DRAW, DrawEntry.selected)
        entry = session.scalars(drawn.order_by(DrawEntry.entry_id)).first()
        assert entry is not None
        gone, stratum = entry.entry_id, entry.stratum
        append_draw_event(session, "operator", DRAW, "exclude", gone, "closed")
        order = select(DrawEntry).where(DrawEntry.draw_id == DRAW, DrawEntry.stratum == stratum)
        came = next(each.entry_id for each in session.scalars(order.order_by(DrawEntry.rank)) if not each.selected)
    with reading(sqlite_engine) as session:
        workbook, notice = draw_papers(session, papers_settings.office, DRAW, formats=["xlsx", "docx"])[::-1]
    sheet = load_workbook(io.BytesIO(workbook.content))["抽取结果"]
    standing = {row[2]: (row[7], row[6]) for row in sheet.iter_rows(min_row=3, values_only=True)}
    assert standing[gone] == ("移出", None) and standing[came][0] == "递补" and "JC0" in str(standing[came][1])
    said = "\n".join(each.text for each in Document(io.BytesIO(notice.content)).paragraphs)
    assert "变更1项，其中企业移出或递补2家" in said


def test_a_void_draw_says_so(sqlite_engine: Engine, papers_settings: Settings) -> None:
    city.fill(sqlite_engine, papers_settings)
    with writing(sqlite_engine) as session:
        append_draw_event(session, "operator", DRAW, "void", detail="list-error")
    with reading(sqlite_engine) as session:
        found = {paper.name: inside(paper.content) for paper in draw_papers(session, papers_settings.office, DRAW)}
    assert "本次抽取已作废" in found[f"{DRAW}-notice.docx"]
    assert "【作废】" in found[f"{DRAW}-result.xlsx"] and "【作废】" in found[f"{DRAW}-result.csv"]


def inside(content: bytes) -> str:
    """All that a file says, unpacked."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8-sig")
    archive = zipfile.ZipFile(io.BytesIO(content))
    return "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())


def test_no_paper_names_a_certificate_or_who_worked_on_it(papers: dict[str, bytes]) -> None:
    assert len(papers) == 2 * (16 - 3 + 3) - 1  # one JSON for both languages
    for name, content in papers.items():
        said = inside(content)
        assert "SECRET" not in said, name
        assert "planner" not in said and "operator" not in said, name


def test_the_same_record_gives_the_same_bytes(
    papers: dict[str, bytes], drawn_city: Engine, papers_settings: Settings
) -> None:
    with reading(drawn_city) as session:
        again = [
            *plan_papers(session, city.PLAN), *draw_papers(session, papers_settings.office, DRAW)
        ]  # fmt: skip
    assert all(papers[paper.name] == paper.content for paper in again)


def test_one_paper_is_the_one_of_all(papers: dict[str, bytes], drawn_city: Engine, papers_settings: Settings) -> None:
    with reading(drawn_city) as session:
        for name in ("plan.docx", "budget.csv", "mines.ics"):
            paper = plan_paper(session, city.PLAN, name, 1, language="en")
            assert papers[paper.name] == paper.content
        paper = draw_paper(session, papers_settings.office, DRAW, "result.csv")
        assert (paper.name, paper.media) == (f"{DRAW}-result.csv", "text/csv; charset=utf-8")
        assert papers[paper.name] == paper.content


REFUSED: list[tuple[Callable[[Session, Any], object], type[ServiceError], str]] = [
    (lambda session, _: plan_papers(session, "220200-2031"), NotFound, "plan-unknown"),
    (lambda session, _: plan_papers(session, city.PLAN, 2), NotFound, "plan-unknown"),
    (lambda session, _: plan_papers(session, city.PLAN, formats=["pdf"]), InvalidInput, "paper-format"),
    (lambda session, _: plan_paper(session, city.PLAN, "../plan.docx"), NotFound, "paper-unknown"),
    (lambda session, office: draw_papers(session, office, "220200-2026-99"), NotFound, "draw-unknown"),
    (lambda session, office: draw_papers(session, office, f"{city.PLAN}-v1"), Conflict, "papers-draw-is-lottery"),
    (lambda session, office: draw_papers(session, office, f"{city.PLAN}-batch-2"), Conflict, "draw-not-sealed"),
    (lambda session, office: draw_papers(session, office, DRAW, formats=["ics"]), InvalidInput, "paper-format"),
    (lambda session, office: draw_paper(session, office, DRAW, "plan.docx"), NotFound, "paper-unknown"),
]


@pytest.mark.parametrize(("ask", "kind", "code"), REFUSED)
def test_what_is_not_there_is_refused(
    ask: Callable[[Session, Any], object],
    kind: type[ServiceError],
    code: str,
    drawn_city: Engine,
    papers_settings: Settings,
) -> None:
    with reading(drawn_city) as session, pytest.raises(kind) as refusal:
        ask(session, papers_settings.office)
    assert refusal.value.code == code


def test_a_draw_without_outcome_and_a_plan_not_published_have_no_public_paper(
    sqlite_engine: Engine, papers_settings: Settings
) -> None:
    with writing(sqlite_engine) as session:
        city.settle(session)
        city.build(session, papers_settings)
        draw = seal_draw(session, "operator", f"{city.PLAN}-batch-1").id
    with reading(sqlite_engine) as session:
        with pytest.raises(Conflict, match="papers-draw-not-conducted"):
            draw_papers(session, papers_settings.office, draw, public=False)
        with pytest.raises(NotFound, match="plan-unknown"):
            plan_papers(session, city.PLAN)
        assert len(plan_papers(session, city.PLAN, public=False)) == 13
