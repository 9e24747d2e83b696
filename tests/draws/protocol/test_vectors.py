"""The reference outcomes, byte for byte."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from scheduler.draws.documents import read_transcript
from scheduler.draws.protocol.assignment import assign, by_ticket
from scheduler.draws.protocol.draw import Outcome, Result, conduct
from scheduler.draws.protocol.encoding import parse_json
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.draws.protocol.events import append_event, parse_events, replay, write_events
from scheduler.draws.protocol.inputs import read_inputs
from scheduler.draws.protocol.lottery import draw_days, draw_plan
from scheduler.draws.protocol.selection import derive_key, draw_order, seed_of, ticket_machine, write_transcript
from scheduler.draws.protocol.sources import Source, read_value
from scheduler.draws.protocol.tables import ASSIGN, MONTHS, ORDER, STATE, read_table, write_table

pytestmark = pytest.mark.shared
TABLES = ("pool.tsv", "inspectors.tsv", "recusals.tsv", "excluded.tsv")
DRAWS = ("worked-example", "jilin-city")


def conduct_vector(folder: Path) -> Outcome:
    inputs = read_inputs(
        (folder / "manifest.json").read_bytes(), {name: (folder / name).read_bytes() for name in TABLES}
    )
    manifest = inputs.manifest
    values = {
        source.id: read_value((folder / "randomness" / f"{source.id}.json").read_bytes(), source, manifest.draw)
        for source in manifest.randomness
    }
    return conduct(inputs, values)


@pytest.mark.parametrize("name", DRAWS)
def test_a_draw_gives_every_file_byte_for_byte(shared: Path, name: str) -> None:
    folder = shared / "vectors" / name
    outcome = conduct_vector(folder)
    assert set(outcome.files) == {"seed.txt", "order.tsv", "assign.tsv", "result.json"}
    for file, data in outcome.files.items():
        assert data == (folder / file).read_bytes(), file
    expected = json.loads((folder / "expected.json").read_bytes())
    assert (outcome.inputs.manifest.digest, outcome.seed) == (expected["M"], expected["seed"])
    assert {purpose: derive_key(outcome.seed, purpose) for purpose in expected["keys"]} == expected["keys"]
    result = parse_json(outcome.files["result.json"], "result.json", Result)
    assert {name: getattr(result, name) for name in expected["result"]} == expected["result"]
    assert outcome.board.level - result.level == outcome.inputs.manifest.algorithm["slack"]


@pytest.mark.parametrize("name", DRAWS)
def test_the_events_lead_to_the_state_byte_for_byte_all_at_once_and_one_by_one(shared: Path, name: str) -> None:
    folder = shared / "vectors" / name
    outcome, data = conduct_vector(folder), (folder / "events.tsv").read_bytes()
    events = parse_events(data)
    assert write_events(events) == data
    state, one_by_one = replay(outcome, events), replay(outcome, [])
    assert state.table() == (folder / "state.tsv").read_bytes()
    for event in events:
        one_by_one = append_event(one_by_one, event)
    assert one_by_one.table() == state.table()


def test_every_published_table_reads_strictly_and_writes_back(shared: Path) -> None:
    folders = [shared / "vectors" / name for name in (*DRAWS, "plan-lottery")]
    for table in (ORDER, ASSIGN, STATE, MONTHS):
        for path in (folder / table.file for folder in folders if (folder / table.file).exists()):
            columns = read_table(path.read_bytes(), table)
            assert write_table(zip(*columns, strict=True)) == path.read_bytes()


def test_the_lottery_of_a_plan_gives_months_and_days(shared: Path) -> None:
    folder = shared / "vectors" / "plan-lottery"
    transcript = (folder / "seed.txt").read_bytes()
    _, values = read_transcript(transcript)
    plan, enterprises = (folder / "plan.json").read_bytes(), (folder / "enterprises.tsv").read_bytes()
    order, files = draw_plan(plan, enterprises, dict(values))
    assert files == {"seed.txt": transcript, "months.tsv": (folder / "months.tsv").read_bytes()}
    assert sum(map(len, order.lots.values())) == enterprises.count(b"\n")
    days = json.loads((folder / "days.json").read_bytes())
    assert seed_of(transcript) == days["seed"]
    board, failures = draw_days(days["seed"], days["visits"], days["capacity"], {(v, d) for v, d in days["impossible"]})
    assert {visit: day for (visit, _), day in board.holders.items()} == days["day"]
    assert [visit for (visit, _) in (failure.slot for failure in failures)] == days["unfilled"]


def instances(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "vectors" / "instances.json").read_bytes())
    return found


def test_the_instances_have_their_seed_and_their_order(shared: Path) -> None:
    given = instances(shared)
    transcript = write_transcript(given["manifest"], [(source, value) for source, value in given["sources"]])
    assert seed_of(transcript) == given["seed"]
    for stratum, ids in given["pool"].items():
        order = draw_order(ids, [stratum] * len(ids), {stratum: 3}, derive_key(given["seed"], "select"))
        assert order.ids(stratum) == given["order"][stratum]
        assert order.drawn() == given["order"][stratum][:3]


def test_the_150_assignments_have_their_level_result_and_unfilled_slots(shared: Path) -> None:
    given = instances(shared)
    tasks, pair = (ticket_machine(derive_key(given["seed"], purpose)) for purpose in ("task-order", "pair"))
    for case in given["assign"]:
        barred = set(case["ineligible"])
        pref = {
            (task, q): sorted(
                (i for i in case["inspectors"] if f"{task}|{kind}|{i}" not in barred), key=by_ticket(task, pair)
            )
            for task, kinds in case["tasks"].items()
            for q, kind in enumerate(kinds)
        }
        board, failures = assign(pref, tasks, case["capacity"], case["slack"])
        assert board.level - case["slack"] == case["level"]
        assert {f"{task}|{q}": person for (task, q), person in board.holders.items()} == case["result"]
        assert [f"{task}|{q}" for task, q in (failure.slot for failure in failures)] == case["unfilled"]
        assert all(failure.holds(pref) for failure in failures)


def test_drand_values_follow_from_their_signatures_and_rounds_have_their_time(shared: Path) -> None:
    given = json.loads((shared / "vectors" / "drand.json").read_bytes())
    for pulse in given["rounds"]:
        source = Source("b", "drand/quicknet", chain=given["chain"], round=pulse["round"])
        assert source.seconds == pulse["time"]
        document = {"id": "b", "type": source.type, "chain": given["chain"], "round": pulse["round"]}
        document |= {"signature": pulse["signature"], "value": pulse["randomness"]}
        data = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
        assert read_value(data, source, "draw") == pulse["randomness"]
        for wrong in given["must_be_refused"]:
            with pytest.raises(ProtocolError, match="value-unproven"):
                read_value(data.replace(pulse["signature"].encode(), wrong.encode()), source, "draw")


def test_a_nist_pulse_gives_its_output_value(shared: Path) -> None:
    pulse = json.loads((shared / "vectors" / "nist" / "pulse.json").read_bytes())["pulse"]
    source = Source("n", "nist/2.0", time=pulse["timeStamp"])
    document = {
        "id": "n",
        "type": "nist/2.0",
        "value": pulse["outputValue"].lower(),
        "pulse": pulse,
        "certificate": "x",
    }
    data = json.dumps(document, sort_keys=True, separators=(",", ":")).encode()
    assert read_value(data, source, "draw") == pulse["outputValue"].lower()
    other = Source("n", "nist/2.0", time="2026-08-31T19:05:00.000Z")
    with pytest.raises(ProtocolError, match="time-mismatch"):
        read_value(data, other, "draw")


def test_any_changed_bit_of_the_frozen_tables_is_noticed(shared: Path) -> None:
    folder = shared / "vectors" / "worked-example"
    manifest = (folder / "manifest.json").read_bytes()
    files = {name: (folder / name).read_bytes() for name in TABLES}
    for name, data in files.items():
        for place in range(len(data)):
            changed = bytearray(data)
            changed[place] ^= 1 << place % 8
            with pytest.raises(ProtocolError):
                read_inputs(manifest, {**files, name: bytes(changed)})


def test_any_changed_bit_of_the_manifest_is_refused_or_makes_another_draw(shared: Path) -> None:
    folder = shared / "vectors" / "worked-example"
    manifest = (folder / "manifest.json").read_bytes()
    files = {name: (folder / name).read_bytes() for name in TABLES}
    for place in range(len(manifest)):
        changed = bytearray(manifest)
        changed[place] ^= 1 << place % 8
        try:
            inputs = read_inputs(bytes(changed), files)
        except ProtocolError:
            continue
        assert inputs.manifest.digest == hashlib.sha256(changed).hexdigest() != hashlib.sha256(manifest).hexdigest()
