"""The draw as a whole on random pools: eligibility, independence of the order of the input, what each bit changes."""

from __future__ import annotations

import itertools
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.draws.protocol.draw import conduct
from scheduler.draws.protocol.encoding import split_list
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.draws.protocol.inputs import entries_without_team, read_inputs, read_tables
from scheduler.draws.protocol.tables import write_table
from tests.draws.protocol.samples import (
    COMMIT,
    DICE,
    DRAND,
    FILES,
    SEALED,
    SECRET,
    VALUES,
    conducted,
    edited,
    manifest_of,
)

SKILLS, AREAS = ["skill:a", "skill:b"], ["area:1", "area:2"]
SLOTS = [["role:inspector"], ["$need", "role:inspector"], ["role:expert"]]


@st.composite
def tables(draw: st.DrawFn) -> dict[str, bytes]:
    def some(items: list[str]) -> str:
        return ",".join(sorted(draw(st.sets(st.sampled_from(items)))))

    people = [f"I{n}" for n in range(draw(st.integers(2, 7)))]
    entries = [f"E{n:02}" for n in range(draw(st.integers(1, 12)))]
    inspectors = []
    for person in people:
        role = draw(st.sampled_from(["role:expert", "role:inspector", "role:inspector"]))
        skills = ",".join(sorted([role, *split_list(some(SKILLS))]))
        inspectors.append((person, draw(st.integers(0, 6)), skills, some(AREAS)))
    pool = [(entry, draw(st.sampled_from("AB")), some(SKILLS), some(AREAS)) for entry in entries]
    recusals = draw(st.sets(st.tuples(st.sampled_from(people), st.sampled_from(entries)), max_size=4))
    return {
        "pool.tsv": write_table(pool),
        "inspectors.tsv": write_table(inspectors),
        "recusals.tsv": write_table(sorted(recusals)),
        "excluded.tsv": b"",
    }


def rows(data: bytes) -> list[list[str]]:
    return [line.split("\t") for line in data.decode().splitlines()]


def may_visit(files: dict[str, bytes], person: str, entry: str, slot: list[str]) -> bool:
    """Section 2, word by word, from the bytes of the tables."""
    _, _, skills, denies = next(row for row in rows(files["inspectors.tsv"]) if row[0] == person)
    _, _, needs, tags = next(row for row in rows(files["pool.tsv"]) if row[0] == entry)
    asked = [tag for name in slot for tag in (needs.split(",") if name == "$need" and needs else [name])]
    held = set(skills.split(","))
    return (
        all(tag in held for tag in asked if tag != "$need")
        and not set(filter(None, tags.split(","))) & set(filter(None, denies.split(",")))
        and [person, entry] not in rows(files["recusals.tsv"])
    )


@given(tables())
@settings(max_examples=80)
def test_the_entries_without_a_team_are_those_that_trying_every_team_finds(files: dict[str, bytes]) -> None:
    people = [row[0] for row in rows(files["inspectors.tsv"]) if row[1] != "0"]
    hopeless = [
        entry
        for entry, *_ in rows(files["pool.tsv"])
        if not any(
            all(may_visit(files, person, entry, slot) for person, slot in zip(team, SLOTS, strict=True))
            for team in itertools.permutations(people, len(SLOTS))
        )
    ]
    assert entries_without_team(read_tables(files), SLOTS) == hopeless


def without_hopeless(files: dict[str, bytes]) -> dict[str, bytes]:
    hopeless = entries_without_team(read_tables(files), SLOTS)
    kept = [row for row in rows(files["pool.tsv"]) if row[0] not in hopeless]
    recusals = [row for row in rows(files["recusals.tsv"]) if row[1] not in hopeless]
    excluded = [(entry, "no-eligible-team") for entry in hopeless]
    made: dict[str, Any] = {"pool.tsv": kept, "recusals.tsv": recusals, "excluded.tsv": excluded}
    return {**files, **{name: write_table(table) for name, table in made.items()}}


def manifest_for(files: dict[str, bytes]) -> bytes:
    from scheduler.draws.documents import build_manifest
    from tests.draws.protocol.samples import RATIO, SETTINGS

    rules = {stratum: RATIO for _, stratum, _, _ in rows(files["pool.tsv"])}
    return build_manifest({**SETTINGS, "slots": SLOTS}, rules, files)


@given(tables())
@settings(max_examples=80)
def test_no_recusal_no_denied_tag_and_no_missing_skill_in_any_team(given_files: dict[str, bytes]) -> None:
    files = without_hopeless(given_files)
    outcome = conduct(read_inputs(manifest_for(files), files), {"dice": VALUES["dice"]})
    assigned = rows(outcome.files["assign.tsv"])
    for entry, number, person in assigned:
        assert may_visit(files, person, entry, SLOTS[int(number)])
    for entry in {row[0] for row in assigned}:
        team = [row[2] for row in assigned if row[0] == entry]
        assert len(set(team)) == len(team)
    capacity = {row[0]: int(row[1]) for row in rows(files["inspectors.tsv"])}
    loads = {person: sum(row[2] == person for row in assigned) for person in capacity}
    result = json.loads(outcome.files["result.json"])
    assert all(load <= min(capacity[person], result["level"] + 1) for person, load in loads.items())
    assert result["max_load"] == max(loads.values(), default=0)
    assert len(assigned) + result["unfilled"] == len(outcome.order.drawn()) * len(SLOTS)
    assert all(failure.holds(outcome.board.pref) for failure in outcome.failures)


def test_the_same_input_gives_the_same_bytes_and_every_value_matters() -> None:
    files = conducted(**SEALED).files
    assert conducted(**SEALED).files == files
    inputs = read_inputs(manifest_of(**SEALED), FILES)
    values = {"dice": VALUES["dice"], "drand": "0" * 64, "office": SECRET}
    seeds = set()
    for name in ("dice", "drand"):
        for digit in "0123456789":
            seeds.add(conduct(inputs, {**values, name: digit + values[name][1:]}).seed)
    assert len(seeds) == 19  # the first digit of each was 0 before


def test_an_open_draw_publishes_no_root_of_its_order_and_a_sealed_one_does() -> None:
    assert json.loads(conducted().files["result.json"])["order_root"] is None
    assert len(json.loads(conducted(**SEALED).files["result.json"])["order_root"]) == 64


def test_the_title_the_rules_and_the_sources_all_stand_in_the_seed() -> None:
    changes: list[dict[str, Any]] = [{}, {"title": "x"}, {"lead_seconds": 1}, {"draw": "D-2"}, {"void_reasons": ["a"]}]
    assert len({conducted(**change).seed for change in changes}) == len(changes)


@given(st.data())
@settings(max_examples=40)
def test_any_member_of_a_manifest_that_changes_makes_another_draw_or_none(data: st.DataObject) -> None:
    manifest = manifest_of(**SEALED)
    names = sorted(json.loads(manifest))
    name = data.draw(st.sampled_from(names))
    value = data.draw(st.none() | st.integers(0, 3) | st.sampled_from(["x", "open", [], {}, [DICE, DRAND, COMMIT]]))
    changed = edited(manifest, **{name: value})
    if changed == manifest:
        return
    try:
        inputs = read_inputs(changed, FILES)
    except ProtocolError:
        return
    assert inputs.manifest.digest != read_inputs(manifest, FILES).manifest.digest
