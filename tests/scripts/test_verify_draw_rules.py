"""What the stand-alone verifier refuses (section 12), how it assigns (section 6), and how it replays (section 8)."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from scripts import verify_draw
from scripts.verify_draw import Files, Key, audit_files, commitment, ticket_augment
from tests.scripts.bundles import as_json, failed, load, outcomes, row, text, with_line, with_lines, with_member

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def worked(shared: Path) -> Files:
    return load(shared / "vectors/worked-example")


@pytest.fixture(scope="module")
def instances(shared: Path) -> Any:
    return json.loads((shared / "vectors/instances.json").read_text())


# Section 6


def test_150_instances_give_their_level_assignment_and_unfilled_slots(instances: Any) -> None:
    pair, first = Key(instances["seed"], "pair"), Key(instances["seed"], "task-order")
    for instance in instances["assign"]:
        barred = set(instance["ineligible"])
        tasks = {
            task: [
                sorted(
                    (i for i in instance["inspectors"] if f"{task}|{role}|{i}" not in barred),
                    key=lambda i, task=task: pair.lot(i, f"{task}:"),  # type: ignore[misc]
                )
                for role in instance["tasks"][task]
            ]
            for task in sorted(instance["tasks"], key=first.lot)
        }
        outcome = ticket_augment(tasks, instance["capacity"], instance["slack"])
        assert outcome.level == instance["level"]
        assert {f"{task}|{q}": i for (task, q), i in outcome.seating.holder.items()} == instance["result"]
        assert [f"{task}|{q}" for task, q in (failure.slot for failure in outcome.failures)] == instance["unfilled"]
        assert all(outcome.seating.proves(failure) for failure in outcome.failures)


def test_a_false_certificate_proves_nothing(instances: Any) -> None:
    seating = verify_draw.Seating({"a": 1, "b": 1}, 1)
    seating.open("t", [["a"], ["a"]])
    seating.search(("t", 0))
    failure = seating.search(("t", 1))
    assert failure and seating.proves(failure)
    assert not seating.proves(failure._replace(slots={("t", 1)}))
    assert not seating.proves(failure._replace(people={"a", "b"}))
    assert not seating.proves(failure._replace(slot=("t", 7)))
    assert seating.holder == {("t", 0): "a"}


def test_a_huge_capacity_takes_no_longer_and_raises_the_level_as_the_protocol_says() -> None:
    tasks = {"t": [["a"], ["a"]], "u": [["a"], []]}
    for capacity in (5, 2**53 - 1):
        outcome = ticket_augment(tasks, {"a": capacity, "b": 1}, 1)
        assert outcome.level == capacity
        assert {failure.slot for failure in outcome.failures} == {("t", 1), ("u", 1)}
        assert all(outcome.seating.proves(failure) for failure in outcome.failures)


def test_instances_order_and_seed(instances: Any) -> None:
    lines = [f"source\t{n}\t{name}\t{value}\n" for n, (name, value) in enumerate(instances["sources"])]
    transcript = f"double-random/1/seed\nmanifest\t{instances['manifest']}\n{''.join(lines)}"
    assert hashlib.sha256(transcript.encode()).hexdigest() == instances["seed"]
    key = Key(instances["seed"], "select")
    for stratum, ids in instances["pool"].items():
        assert sorted(ids, key=key.lot) == instances["order"][stratum]


@pytest.mark.parametrize(
    ("population", "numerator", "denominator", "rounding", "minimum", "take"),
    [
        (2139, 3, 100, "ceil", 1, 65),
        (247, 10, 100, "half-up", 1, 25),
        (5, 50, 100, "half-up", 1, 3),
        (1, 10, 100, "half-up", 0, 0),
        (7, 0, 1, "ceil", 2, 2),
        (3, 1, 2, "ceil", 9, 3),
        (2**52, 2**53 - 1, 2**53 - 1, "half-up", 0, 2**52),
        (2**53 - 1, 2**53 - 3, 2**53 - 1, "ceil", 0, 2**53 - 3),
    ],
)
def test_a_take_is_exact(
    population: int, numerator: int, denominator: int, rounding: str, minimum: int, take: int
) -> None:
    rule = {"kind": "ratio", "numerator": numerator, "denominator": denominator}
    assert verify_draw.take_of(population, rule | {"rounding": rounding, "minimum": minimum}) == take
    assert verify_draw.take_of(population, {"kind": "fixed", "count": numerator}) == min(population, numerator)


# Section 12: what must be refused

POOL = "913301000000000001\tA\tskill:food\tarea:0106"
TABLE_FAULTS = {
    "an id twice": ("pool.tsv", 2, POOL),
    "an unsorted id": ("pool.tsv", 3, "913301000000000002\tA\t\t"),
    "items unsorted": ("pool.tsv", 1, POOL.replace("skill:food", "skill:food,skill:fire")),
    "an item twice": ("pool.tsv", 1, POOL.replace("skill:food", "skill:food,skill:food")),
    "an empty item": ("pool.tsv", 1, POOL.replace("skill:food", "skill:food,")),
    "a CR": ("pool.tsv", 1, POOL + "\r"),
    "a BOM": ("pool.tsv", 1, "\ufeff" + POOL),
    "an empty line": ("pool.tsv", 2, "\n"),
    "a control character": ("pool.tsv", 1, POOL + "\x07"),
    "a C1 control character": ("pool.tsv", 1, POOL + "\x85"),
    "a field too many": ("pool.tsv", 1, POOL + "\t"),
    "an id outside the grammar": ("pool.tsv", 1, "9133 01\tA\t\t"),
    "a full-width digit": ("inspectors.tsv", 1, "E001\t９\trole:expert\t"),
    "an id too long": ("pool.tsv", 1, "1" * 49 + "\tA\t\t"),
    "the reserved tag": ("pool.tsv", 1, POOL.replace("skill:food", "$need")),
    "a leading zero": ("inspectors.tsv", 1, "E001\t09\trole:expert\t"),
    "a number too large": ("inspectors.tsv", 1, "E001\t9007199254740992\trole:expert\t"),
    "a negative number": ("inspectors.tsv", 1, "E001\t-1\trole:expert\t"),
    "a gap of events": ("events.tsv", 1, ""),
    "an unknown kind": ("events.tsv", 1, "1\tundo\t913301000000000044\t\t\t" + "0" * 64),
    "a salt too short": ("events.tsv", 1, "1\tdone\t913301000000000044\t\t\t" + "0" * 63),
}


@pytest.mark.parametrize("fault", list(TABLE_FAULTS))
def test_a_malformed_table_is_refused_at_its_line(worked: Files, fault: str) -> None:
    name, number, line = TABLE_FAULTS[fault]
    found = row(audit_files(with_line(worked, name, number, line)), "files")
    assert (found.outcome, found.file) == ("FAIL", name)
    assert found.line == (3 if fault in ("an unsorted id", "an empty line") and number == 3 else number)


def test_each_fault_has_its_own_words(worked: Files) -> None:
    details = [row(audit_files(with_line(worked, *fault)), "files").detail for fault in TABLE_FAULTS.values()]
    assert len({detail.en for detail in details}) >= 15 and all(detail.zh != detail.en for detail in details)


MANIFEST = {
    "white space": lambda raw: raw.replace(b'"mode":', b'"mode": '),
    "another order": lambda raw: raw.replace(b'"count":1,"kind":"fixed"', b'"kind":"fixed","count":1'),
    "an escape": lambda raw: raw.replace(b'"title":"', b'"title":"\\u0041'),
    "a final LF": lambda raw: raw + b"\n",
    "a float": lambda raw: raw.replace(b'"sequence":1', b'"sequence":1.0'),
    "an exponent": lambda raw: raw.replace(b'"sequence":1', b'"sequence":1e0'),
    "a negative number": lambda raw: raw.replace(b'"sequence":1', b'"sequence":-1'),
    "minus zero": lambda raw: raw.replace(b'"minimum":0', b'"minimum":-0'),
    "a huge number": lambda raw: raw.replace(b'"sequence":1', b'"sequence":' + b"9" * 5000),
    "NaN": lambda raw: raw.replace(b'"sequence":1', b'"sequence":NaN'),
    "a repeated member": lambda raw: raw.replace(b'"sequence":1', b'"sequence":1,"sequence":1'),
    "half a character": lambda raw: raw.replace(b'"title":"', b'"title":"\\ud800'),
    "not NFC": lambda raw: raw.replace(b'"title":"', '"title":"e\u0301'.encode()),
    "deep nesting": lambda raw: raw.replace(b'"title":"', b'"x":' + b"[" * 100_000 + b'"'),
    "a boolean": lambda raw: raw.replace(b'"sequence":1', b'"sequence":true'),
}


@pytest.mark.parametrize("fault", list(MANIFEST))
def test_json_that_is_not_canonical_is_refused(worked: Files, fault: str) -> None:
    raw = worked["manifest.json"] or b""
    changed = MANIFEST[fault](raw)
    assert changed != raw
    report = audit_files({**worked, "manifest.json": changed})
    assert failed(report) == {"files", "manifest"}
    assert "did not expect" not in row(report, "files").detail.en
    assert row(report, "order").detail.en == "because files failed (manifest.json)"


DICE = {"id": "dice", "type": "dice/d10", "count": 24}
CHAIN = verify_draw.DRAND_CHAIN
DRAND = {"id": "drand", "type": "drand/quicknet", "chain": CHAIN, "round": 1000}
MEMBERS: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown member": ({"extra": 1}, "files"),
    "an unknown mode": ({"mode": "secret"}, "files"),
    "a date that is none": ({"reveal_by": "2026-02-30"}, "files"),
    "a sealed draw without a date": ({"reveal_by": None}, "files"),
    "an open draw with a date": ({"mode": "open"}, "files"),
    "a source named twice": ({"randomness": [DRAND, DICE, DICE]}, "files"),
    "an unknown source": ({"randomness": [{"id": "x", "type": "mood"}]}, "files"),
    "no source": ({"randomness": []}, "files"),
    "another chain": ({"randomness": [DRAND | {"chain": "0" * 64}]}, "files"),
    "too few dice": ({"randomness": [DICE | {"count": 19}]}, "files"),
    "round zero": ({"randomness": [DRAND | {"round": 0}]}, "files"),
    "a minute with seconds": (
        {"randomness": [{"id": "n", "type": "nist/2.0", "time": "2026-01-01T00:00:30.000Z"}]},
        "files",
    ),
    "a value asked for twice": ({"randomness": [DRAND, DRAND | {"id": "again"}]}, "randomness"),
    "a sealed draw without a commitment": ({"randomness": [DRAND]}, "randomness"),
    "reasons unsorted": ({"void_reasons": ["b", "a"]}, "files"),
    "slots unsorted": ({"slots": [["role:inspector", "$need"]]}, "files"),
    "no slots": ({"slots": []}, "files"),
    "a slot without a role": ({"slots": [["$need"]]}, "references"),
    "a slot with two roles": ({"slots": [["role:expert", "role:inspector"]]}, "references"),
    "another slack": ({"algorithm": {"hash": "sha256", "select": "bottom-k", "assign": "x", "slack": 1}}, "files"),
    "a sequence without a predecessor": ({"sequence": 2}, "sequence"),
    "a predecessor of the first": ({"previous": "0" * 64}, "sequence"),
    "sequence zero": ({"sequence": 0}, "files"),
}


@pytest.mark.parametrize("fault", list(MEMBERS))
def test_a_manifest_against_the_rules_is_refused(worked: Files, fault: str) -> None:
    members, check = MEMBERS[fault]
    report = audit_files(with_member(worked, "manifest.json", **members))
    assert check in failed(report)
    assert row(report, check).file == "manifest.json"


def test_a_population_or_take_that_the_rule_does_not_give_is_refused(worked: Files) -> None:
    strata = json.loads(text(worked["manifest.json"]))["strata"]
    for n, change in ((0, {"take": 3}), (0, {"population": 5}), (1, {"id": "AA"})):
        other = [stratum | change if place == n else stratum for place, stratum in enumerate(strata)]
        assert "strata" in failed(audit_files(with_member(worked, "manifest.json", strata=other)))
    assert "strata" in failed(audit_files(with_member(worked, "manifest.json", strata=strata[:3])))
    steep = strata[0] | {"rule": strata[0]["rule"] | {"numerator": 101}}
    assert "files" in failed(audit_files(with_member(worked, "manifest.json", strata=[steep, *strata[1:]])))


REFERENCES = {
    "a role missing": ("inspectors.tsv", 1, "E001\t9\tskill:fire,skill:food\t"),
    "a role twice": ("inspectors.tsv", 1, "E001\t9\trole:expert,role:inspector\t"),
    "a need that is a role": ("pool.tsv", 1, POOL.replace("skill:food", "role:inspector")),
    "an id in pool and excluded": ("excluded.tsv", 1, "913301000000000132\tclosed"),
    "an unknown inspector": ("recusals.tsv", 2, "Z999\t913301000000000052"),
    "an unknown entry": ("recusals.tsv", 1, "Z002\t913301000000000053"),
}


@pytest.mark.parametrize("fault", list(REFERENCES))
def test_what_does_not_fit_together_is_refused(worked: Files, fault: str) -> None:
    name, number, line = REFERENCES[fault]
    report = audit_files(with_line(worked, name, number, line))
    found = row(report, "references")
    assert (found.outcome, found.file, found.line) == ("FAIL", name, number)
    assert outcomes(report)["files"] == "pass"


def test_a_recusal_may_name_an_entry_that_was_left_out(worked: Files) -> None:
    report = audit_files(with_line(worked, "recusals.tsv", 2, "Z005\t913301000000000140"))
    assert outcomes(report)["references"] == "pass"


def test_an_entry_without_a_possible_team_is_named(worked: Files) -> None:
    barred = with_line(worked, "pool.tsv", 13, "913301000000000132\tD\tskill:mining\t")
    found = row(audit_files(barred), "teams")
    assert (found.outcome, found.file, found.line) == ("FAIL", "pool.tsv", 13)
    assert "no-eligible-team" in found.detail.en


def test_a_team_needs_different_people_with_capacity() -> None:
    slots = [["role:inspector"], ["$need", "role:inspector"]]
    pool = [["t", "A", "fire", ""]]
    for second, possible in (("i2\t1\trole:inspector\t", True), ("i2\t0\trole:inspector\t", False), ("", False)):
        people = [line.split("\t") for line in ("i1\t1\tfire,role:inspector\t", second) if line]
        assert verify_draw.Roster(slots, pool, people, []).has_team("t") == possible
    everyone = [["i1", "1", "fire,role:inspector", ""], ["i2", "1", "role:inspector", ""]]
    assert not verify_draw.Roster(slots, pool, everyone, [["i2", "t"]]).has_team("t")
    assert not verify_draw.Roster(
        slots, [["t", "A", "fire", "near"]], [["i1", "1", "fire,role:inspector", "near"]], []
    ).has_team("t")


# Values


def test_a_value_that_is_not_the_sources_is_refused(worked: Files) -> None:
    faults: list[tuple[str, dict[str, Any]]] = [
        ("dice", {"value": "3" * 23}),
        ("dice", {"value": "3" * 23 + "x"}),
        ("dice", {"value": "３" * 24}),
        ("dice", {"type": "commit/sha256"}),
        ("office", {"value": "00" * 32}),
        ("office", {"value": "zz"}),
        ("drand", {"round": 1001}),
        ("drand", {"value": "0" * 64}),
        ("drand", {"signature": "00"}),
        ("drand", {"chain": "0" * 64}),
    ]
    for source, members in faults:
        report = audit_files(with_member(worked, f"randomness/{source}.json", **members))
        assert f"randomness:{source}" in failed(report), members


@pytest.mark.parametrize(
    ("kind", "value", "good"),
    [
        ("lottery/cn-kl8", "2026001:" + ",".join(f"{n:02}" for n in range(1, 21)), True),
        ("lottery/cn-kl8", "2026002:" + ",".join(f"{n:02}" for n in range(1, 21)), False),
        ("lottery/cn-kl8", "2026001:" + ",".join(f"{n:02}" for n in range(1, 20)), False),
        ("lottery/cn-kl8", "2026001:" + ",".join(f"{n:02}" for n in range(62, 82)), False),
        ("lottery/cn-ssq", "2026001:01,02,03,04,05,33+16", True),
        ("lottery/cn-ssq", "2026001:01,02,03,04,05,34+16", False),
        ("lottery/cn-ssq", "2026001:01,02,03,04,05,33+17", False),
        ("lottery/cn-ssq", "2026001:02,01,03,04,05,33+16", False),
        ("lottery/cn-ssq", "2026001:1,2,3,4,5,33+16", False),
        ("lottery/cn-ssq", "2026001:01,02,03,04,05,33", False),
        ("lottery/cn-dlt", "2026001:01,02,03,04,35+01,12", True),
        ("lottery/cn-dlt", "2026001:01,02,03,04,35+12,12", False),
    ],
)
def test_lottery_numbers_have_one_form(kind: str, value: str, good: bool) -> None:
    source = {"id": "l", "type": kind, "issue": "2026001", "time": "2026-01-01T21:30:00+08:00"}
    assert (verify_draw.value_problem(source, value, "d") is None) == good
    assert verify_draw.beacon_time(source) == 1767274200


def test_an_open_draw_without_a_beacon_rests_on_its_witnesses(shared: Path) -> None:
    city = load(shared / "vectors/jilin-city")
    dice = json.loads(text(city["manifest.json"]))["randomness"][:1]
    for title, demonstration in (("抽查", False), ("演示抽查", True), ("A Demonstration", True)):
        report = audit_files(with_member(city, "manifest.json", randomness=dice, title=title))
        found = row(report, "randomness")
        assert found.outcome == "warn" and "witnesses alone" in found.detail.en and "只凭见证人" in found.detail.zh
        assert ("demonstration" in found.detail.en) == ("演示" in found.detail.zh) == demonstration


# Section 8

SALT = "5" * 64
SECRET = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"


def with_events(files: Files, *events: str) -> Files:
    """A bundle with other events, each given as `kind subject detail`."""
    rows = [(event + "  ").split(" ")[:3] for event in events]
    lines = [f"{n}\t{kind}\t{subject}\t{detail}\t\t{SALT}" for n, (kind, subject, detail) in enumerate(rows, 1)]
    return with_lines(files, "events.tsv", lines)


REFUSED = {
    "a reason outside the list": ["exclude 913301000000000044 whim"],
    "an unknown entry": ["exclude 913301000000000045 closed"],
    "an entry left out before": ["exclude 913301000000000140 closed"],
    "a second exclude": ["exclude 913301000000000036 closed", "exclude 913301000000000036 closed"],
    "an exclude of a done entry": ["done 913301000000000044", "exclude 913301000000000044 closed"],
    "a recusal of a done entry": ["done 913301000000000044", "recuse Z006 913301000000000044"],
    "done twice": ["done 913301000000000044", "done 913301000000000044"],
    "done before it is drawn": ["done 913301000000000036"],
    "done with a detail": ["done 913301000000000044 why"],
    "an unknown inspector recused": ["recuse Z999 913301000000000044"],
    "an unknown inspector withdrawn": ["withdraw Z999"],
    "a withdrawal with a detail": ["withdraw Z006 ill"],
    "a known inspector enlisted": ["enlist Z006 1;role:inspector;"],
    "an enlist without a role": ["enlist Z010 1;skill:food;"],
    "an enlist with two roles": ["enlist Z010 1;role:expert,role:inspector;"],
    "an enlist with a bad capacity": ["enlist Z010 01;role:inspector;"],
    "an enlist with unsorted skills": ["enlist Z010 1;skill:food,role:inspector;"],
    "an enlist with a field too few": ["enlist Z010 1;role:inspector"],
    "a void for another reason": ["void EX-2026-001 regret"],
    "a void of another draw": ["void EX-2026-002 list-error"],
    "an event after a void": ["void EX-2026-001 list-error", "withdraw Z006"],
    "a secret that does not open the commitment": ["reveal EX-2026-001 " + "00" * 32],
    "a secret that is none": ["reveal EX-2026-001 x"],
}


@pytest.mark.parametrize("case", list(REFUSED))
def test_an_event_against_the_rules_is_refused_at_its_line(worked: Files, case: str) -> None:
    events = REFUSED[case]
    report = audit_files(with_events(worked, *events))
    found = row(report, "events")
    assert (found.outcome, found.file, found.line) == ("FAIL", "events.tsv", len(events))
    assert row(report, "state").detail.en == "because events failed"


def test_an_open_draw_has_nothing_to_reveal(shared: Path) -> None:
    city = with_events(load(shared / "vectors/jilin-city"), "reveal 220200-2026-02 " + SECRET)
    assert failed(audit_files(city)) == {"events"}


def state_of(files: Files) -> dict[tuple[str, int], tuple[str, str]]:
    """The state that the verifier computes, read back from its own lines."""
    draw = verify_draw.Draw(files)
    rows = [line.split("\t") for line in draw.replay.lines().decode().splitlines()]
    return {(entry, int(q)): (name, status) for entry, q, name, status in rows}


def test_without_events_the_state_is_the_assignment(worked: Files) -> None:
    assigned = [line.split("\t") for line in text(worked["assign.tsv"]).splitlines()]
    expected = {(entry, int(q)): (name, "open") for entry, q, name in assigned}
    assert state_of(with_lines(worked, "events.tsv", [])) == expected


def test_a_stratum_without_reserve_stays_one_short(worked: Files) -> None:
    """Stratum C: one of three is drawn; once all three are excluded nothing can follow."""
    order = [line.split("\t") for line in text(worked["order.tsv"]).splitlines()]
    entries = [entry for stratum, _, entry, _, _ in order if stratum == "C"]
    files = with_events(worked, *(f"exclude {entry} closed" for entry in entries))
    assert not {entry for entry, _ in state_of(files)} & set(entries)
    report = audit_files({**files, "state.tsv": verify_draw.Draw(files).replay.lines()})
    assert outcomes(report)["state"] == "pass"
    assert "short for want of reserve: C 1" in row(report, "events").detail.en


def test_who_leaves_holds_nothing_and_a_done_entry_keeps_its_people(worked: Files) -> None:
    before = state_of(with_lines(worked, "events.tsv", []))
    after = state_of(with_events(worked, "done 913301000000000044", "withdraw Z006"))
    assert {slot for slot, (name, _) in after.items() if name == "Z006"} == {("913301000000000044", 0)}
    assert all(after[slot] == (before[slot][0], "done") for slot in after if slot[0] == "913301000000000044")


def test_an_empty_slot_is_filled_when_someone_is_enlisted(worked: Files) -> None:
    experts = ["withdraw E001", "withdraw E002", "withdraw E003"]
    empty = state_of(with_events(worked, *experts))
    assert all((name == "") == (q == 2) for (_, q), (name, _) in empty.items())
    report = audit_files(with_events(worked, *experts, "done 913301000000000044"))
    assert row(report, "events").line == 4
    skills = "role:expert,skill:fire,skill:food,skill:measure"
    filled = state_of(with_events(worked, *experts, f"enlist E009 4;{skills};"))
    assert sum(name == "E009" for name, _ in filled.values()) == 4
    assert (
        "vacant slots: 2"
        in row(audit_files(with_events(worked, *experts, f"enlist E009 4;{skills};")), "events").detail.en
    )


def test_the_state_never_has_one_person_twice_in_a_team_nor_over_capacity(shared: Path) -> None:
    city = load(shared / "vectors/jilin-city")
    teams: dict[str, list[str]] = {}
    for (entry, _), (name, _) in state_of(city).items():
        teams.setdefault(entry, []).append(name)
    assert all(len(set(team)) == len(team) for team in teams.values())


# Sections 10 and 11


def test_a_sealed_draw_not_yet_revealed_is_a_warning(worked: Files) -> None:
    silent = with_events(worked)
    assert row(audit_files(silent), "reveal").detail.en == "the secret is in the bundle without an event reveal"
    closed = {
        name: data for name, data in silent.items() if name in ("manifest.json", "result.json", *verify_draw.TABLES)
    }
    assert "not revealed yet (due by 2026-12-31)" in row(audit_files(closed), "reveal").detail.en
    assert outcomes(audit_files(closed))["reveal"] == "warn"


def test_a_void_without_its_reveal_is_a_failure(worked: Files) -> None:
    void = audit_files(with_events(worked, "void EX-2026-001 list-error"))
    assert row(void, "reveal").outcome == "FAIL" and row(void, "events").outcome == "pass"
    assert "voids: 1" in row(void, "sequence").detail.en
    revealed = audit_files(with_events(worked, "void EX-2026-001 list-error", f"reveal EX-2026-001 {SECRET}"))
    assert row(revealed, "reveal").outcome == "absent" and row(revealed, "events").outcome == "pass"


def test_a_manifest_with_neither_result_nor_void_is_not_over(worked: Files) -> None:
    report = audit_files({name: worked[name] for name in ("manifest.json", *verify_draw.TABLES)})
    assert outcomes(report)["sequence"] == "absent"


def test_the_commitment_is_that_of_the_protocol(worked: Files) -> None:
    manifest = json.loads(text(worked["manifest.json"]))
    assert commitment("EX-2026-001", "office", SECRET) == manifest["randomness"][2]["commitment"]


def test_canonical_json_is_that_of_the_helper(worked: Files) -> None:
    value = {"b": [1, 'é\u2028\x7f\b\t"\\/'], "a": None, "aa": True}
    assert verify_draw.canonical(value) == as_json(value)
    assert verify_draw.canonical("\x00\x1f\n") == b'"\\u0000\\u001f\\n"'
