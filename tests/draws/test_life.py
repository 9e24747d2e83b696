"""The life of a draw: draft, seal, contributions, conducted, published; what is refused on the way."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from scheduler.draws.conducting import conduct_draw, publish_draw
from scheduler.draws.contributions import contribute, roll_contribution
from scheduler.draws.drafts import discard_draft, draft_draw, open_draft, update_draft
from scheduler.draws.models import Contribution, Draw, DrawEntry, OfficeSecret
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.draws.protocol.manifest import parse_manifest
from scheduler.draws.queries import state_of
from scheduler.draws.record import read_files
from scheduler.draws.sealing import seal_draw, seal_months
from scheduler.draws.standing import standing_entries
from scheduler.errors import InvalidInput, NotFound, ServiceError
from scheduler.store.audit import AuditEntry
from scheduler.store.session import reading, writing

Draft = Callable[..., str]
PLAN = "220200-2023"
SEALED = datetime(2023, 8, 23, 15, 20, 0, tzinfo=UTC)
ROLLED = SEALED + timedelta(minutes=10)
DUE = datetime(2023, 8, 23, 15, 59, 24, tzinfo=UTC)
DIGITS = "31415926535897932384"
DICE = {"id": "dice", "type": "dice/d10", "count": 20}
DRAND = {"id": "drand", "type": "drand/quicknet", "round": 1000}
OFFICE = {"id": "office", "type": "commit/sha256"}


def actions(session: Session) -> list[str]:
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.sequence)))


def refused(work: Callable[[], object]) -> str:
    try:
        work()
    except (ServiceError, ProtocolError) as refusal:
        return refusal.code
    raise AssertionError("nothing was refused")


def pulse(shared: Path, round_number: int = 1000) -> str:
    rounds = json.loads((shared / "vectors" / "drand.json").read_text())["rounds"]
    return json.dumps(next(each for each in rounds if each["round"] == round_number))


def drawn(session: Session, draft: Draft, **changes: Any) -> str:
    """Take a draw with dice from draft to publication."""
    draw = seal_draw(session, "operator", draft(session, **changes), SEALED).id
    contribute(session, "witness", draw, "dice", DIGITS, now=ROLLED)
    conduct_draw(session, "operator", draw)
    publish_draw(session, "operator", draw)
    return draw


def test_a_draw_goes_from_draft_to_publication_with_one_audit_entry_a_step(city_engine: Engine, draft: Draft) -> None:
    states = []
    with writing(city_engine) as session:
        name = draft(session)
        states.append(state_of(session, name))
    with writing(city_engine) as session:
        draw = seal_draw(session, "operator", name, SEALED).id
        states.append(state_of(session, draw))
    with writing(city_engine) as session:
        contribute(session, "witness", draw, "dice", DIGITS, now=ROLLED)
        states.append(state_of(session, draw))
    with writing(city_engine) as session:
        conduct_draw(session, "operator", draw)
        states.append(state_of(session, draw))
    with writing(city_engine) as session:
        publish_draw(session, "operator", draw)
        states.append(state_of(session, draw))
        assert actions(session) == ["draw.draft", "draw.seal", "draw.contribute", "draw.conduct", "draw.publish"]
    assert (draw, states) == ("220200-2023-01", ["draft", "sealed", "sealed", "conducted", "published"])


def test_the_outcome_follows_from_the_list_and_the_digits_alone(city_engine: Engine, draft: Draft) -> None:
    with writing(city_engine) as session:
        draw = drawn(session, draft)
    with reading(city_engine) as session:
        files = read_files(session, draw, ("manifest.json", "seed.txt", "pool.tsv", "order.tsv"))
        rows = session.scalars(select(DrawEntry).where(DrawEntry.draw_id == draw)).all()
    digest = hashlib.sha256(files["manifest.json"]).hexdigest()
    transcript = f"double-random/1/seed\nmanifest\t{digest}\nsource\t0\tdice\t{DIGITS}\n".encode()
    assert files["seed.txt"] == transcript
    seed = hashlib.sha256(transcript).hexdigest()
    key = hashlib.sha256(f"double-random/1/key\n{seed}\nselect\n".encode()).hexdigest()
    lots: dict[str, list[tuple[str, str]]] = {}
    for line in files["pool.tsv"].decode().splitlines():
        entry, stratum, _, _ = line.split("\t")
        lots.setdefault(stratum, []).append((hashlib.sha256(f"{key}:{entry}".encode()).hexdigest(), entry))
    expected = {
        (entry, stratum, rank, ticket, rank <= 3)  # one in five of 13 or 14, rounded up
        for stratum, tickets in lots.items()
        for rank, (ticket, entry) in enumerate(sorted(tickets), 1)
    }
    assert {(row.entry_id, row.stratum, row.rank, row.ticket, row.selected) for row in rows} == expected


def test_sequences_run_without_gaps_and_each_manifest_names_the_one_before(city_sqlite: Engine, draft: Draft) -> None:
    with writing(city_sqlite) as session:
        draws = [seal_draw(session, "o", draft(session, repeat=True), SEALED) for _ in range(3)]
        other = seal_draw(session, "o", draft(session, plan="220300-2023"), SEALED)
        manifests = [parse_manifest(read_files(session, d.id, ("manifest.json",))["manifest.json"]) for d in draws]
        assert [draw.id for draw in draws] == [f"{PLAN}-01", f"{PLAN}-02", f"{PLAN}-03"]
        assert other.id == "220300-2023-01"
    assert [manifest.sequence for manifest in manifests] == [1, 2, 3]
    assert [manifest.previous for manifest in manifests] == [None, manifests[0].digest, manifests[1].digest]


def test_no_list_is_frozen_while_an_earlier_draw_may_still_take_from_it(city_sqlite: Engine, draft: Draft) -> None:
    """Both lists would hold the same enterprises, and one could be drawn twice in a year."""
    with writing(city_sqlite) as session:
        first = seal_draw(session, "o", draft(session), SEALED).id
        second = draft(session)
        assert refused(lambda: seal_draw(session, "o", second, SEALED)) == "draw-before-open"
        contribute(session, "w", first, "dice", DIGITS, now=ROLLED)
        conduct_draw(session, "o", first)
        drawn = standing_entries(session, PLAN)
        sealed = seal_draw(session, "o", second, SEALED)
        pool = read_files(session, sealed.id, ("pool.tsv",))["pool.tsv"].decode()
    assert drawn
    assert drawn.isdisjoint(line.split("\t")[0] for line in pool.splitlines())


def test_a_second_draw_with_the_same_sequence_is_refused_by_the_store(city_engine: Engine, draft: Draft) -> None:
    with writing(city_engine) as session:
        first = seal_draw(session, "o", draft(session), SEALED)
        values = {column.name: getattr(first, column.name) for column in Draw.__table__.columns}
    values |= {"id": "another", "draft_id": None}
    with pytest.raises(DatabaseError), writing(city_engine) as session:
        session.add(Draw(**values))


def test_a_value_before_the_seal_is_refused(city_sqlite: Engine, draft: Draft) -> None:
    with writing(city_sqlite) as session:
        name = draft(session)
        assert refused(lambda: contribute(session, "w", name, "dice", DIGITS)) == "contribution-before-seal"
        assert refused(lambda: conduct_draw(session, "o", name)) == "draw-not-sealed"
        assert refused(lambda: publish_draw(session, "o", name)) == "draw-not-sealed"
        assert refused(lambda: contribute(session, "w", "nothing", "dice", DIGITS)) == "draw-unknown"


def test_an_edit_after_the_seal_is_refused(city_engine: Engine, draft: Draft) -> None:
    with writing(city_engine) as session:
        name = draft(session)
        update_draft(session, "p", name, {"title": "另一个名称"})
        assert open_draft(session, name).settings["title"] == "另一个名称"
        draw = seal_draw(session, "o", name, SEALED).id
        for again in (name, draw):
            assert refused(lambda again=again: update_draft(session, "p", again, {"title": "x"})) == "draft-sealed"  # type: ignore[misc]
            assert refused(lambda again=again: seal_draw(session, "o", again)) == "draft-sealed"  # type: ignore[misc]
            assert refused(lambda again=again: discard_draft(session, "p", again)) == "draft-sealed"  # type: ignore[misc]
    with pytest.raises(DatabaseError), writing(city_engine) as session:
        found = session.get(Draw, draw)
        assert found is not None
        found.title = "changed"


def test_drafts_can_be_discarded_and_ids_are_taken_once(city_sqlite: Engine, draft: Draft) -> None:
    with writing(city_sqlite) as session:
        first, second = draft(session), draft(session)
        assert (first, second) == (f"{PLAN}-draft-1", f"{PLAN}-draft-2")
        discard_draft(session, "p", first)
        assert refused(lambda: open_draft(session, first)) == "draft-unknown"
        settings = open_draft(session, second).settings
        assert refused(lambda: draft_draw(session, "p", PLAN, settings, second)) == "draft-exists"
        assert refused(lambda: draft_draw(session, "p", "a b", settings)) == "draft-id"
        assert refused(lambda: draft_draw(session, "p", PLAN, settings, "x" * 49)) == "draft-id"
        seal_draw(session, "o", second, SEALED)
        assert refused(lambda: draft_draw(session, "p", PLAN, settings, second)) == "draft-exists"


def test_each_source_takes_one_value_and_only_sources_of_the_manifest(city_sqlite: Engine, draft: Draft) -> None:
    with writing(city_sqlite) as session:
        draw = seal_draw(session, "o", draft(session), SEALED).id
        assert refused(lambda: contribute(session, "w", draw, "drand", "{}", now=ROLLED)) == "source-unknown"
        assert refused(lambda: contribute(session, "w", draw, "dice", "123", now=ROLLED)) == "dice-rolls"
        contribute(session, "w", draw, "dice", DIGITS, now=ROLLED)
        assert refused(lambda: contribute(session, "w", draw, "dice", DIGITS, now=ROLLED)) == "contribution-exists"


def test_the_draw_waits_for_a_late_value_and_names_it(city_sqlite: Engine, draft: Draft, shared: Path) -> None:
    with writing(city_sqlite) as session:
        draw = seal_draw(session, "o", draft(session, randomness=[DICE, DRAND]), SEALED).id
        with pytest.raises(ServiceError, match="randomness-missing") as waiting:
            conduct_draw(session, "o", draw)
        assert waiting.value.params["missing"] == "dice, drand"
        contribute(session, "w", draw, "dice", DIGITS, now=ROLLED)
        with pytest.raises(ServiceError, match="randomness-missing") as waiting:
            conduct_draw(session, "o", draw)
        assert waiting.value.params["missing"] == "drand"
        assert refused(lambda: contribute(session, "w", draw, "drand", pulse(shared), now=ROLLED)) == "value-too-early"
        other = pulse(shared, 1001)
        assert refused(lambda: contribute(session, "w", draw, "drand", other, now=DUE)) == "drand-other-round"
        contribute(session, "w", draw, "drand", pulse(shared), now=DUE)
        assert set(conduct_draw(session, "o", draw)) == {"seed.txt", "order.tsv", "assign.tsv", "result.json"}


def test_beacons_keep_their_distance_from_the_seal_and_from_every_contribution(
    city_sqlite: Engine, draft: Draft
) -> None:
    with writing(city_sqlite) as session:
        late = DUE - timedelta(seconds=599)
        name = draft(session, randomness=[DICE, DRAND])
        assert refused(lambda: seal_draw(session, "o", name, late)) == "beacon-too-soon"
        draw = seal_draw(session, "o", name, DUE - timedelta(seconds=600)).id
        assert refused(lambda: contribute(session, "w", draw, "dice", DIGITS, now=late)) == "contribution-late"
        contribute(session, "w", draw, "dice", DIGITS, now=DUE - timedelta(seconds=600))


def test_a_beacon_without_a_time_gets_one_after_the_ceremony(city_sqlite: Engine, draft: Draft) -> None:
    nist = {"id": "nist", "type": "nist/2.0"}
    beacon = {"id": "drand", "type": "drand/quicknet"}
    with writing(city_sqlite) as session:
        draw = seal_draw(session, "o", draft(session, randomness=[DICE, beacon, nist]), SEALED).id
        without = seal_draw(session, "o", draft(session, randomness=[beacon], repeat=True), SEALED).id
        named = parse_manifest(read_files(session, draw, ("manifest.json",))["manifest.json"]).randomness
        alone = parse_manifest(read_files(session, without, ("manifest.json",))["manifest.json"]).randomness
    assert named[1].seconds is not None and 0 <= named[1].seconds - SEALED.timestamp() - 2400 < 3
    assert named[2].time == "2023-08-23T16:00:00.000Z"
    assert alone[0].seconds is not None and 0 <= alone[0].seconds - SEALED.timestamp() - 600 < 3


def test_conducting_twice_gives_the_one_result(city_engine: Engine, draft: Draft) -> None:
    with writing(city_engine) as session:
        draw = seal_draw(session, "o", draft(session), SEALED).id
        contribute(session, "w", draw, "dice", DIGITS, now=ROLLED)
        first = conduct_draw(session, "o", draw)
    with writing(city_engine) as session:
        assert conduct_draw(session, "somebody else", draw) == first
        publish_draw(session, "o", draw)
        publish_draw(session, "o", draw)
        assert actions(session).count("draw.conduct") == actions(session).count("draw.publish") == 1


def test_publishing_needs_a_result(city_sqlite: Engine, draft: Draft) -> None:
    with writing(city_sqlite) as session:
        draw = seal_draw(session, "o", draft(session), SEALED).id
        assert refused(lambda: publish_draw(session, "o", draw)) == "draw-not-conducted"


def test_a_real_draw_refuses_dice_from_a_program(city_sqlite: Engine, draft: Draft) -> None:
    with writing(city_sqlite) as session:
        real = seal_draw(session, "o", draft(session), SEALED)
        assert refused(lambda: roll_contribution(session, "o", real.id, "dice", ROLLED)) == "dice-by-program"
        assert not real.demonstration
        show = seal_draw(session, "o", draft(session, demonstration=True, repeat=True), SEALED)
        roll_contribution(session, "o", show.id, "dice", ROLLED)
        conduct_draw(session, "o", show.id)
        manifest = parse_manifest(read_files(session, show.id, ("manifest.json",))["manifest.json"])
        assert show.demonstration
        assert show.title == manifest.title == "演示 (demonstration) 一般检查单位随机抽查"


def test_the_program_rolls_dice_and_nothing_else(city_sqlite: Engine, draft: Draft) -> None:
    with writing(city_sqlite) as session:
        name = draft(session, demonstration=True, randomness=[DICE, {"id": "drand", "type": "drand/quicknet"}])
        draw = seal_draw(session, "o", name, SEALED).id
        assert refused(lambda: roll_contribution(session, "o", draw, "drand", ROLLED)) == "source-not-dice"
        assert refused(lambda: roll_contribution(session, "o", draw, "coin", ROLLED)) == "source-unknown"


def test_who_stands_drawn_is_not_drawn_again_in_the_same_year(city_sqlite: Engine, draft: Draft) -> None:
    with writing(city_sqlite) as session:
        first = drawn(session, draft)
        held = set(
            session.scalars(select(DrawEntry.entry_id).where(DrawEntry.draw_id == first, DrawEntry.selected.is_(True)))
        )
        second = seal_draw(session, "o", draft(session), SEALED).id
        third = seal_draw(session, "o", draft(session, repeat=True), SEALED).id
        left_out = read_files(session, second, ("excluded.tsv",))["excluded.tsv"].decode()
        repeated = read_files(session, third, ("excluded.tsv",))["excluded.tsv"].decode()
    assert {line.split("\t")[0] for line in left_out.splitlines() if line.endswith("\tdrawn-this-year")} == held
    assert "drawn-this-year" not in repeated


def test_a_sealed_draw_keeps_the_offices_secret_and_commits_to_it(
    city_engine: Engine, draft: Draft, shared: Path
) -> None:
    sealed = {"mode": "sealed", "reveal_by": "2023-12-31", "randomness": [DICE, DRAND, OFFICE]}
    with writing(city_engine) as session:
        draw = seal_draw(session, "o", draft(session, **sealed), SEALED).id
        again = seal_draw(session, "o", draft(session, **sealed), SEALED).id
        secret, other = (
            session.scalars(select(OfficeSecret).where(OfficeSecret.draw_id == name)).one() for name in (draw, again)
        )
        assert secret.secret != other.secret
        text = f"double-random/1/commit\n{draw}\noffice\n{secret.secret}\n"
        manifest = json.loads(read_files(session, draw, ("manifest.json",))["manifest.json"])
        assert manifest["randomness"][2]["commitment"] == hashlib.sha256(text.encode()).hexdigest()
        assert refused(lambda: contribute(session, "w", draw, "office", secret.secret, now=ROLLED)) == (
            "contribution-of-secret"
        )
        contribute(session, "w", draw, "dice", DIGITS, now=ROLLED)
        contribute(session, "w", draw, "drand", pulse(shared), now=DUE)
        files = conduct_draw(session, "o", draw)
        assert secret.secret.encode() in files["seed.txt"]
        assert secret.secret not in json.dumps([entry.detail for entry in session.scalars(select(AuditEntry))])
        assert session.get(Contribution, (draw, "office")) is None


def test_a_sealed_draw_needs_a_beacon_and_one_secret(city_sqlite: Engine, draft: Draft) -> None:
    sealed = {"mode": "sealed", "reveal_by": "2023-12-31"}
    with writing(city_sqlite) as session:
        names = {
            "sealed-without-beacon": draft(session, **sealed, randomness=[DICE, OFFICE]),
            "commit-count": draft(session, **sealed, randomness=[DICE, DRAND]),
            "draft-commitment": draft(session, **sealed, randomness=[DRAND, {**OFFICE, "commitment": "0" * 64}]),
        }
        for code, name in names.items():
            assert refused(lambda name=name: seal_draw(session, "o", name, SEALED)) == code  # type: ignore[misc]


def test_a_class_without_a_rule_is_named(city_sqlite: Engine, draft: Draft) -> None:
    rule = {"kind": "fixed", "count": 2}
    with writing(city_sqlite) as session:
        name = draft(session, rules={"A": rule, "B": rule})
        with pytest.raises(InvalidInput, match="draft-rule-missing") as missing:
            seal_draw(session, "o", name, SEALED)
        assert missing.value.params["risk"] == "U"


def test_a_refused_seal_leaves_the_draft_as_it_was(city_engine: Engine, draft: Draft) -> None:
    with writing(city_engine) as session:
        name = draft(session, on="2030-01-01")
    with pytest.raises(ServiceError, match="no-inspector-certified"), writing(city_engine) as session:
        seal_draw(session, "o", name, SEALED)
    with reading(city_engine) as session:
        assert state_of(session, name) == "draft"
        assert actions(session) == ["draw.draft"]
        with pytest.raises(NotFound):
            state_of(session, f"{PLAN}-01")


@pytest.mark.shared
def test_the_lottery_of_a_plan_goes_through_the_same_ceremony(engine: Engine, shared: Path) -> None:
    folder = shared / "vectors" / "plan-lottery"
    plan, enterprises = (folder / "plan.json").read_bytes(), (folder / "enterprises.tsv").read_bytes()
    with writing(engine) as session:
        assert refused(lambda: seal_months(session, "o", plan, enterprises, title="t", now=DUE)) == "beacon-too-soon"
        assert refused(lambda: seal_months(session, "o", plan, enterprises[:-20], title="t", now=SEALED)) == "file-hash"
        draw = seal_months(session, "o", plan, enterprises, title="年度计划", now=SEALED).id
        assert draw == "220200-2026-v1"
        assert refused(lambda: seal_months(session, "o", plan, enterprises, title="t", now=SEALED)) == (
            "draw-sequence-taken"
        )
        assert refused(lambda: conduct_draw(session, "o", draw)) == "randomness-missing"
    with writing(engine) as session:
        contribute(session, "w", draw, "dice", "16180339887498948482", now=ROLLED)
        contribute(session, "w", draw, "drand", pulse(shared, 1001), now=DUE + timedelta(minutes=1))
        files = conduct_draw(session, "o", draw)
        assert conduct_draw(session, "o", draw) == files
        publish_draw(session, "o", draw)
        rows = session.scalars(select(DrawEntry).where(DrawEntry.draw_id == draw)).all()
        assert (len(rows), all(row.selected for row in rows)) == (600, True)
    assert files == {name: (folder / name).read_bytes() for name in ("seed.txt", "months.tsv")}
