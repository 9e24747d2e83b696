"""What pages read of draws, and what the public may see at each moment."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from scheduler.draws.conducting import conduct_draw, publish_draw
from scheduler.draws.contributions import contribute
from scheduler.draws.events import append_draw_event
from scheduler.draws.files import file_sizes, read_file, record_files
from scheduler.draws.lookup import look_up
from scheduler.draws.queries import (
    list_drafts,
    list_draws,
    list_missing,
    list_seats,
    list_strata,
    page_order,
    show_draw,
)
from scheduler.draws.sealing import seal_draw, seal_months
from scheduler.errors import NotAllowed, NotFound
from scheduler.store.session import reading, writing

Draft = Callable[..., str]
PLAN = "220200-2023"
SEALED = datetime(2023, 8, 23, 15, 20, 0, tzinfo=UTC)
ROLLED = SEALED + timedelta(minutes=10)
DIGITS = "31415926535897932384"
INPUTS = ["excluded.tsv", "inspectors.tsv", "manifest.json", "pool.tsv", "recusals.tsv"]


def code(number: int) -> str:
    return f"91220200{number:010}"


def published(session: Session, draft: Draft, **changes: Any) -> str:
    draw = seal_draw(session, "o", draft(session, **changes), SEALED).id
    contribute(session, "w", draw, "dice", DIGITS, now=ROLLED)
    conduct_draw(session, "o", draw)
    publish_draw(session, "o", draw)
    return draw


def test_an_open_draw_shows_its_list_from_the_seal_and_its_outcome_from_publication(
    city_engine: Engine, draft: Draft
) -> None:
    with writing(city_engine) as session:
        draw = seal_draw(session, "o", draft(session), SEALED).id
        assert list(record_files(session, draw, public=True)) == INPUTS
        contribute(session, "w", draw, "dice", DIGITS, now=ROLLED)
        conduct_draw(session, "o", draw)
        assert list(record_files(session, draw, public=True)) == [*INPUTS[:4], "randomness/dice.json", "recusals.tsv"]
        assert list_seats(session, draw, public=True) == []
        assert page_order(session, draw, "A", public=True) == []
        assert [stratum.cutoff for stratum in list_strata(session, draw, public=True)] == [None, None, None]
        with pytest.raises(NotAllowed, match="file-hidden"):
            read_file(session, draw, "order.tsv", public=True)
        assert look_up(session, code(0)) == []
        publish_draw(session, "o", draw)
        files = record_files(session, draw, public=True)
        assert {"order.tsv", "assign.tsv", "result.json", "seed.txt"} <= set(files)
        assert file_sizes(session, draw, public=True) == {name: len(content) for name, content in files.items()}
        assert read_file(session, draw, "order.tsv", public=True) == files["order.tsv"]
        with pytest.raises(NotFound, match="file-unknown"):
            read_file(session, draw, "../manifest.json", public=True)


def test_one_draw_is_shown_with_everything_of_it(city_engine: Engine, draft: Draft) -> None:
    with writing(city_engine) as session:
        name = draft(session)
        assert [each.id for each in list_drafts(session, PLAN)] == [name]
        draw = seal_draw(session, "o", name, SEALED).id
        assert list_missing(session, draw) == ["dice"]
        assert show_draw(session, draw, public=True).result is None
        contribute(session, "w", draw, "dice", DIGITS, now=ROLLED)
        conduct_draw(session, "o", draw)
        publish_draw(session, "o", draw)
    with reading(city_engine) as session:
        view = show_draw(session, draw, public=True)
        files = record_files(session, draw, public=True)
    assert (view.summary.id, view.summary.state, view.summary.population, view.summary.take) == (
        draw,
        "published",
        41,
        9,
    )
    assert view.seed == hashlib.sha256(files["seed.txt"]).hexdigest()
    assert view.result is not None and view.result["manifest"] == view.summary.manifest_sha256
    assert [(source.id, source.value, source.arrived_at) for source in view.sources] == [("dice", DIGITS, ROLLED)]
    assert [(stratum.id, stratum.population, stratum.take) for stratum in view.strata] == [
        ("A", 14, 3), ("B", 14, 3), ("U", 13, 3),
    ]  # fmt: skip
    lines = files["order.tsv"].decode().splitlines()
    assert [stratum.cutoff for stratum in view.strata] == [
        line.split("\t")[3] for line in lines if line.split("\t")[1] == "3"
    ]
    assert list(view.steps) == ["conducted", "published"]


def test_the_order_comes_in_pages_by_rank(city_sqlite: Engine, draft: Draft) -> None:
    with writing(city_sqlite) as session:
        draw = published(session, draft)
        first = page_order(session, draw, "U", public=True, limit=5)
        second = page_order(session, draw, "U", public=True, after_rank=5, limit=50)
        with pytest.raises(NotFound, match="stratum-unknown"):
            page_order(session, draw, "Z", public=True)
        assert [line.rank for line in [*first, *second]] == list(range(1, 14))
        assert [line.selected for line in first] == [True, True, True, False, False]


def test_teams_are_those_of_the_assignment_until_something_happens(city_sqlite: Engine, draft: Draft) -> None:
    with writing(city_sqlite) as session:
        draw = published(session, draft)
        seats = list_seats(session, draw, public=True)
        table = record_files(session, draw, public=True)["assign.tsv"].decode()
    assert "".join(f"{seat.entry}\t{seat.slot}\t{seat.inspector}\n" for seat in seats) == table
    assert {seat.status for seat in seats} == {"open"}


def test_an_enterprise_sees_its_lot_number_rank_cutoff_and_team(city_engine: Engine, draft: Draft) -> None:
    with writing(city_engine) as session:
        draw = published(session, draft)
        for number in range(10):
            (standing,) = look_up(session, code(number))
            assert standing.draw.id == draw
            assert standing.key is not None and standing.ticket is not None and standing.cutoff is not None
            assert standing.ticket == hashlib.sha256(f"{standing.key}:{code(number)}".encode()).hexdigest()
            assert standing.drawn == (standing.ticket <= standing.cutoff) == (standing.rank in (1, 2, 3))
            assert standing.standing == bool(standing.team) == standing.drawn
            assert standing.reason is None
        (left_out,) = look_up(session, code(40))
        assert (left_out.reason, left_out.ticket, left_out.drawn) == ("key-tier", None, False)
        assert look_up(session, "91220200000000999X") == []


def test_an_enterprise_taken_out_and_one_that_came_in_see_it(city_sqlite: Engine, draft: Draft) -> None:
    with writing(city_sqlite) as session:
        draw = published(session, draft)
        order = page_order(session, draw, "A", public=True)
        append_draw_event(session, "o", draw, "exclude", order[0].entry_id, "moved")
        (gone,) = look_up(session, order[0].entry_id)
        (came,) = look_up(session, order[3].entry_id)
        assert [event.kind for event in show_draw(session, draw, public=True).events] == ["exclude"]
    assert (gone.drawn, gone.standing, gone.taken_out) == (True, False, "moved")
    assert (came.drawn, came.standing, came.taken_out, len(came.team)) == (False, True, None, 2)


def test_draws_are_listed_newest_first(city_sqlite: Engine, draft: Draft) -> None:
    with writing(city_sqlite) as session:
        first = published(session, draft)
        second = seal_draw(session, "o", draft(session), SEALED + timedelta(days=1)).id
        other = seal_draw(session, "o", draft(session, plan="220300-2023"), SEALED).id
        assert [each.id for each in list_draws(session)] == [second, other, first]
        assert [(each.id, each.state) for each in list_draws(session, PLAN)] == [
            (second, "sealed"),
            (first, "published"),
        ]
        assert list_draws(session, PLAN, "months") == []


@pytest.mark.shared
def test_a_key_enterprise_sees_its_months(engine: Engine, shared: Path) -> None:
    import json

    folder = shared / "vectors" / "plan-lottery"
    rounds = json.loads((shared / "vectors" / "drand.json").read_text())["rounds"]
    with writing(engine) as session:
        plan, table = (folder / "plan.json").read_bytes(), (folder / "enterprises.tsv").read_bytes()
        draw = seal_months(session, "o", plan, table, title="年度计划", now=SEALED).id
        contribute(session, "w", draw, "dice", "16180339887498948482", now=ROLLED)
        contribute(session, "w", draw, "drand", json.dumps(rounds[2]), now=SEALED + timedelta(hours=1))
        conduct_draw(session, "o", draw)
        assert look_up(session, "91220000124474830F") == []
        publish_draw(session, "o", draw)
        view = show_draw(session, draw, public=True)
        (standing,) = look_up(session, "91220000124474830F")
    assert (standing.months, standing.stratum, standing.population) == ((5,), "trade-1", 267)
    assert (view.summary.population, view.summary.take, len(view.strata)) == (600, 600, 4)
    assert list_names(view.files) == ["enterprises.tsv", "months.tsv", "plan.json", "seed.txt"]


def list_names(files: Any) -> list[str]:
    return [name for name in files if not name.startswith("randomness/")]
