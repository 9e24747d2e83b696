"""Every bad input is refused with its own code, at its own place, in words of both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.messages import catalogue, placeholders, render
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.draws.protocol.events import Event, append_event, parse_events, replay
from scheduler.draws.protocol.inputs import read_inputs, read_tables
from scheduler.draws.protocol.lottery import draw_plan, parse_plan
from scheduler.draws.protocol.manifest import parse_manifest
from scheduler.draws.protocol.sources import Source, check_values, read_value
from tests.draws.protocol.samples import (
    CHAIN,
    COMMIT,
    DICE,
    DRAND,
    FILES,
    PLAN,
    RATIO,
    SALT,
    SEALED,
    SECRET,
    SETTINGS,
    VALUES,
    conducted,
    edited,
    event,
    manifest_of,
    plan_of,
    value_file,
)

KERNEL = Path(__file__).parents[3] / "scheduler" / "draws" / "protocol"
POOL, PEOPLE = FILES["pool.tsv"], FILES["inspectors.tsv"]
PULSE = {"chain": CHAIN, "round": 1000, "signature": "ab" * 48}
KL8 = {"id": "kl8", "type": "lottery/cn-kl8", "issue": "2026001", "time": "2026-01-02T21:30:00+08:00"}
TWENTY = ",".join(f"{number:02}" for number in range(1, 21))

# a table's bytes -> the refusal and its place
TABLES: list[tuple[str, bytes, str, str]] = [
    ("pool.tsv", b"\xef\xbb\xbf" + POOL, "bom", "pool.tsv:1"),
    ("pool.tsv", POOL.replace(b"E2", b"\xff2"), "identifier-grammar", "pool.tsv:2:1"),
    ("pool.tsv", POOL.replace(b"\n", b"\r\n"), "carriage-return", "pool.tsv:1"),
    ("pool.tsv", POOL.replace(b"E3\t", b"E3\x00\t"), "control-character", "pool.tsv:3"),
    ("pool.tsv", POOL + b"\n", "line-empty", "pool.tsv:5"),
    ("pool.tsv", POOL[:-1], "line-not-ended", "pool.tsv:4"),
    ("pool.tsv", POOL.replace(b"E3\tA\t\t", b"E3\tA\t"), "field-count", "pool.tsv:3"),
    ("pool.tsv", POOL.replace(b"E2", b"E 2"), "identifier-grammar", "pool.tsv:2:1"),
    ("pool.tsv", POOL.replace(b"E2", b"E" * 49), "identifier-grammar", "pool.tsv:2:1"),
    ("pool.tsv", POOL.replace(b"E4", "企业".encode()), "identifier-grammar", "pool.tsv:4:1"),
    ("pool.tsv", POOL.replace(b"skill:fire", b"skill:fire,,x"), "list-grammar", "pool.tsv:2:3"),
    ("pool.tsv", POOL.replace(b"skill:fire", b"SKILL"), "list-grammar", "pool.tsv:2:3"),
    ("pool.tsv", POOL.replace(b"skill:fire", b"a,a"), "list-repeated", "pool.tsv:2:3"),
    ("pool.tsv", POOL.replace(b"skill:fire", b"b,a"), "list-unsorted", "pool.tsv:2:3"),
    ("pool.tsv", POOL.replace(b"skill:fire", b"role:expert"), "need-role", "pool.tsv:2:3"),
    ("pool.tsv", POOL.replace(b"E2", b"E1"), "line-repeated", "pool.tsv:2:1"),
    ("pool.tsv", POOL.replace(b"E2", b"E0"), "line-unsorted", "pool.tsv:2:1"),
    ("inspectors.tsv", PEOPLE.replace(b"\t3\t", b"\t03\t"), "integer-grammar", "inspectors.tsv:1:2"),
    ("inspectors.tsv", PEOPLE.replace(b"\t3\t", b"\t-3\t"), "integer-grammar", "inspectors.tsv:1:2"),
    ("inspectors.tsv", PEOPLE.replace(b"\t3\t", b"\t9007199254740992\t"), "integer-too-large", "inspectors.tsv:1:2"),
    (
        "inspectors.tsv",
        PEOPLE.replace(b"\t3\t", b"\t" + b"9" * 5000 + b"\t"),
        "integer-too-large",
        "inspectors.tsv:1:2",
    ),
    ("inspectors.tsv", PEOPLE.replace(b"role:expert", b"skill:fire"), "role-missing", "inspectors.tsv:4:3"),
    (
        "inspectors.tsv",
        PEOPLE.replace(b"role:expert", b"role:expert,role:inspector"),
        "role-twice",
        "inspectors.tsv:4:3",
    ),
    ("excluded.tsv", b"E1\tclosed\n", "excluded-and-in-pool", "excluded.tsv:1:1"),
    ("recusals.tsv", b"I9\tE4\n", "inspector-unknown", "recusals.tsv:1:1"),
    ("recusals.tsv", b"I1\tE8\n", "entry-unknown", "recusals.tsv:1:2"),
    ("recusals.tsv", b"I1\tE4\nI1\tE4\n", "line-repeated", "recusals.tsv:2:1"),
]

# the manifest's bytes -> the refusal and its place
WHOLE = manifest_of()
MANIFESTS: list[tuple[bytes, str, str]] = [
    (b"\xef\xbb\xbf" + WHOLE, "bom", "manifest.json:1"),
    (WHOLE.replace("一".encode(), b"\xff"), "not-utf8", "manifest.json"),
    (b"", "json-syntax", "manifest.json:1"),
    (WHOLE[:-1], "json-syntax", "manifest.json:1"),
    (b"[" * 100_000, "json-syntax", "manifest.json"),
    *((b"[" * depth + b"]" * depth, "member-value", "manifest.json") for depth in (1, 10)),
    (WHOLE.replace(b'"slack":1', b'"slack":01'), "json-syntax", "manifest.json:1"),
    (WHOLE.replace(b'"slack":1', b'"slack":' + b"1" * 5000), "json-syntax", "manifest.json"),
    (WHOLE + b"\n", "json-form", "manifest.json"),
    (WHOLE.replace(b'"slack":1', b'"slack": 1'), "json-form", "manifest.json"),
    (WHOLE.replace(b'"slack":1', b'"slack":1,"slack":1'), "json-form", "manifest.json"),
    (WHOLE.replace(b'"slack":1', b'"slack":1.0'), "json-value", "manifest.json"),
    (WHOLE.replace(b'"slack":1', b'"slack":-1'), "json-value", "manifest.json"),
    (WHOLE.replace(b'"slack":1', b'"slack":NaN'), "json-value", "manifest.json"),
    (WHOLE.replace(b'"slack":1', b'"slack":9007199254740992'), "json-value", "manifest.json"),
    (WHOLE.replace("一".encode(), "e\u0301".encode()), "json-value", "manifest.json"),
    (WHOLE.replace("一".encode(), b"\\ud800"), "json-value", "manifest.json"),
    (edited(WHOLE, 多=1), "json-value", "manifest.json"),
    (b"7", "member-value", "manifest.json"),
    (edited(WHOLE, more=1), "member-unknown", "manifest.json"),
    (edited(WHOLE, code__more="x"), "member-unknown", "manifest.json:code"),
    (edited(WHOLE, draw=...), "member-missing", "manifest.json"),
    (edited(WHOLE, draw="a b"), "member-value", "manifest.json:draw"),
    (edited(WHOLE, title=""), "member-value", "manifest.json:title"),
    (edited(WHOLE, type="double-random/2/manifest"), "member-value", "manifest.json:type"),
    (edited(WHOLE, sequence=0), "member-value", "manifest.json:sequence"),
    (edited(WHOLE, sequence=True), "member-value", "manifest.json:sequence"),
    (edited(WHOLE, algorithm__select="top-k"), "member-value", "manifest.json:algorithm.select"),
    (edited(WHOLE, strata={}), "member-value", "manifest.json:strata"),
    (edited(WHOLE, files__more=1), "member-unknown", "manifest.json:files"),
    (edited(WHOLE, strata__0__take=3), "take-mismatch", "manifest.json:strata"),
    (edited(WHOLE, strata__0__rule__numerator=3), "ratio-above-one", "manifest.json:strata[0].rule"),
    (edited(WHOLE, strata__0__rule__kind="all"), "member-value", "manifest.json:strata[0].rule.kind"),
    (edited(WHOLE, strata__0__id="Z"), "strata-unsorted", "manifest.json:strata"),
    (edited(WHOLE, slots=[]), "slot-role", "manifest.json:slots[0]"),
    (edited(WHOLE, slots=[["skill:fire"]]), "slot-role", "manifest.json:slots[0]"),
    (edited(WHOLE, slots=[["role:expert", "role:inspector"]]), "slot-role", "manifest.json:slots[0]"),
    (edited(WHOLE, slots=[["role:inspector", "$need"]]), "list-unsorted", "manifest.json:slots[0]"),
    (edited(WHOLE, slots=[["$other", "role:inspector"]]), "member-value", "manifest.json:slots[0][0]"),
    (edited(WHOLE, exclusion_reasons=["b", "a"]), "list-unsorted", "manifest.json:exclusion_reasons"),
    (edited(WHOLE, void_reasons=["a", "a"]), "list-repeated", "manifest.json:void_reasons"),
    (edited(WHOLE, sequence=2), "previous-mismatch", "manifest.json:previous"),
    (edited(WHOLE, previous="0" * 64), "previous-mismatch", "manifest.json:previous"),
    (edited(WHOLE, reveal_by="2026-12-31"), "reveal-by-mismatch", "manifest.json:reveal_by"),
    (edited(manifest_of(**SEALED), reveal_by="2026-02-30"), "reveal-by-mismatch", "manifest.json:reveal_by"),
    (edited(WHOLE, randomness=[]), "no-randomness", "manifest.json:randomness"),
    (edited(WHOLE, randomness=[DICE, DICE]), "source-repeated", "manifest.json:randomness"),
    (edited(WHOLE, randomness=[DRAND, {**DRAND, "id": "b"}]), "value-asked-twice", "manifest.json:randomness"),
    (edited(WHOLE, randomness=[KL8, {**KL8, "id": "b"}]), "value-asked-twice", "manifest.json:randomness"),
    (edited(WHOLE, randomness=[{**DICE, "count": 19}]), "member-value", "manifest.json:randomness[0].count"),
    (edited(WHOLE, randomness=[{**DRAND, "chain": "0" * 64}]), "member-value", "manifest.json:randomness[0].chain"),
    (edited(WHOLE, randomness=[{**DRAND, "round": 0}]), "member-value", "manifest.json:randomness[0].round"),
    (edited(WHOLE, randomness=[{**DICE, "type": "coin"}]), "member-value", "manifest.json:randomness[0].type"),
    (edited(WHOLE, randomness=[{**DICE, "id": "Dice"}]), "member-value", "manifest.json:randomness[0].id"),
    (edited(WHOLE, randomness=[{**DICE, "type": "nist/2x0"}]), "member-value", "manifest.json:randomness[0].type"),
    (edited(WHOLE, randomness=[{**DICE, "type": []}]), "member-value", "manifest.json:randomness[0].type"),
    (edited(WHOLE, randomness=["dice"]), "member-value", "manifest.json:randomness[0].type"),
    (
        edited(WHOLE, randomness=[{**KL8, "time": "2026-02-30T00:00:00Z"}]),
        "time-grammar",
        "manifest.json:randomness[0]",
    ),
    (edited(WHOLE, randomness=[COMMIT]), "commit-count", "manifest.json:randomness"),
    (edited(manifest_of(**SEALED), randomness=[DICE]), "commit-count", "manifest.json:randomness"),
    (edited(manifest_of(**SEALED), randomness=[DICE, COMMIT]), "sealed-without-beacon", "manifest.json:randomness"),
    (edited(WHOLE, files=dict.fromkeys(FILES, 1)), "member-value", "manifest.json:files.excluded.tsv"),
]

# what is frozen does not fit together -> the refusal and its place
EDITED = {**FILES, "pool.tsv": POOL.replace(b"E4\tB", b"E4\tA")}
NOBODY = {**FILES, "recusals.tsv": b"I1\tE4\nI3\tE4\n"}
INPUTS: list[tuple[bytes, dict[str, bytes], str, str]] = [
    (WHOLE, EDITED, "file-hash", "pool.tsv"),
    (edited(WHOLE, **{"files__pool.tsv__lines": 5}), FILES, "file-hash", "pool.tsv"),
    (edited(WHOLE, **{"files__pool.tsv__root": "0" * 64}), FILES, "file-hash", "pool.tsv"),
    (edited(WHOLE, strata__0__population=4), FILES, "population-mismatch", "manifest.json"),
    (edited(WHOLE, strata__1__id="C"), FILES, "population-mismatch", "manifest.json"),
]

# what stands in randomness/<id>.json -> the refusal and its place
VALUE_FILES: list[tuple[dict[str, Any], bytes, str, str]] = [
    (DICE, value_file(DICE, "1" * 20)[:-1], "json-syntax", "randomness/dice.json:1"),
    (DICE, value_file(DICE, "1" * 20, more=1), "member-unknown", "randomness/dice.json"),
    (DICE, value_file(DICE, "1" * 19), "dice-count", "randomness/dice.json"),
    (DICE, value_file(DICE, "1" * 21), "dice-count", "randomness/dice.json"),
    (DICE, value_file(DICE, "x" * 20), "value-grammar", "randomness/dice.json"),
    (DICE, value_file(DICE, "１" * 20), "value-grammar", "randomness/dice.json"),
    (DICE, value_file({**DICE, "id": "other"}, "1" * 20), "source-mismatch", "randomness/dice.json"),
    (DICE, value_file({**DICE, "type": "coin"}, "1" * 20), "source-mismatch", "randomness/dice.json"),
    (COMMIT, value_file(COMMIT, "0" * 64), "secret-mismatch", "randomness/office.json"),
    (COMMIT, value_file(COMMIT, SECRET.upper()), "value-grammar", "randomness/office.json"),
    (DRAND, value_file(DRAND, "0" * 64, **PULSE), "value-unproven", "randomness/drand.json"),
    (DRAND, value_file(DRAND, "0" * 64, **{**PULSE, "round": 1001}), "round-mismatch", "randomness/drand.json"),
    (DRAND, value_file(DRAND, "0" * 64, **{**PULSE, "chain": "0" * 64}), "chain-mismatch", "randomness/drand.json"),
    (
        DRAND,
        value_file(DRAND, "0" * 64, **{**PULSE, "signature": "AB" * 48}),
        "member-value",
        "randomness/drand.json:signature",
    ),
    (
        {"id": "n", "type": "nist/2.0", "time": "2026-08-31T19:04:00.000Z"},
        value_file({"id": "n", "type": "nist/2.0"}, "0" * 128, pulse={}, certificate="x"),
        "time-mismatch",
        "randomness/n.json",
    ),
    (KL8, value_file(KL8, f"2026002:{TWENTY}"), "issue-mismatch", "randomness/kl8.json"),
    (KL8, value_file(KL8, f"2026001:{TWENTY[:-3]}"), "value-grammar", "randomness/kl8.json"),
    (KL8, value_file(KL8, f"2026001:{TWENTY[:-2]}01"), "numbers-unsorted", "randomness/kl8.json"),
]

# an event after done E2 and a void of nothing -> the refusal and its place
EVENTS: list[tuple[Event, str, str]] = [
    (event(2, "exclude", "E1", "closed"), "event-number", "events.tsv:2:1"),
    (event(1, "explode", "E1"), "event-kind-unknown", "events.tsv:1:2"),
    (event(1, "exclude", "E1", "bored"), "reason-unknown", "events.tsv:1:4"),
    (event(1, "exclude", "E7", "closed"), "entry-unknown", "events.tsv:1:3"),
    (event(1, "exclude", "E1", "c d"), "word-unknown", "events.tsv:1:4"),
    (event(1, "recuse", "I9", "E1"), "inspector-unknown", "events.tsv:1:3"),
    (event(1, "recuse", "I1", "E7"), "entry-unknown", "events.tsv:1:4"),
    (event(1, "withdraw", "I9"), "inspector-unknown", "events.tsv:1:3"),
    (event(1, "withdraw", "I1", "x"), "detail-not-empty", "events.tsv:1:4"),
    (event(1, "done", "E7"), "entry-unknown", "events.tsv:1:3"),
    (event(1, "enlist", "I1", "1;role:inspector;"), "inspector-known", "events.tsv:1:3"),
    (event(1, "enlist", "N1", "1;role:inspector"), "enlist-grammar", "events.tsv:1:4"),
    (event(1, "enlist", "N1", "01;role:inspector;"), "integer-grammar", "events.tsv:1:4"),
    (event(1, "enlist", "N1", "1;skill:fire;"), "role-missing", "events.tsv:1:4"),
    (event(1, "enlist", "N1", "1;role:inspector;b,a"), "list-unsorted", "events.tsv:1:4"),
    (event(1, "void", "D-2", "error"), "draw-mismatch", "events.tsv:1:3"),
    (event(1, "void", "D-1", "whim"), "reason-unknown", "events.tsv:1:4"),
    (event(1, "reveal", "D-1", SECRET), "reveal-in-open-mode", "events.tsv:1:3"),
    (Event(1, "withdraw", "I1", "", "aa", SALT), "hex-grammar", "events.tsv:1:5"),
    (Event(1, "withdraw", "I1", "", "", ""), "hex-grammar", "events.tsv:1:6"),
]

PLANNED = plan_of()
PLANS: list[tuple[bytes, str, str]] = [
    (edited(PLANNED, version=0), "member-value", "plan.json:version"),
    (edited(PLANNED, classes__0__population=4), "pattern-counts", "plan.json:classes"),
    (edited(PLANNED, classes__0__patterns__0__months=[]), "months-grammar", "plan.json:classes"),
    (edited(PLANNED, classes__0__patterns__0__months=[13]), "months-grammar", "plan.json:classes"),
    (
        edited(PLANNED, classes__0__patterns__0__months=[2, 1]),
        "list-unsorted",
        "plan.json:classes[0].patterns[0].months",
    ),
    (edited(PLANNED, classes__0__patterns__0__months=[3]), "patterns-unsorted", "plan.json:classes"),
    (edited(PLANNED, classes__0__id="z"), "classes-unsorted", "plan.json:classes"),
    (edited(PLANNED, randomness=[COMMIT]), "commit-count", "plan.json:randomness"),
]


def refusal(action: Callable[..., object], *given: object) -> ProtocolError:
    with pytest.raises(ProtocolError) as caught:
        action(*given)
    return caught.value


def check(found: ProtocolError, code: str, where: str) -> None:
    assert (found.code, found.params["where"]) == (code, where)
    texts = [render(f"error.{code}", language, **found.params) for language in ("zh", "en")]
    assert placeholders(catalogue()[f"error.{code}"]["zh"]) <= found.params.keys()
    assert all(text.startswith(where) for text in texts)


@pytest.mark.parametrize(("file", "data", "code", "where"), TABLES)
def test_a_bad_table_is_refused_at_its_line_and_field(file: str, data: bytes, code: str, where: str) -> None:
    check(refusal(lambda: read_tables({**FILES, file: data})), code, where)


@pytest.mark.parametrize(("data", "code", "where"), MANIFESTS)
def test_a_bad_manifest_is_refused_at_its_member(data: bytes, code: str, where: str) -> None:
    check(refusal(lambda: parse_manifest(data)), code, where)


@pytest.mark.parametrize(("manifest", "files", "code", "where"), INPUTS)
def test_tables_that_are_not_those_sealed_are_refused(
    manifest: bytes, files: dict[str, bytes], code: str, where: str
) -> None:
    check(refusal(lambda: read_inputs(manifest, files)), code, where)


def test_an_entry_without_a_possible_team_is_refused_by_its_line() -> None:
    check(refusal(lambda: manifest_of(NOBODY)), "no-eligible-team", "pool.tsv:4")


@pytest.mark.parametrize(("source", "data", "code", "where"), VALUE_FILES)
def test_a_bad_value_is_refused(source: dict[str, Any], data: bytes, code: str, where: str) -> None:
    check(refusal(lambda: read_value(data, Source(**source), "D-1")), code, where)


def test_a_value_that_is_missing_or_that_nobody_asked_for_is_refused() -> None:
    sources = [Source(**DICE)]
    check(refusal(lambda: check_values(sources, {}, "D-1")), "value-missing", "randomness/dice.json")
    more = {"dice": VALUES["dice"], "extra": "1"}
    check(refusal(lambda: check_values(sources, more, "D-1")), "value-unknown", "randomness/extra.json")


@pytest.mark.parametrize(("bad", "code", "where"), EVENTS)
def test_a_bad_event_is_refused_and_changes_nothing(bad: Event, code: str, where: str) -> None:
    state = replay(conducted(), [])
    before = state.table()
    found = refusal(lambda: append_event(state, bad))
    assert found.code == code
    check(found, code, where if code != "event-number" else "events.tsv:2:1")
    assert (state.table(), state.past) == (before, [])


def test_what_has_happened_bounds_what_may_happen() -> None:
    outcome = conducted()
    reserve = next(entry for entry in outcome.order.ids("A") if entry not in outcome.order.drawn())
    drawn = outcome.order.drawn()[0]
    done = replay(outcome, [event(1, "done", drawn)])
    for bad in (event(2, "done", drawn), event(2, "exclude", drawn, "closed"), event(2, "recuse", "I1", drawn)):
        column = 4 if bad.kind == "recuse" else 3
        check(refusal(append_event, done, bad), "entry-done", f"events.tsv:2:{column}")
    check(refusal(lambda: append_event(done, event(2, "done", reserve))), "entry-not-drawn", "events.tsv:2:3")
    excluded = replay(outcome, [event(1, "exclude", reserve, "closed")])
    again = event(2, "exclude", reserve, "moved")
    check(refusal(lambda: append_event(excluded, again)), "excluded-twice", "events.tsv:2:3")
    void = replay(outcome, [event(1, "void", "D-1", "error")])
    check(refusal(lambda: append_event(void, event(2, "withdraw", "I1"))), "event-after-void", "events.tsv:2:3")
    short = replay(outcome, [event(n, "withdraw", person) for n, person in enumerate(("I1", "I2", "I3"), 1)])
    check(refusal(lambda: append_event(short, event(4, "done", drawn))), "team-incomplete", "events.tsv:4:3")


def test_only_the_right_secret_reveals_a_sealed_draw_and_only_once() -> None:
    state = replay(conducted(**SEALED), [])
    for wrong in ("0" * 64, "short"):
        found = refusal(append_event, state, event(1, "reveal", "D-1", wrong))
        check(found, "secret-mismatch", "events.tsv:1:4")
    void = append_event(state, event(1, "void", "D-1", "error"))
    revealed = append_event(void, event(2, "reveal", "D-1", SECRET))
    check(
        refusal(lambda: append_event(revealed, event(3, "reveal", "D-1", SECRET))), "revealed-twice", "events.tsv:3:3"
    )


@pytest.mark.parametrize(("data", "code", "where"), PLANS)
def test_a_bad_plan_is_refused_at_its_member(data: bytes, code: str, where: str) -> None:
    check(refusal(lambda: parse_plan(data)), code, where)


def test_enterprises_that_are_not_those_of_the_plan_are_refused() -> None:
    values = {"dice": VALUES["dice"]}
    changed = PLAN["enterprises"].replace(b"E2\tk2", b"E2\tk1")
    check(refusal(lambda: draw_plan(PLANNED, changed, values)), "file-hash", "enterprises.tsv")
    check(refusal(lambda: plan_of(enterprises=changed)), "population-mismatch", "plan.json")


def test_a_manifest_is_built_only_for_the_strata_of_its_pool() -> None:
    from scheduler.draws.documents import build_manifest

    settings = {**SETTINGS, "slots": [["role:inspector"]]}
    for rules in ({"A": RATIO}, {"A": RATIO, "B": RATIO, "C": {"kind": "fixed", "count": 0}}):
        found = refusal(build_manifest, settings, rules, FILES)
        assert found.code in ("population-mismatch", "member-value")


def kernel_codes() -> set[str]:
    """Every string in the kernel that stands where a code stands: after the condition of `need`, or in a `Field`."""
    words = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")
    no_codes = {
        "bottom-k",
        "ticket-augment",
        "half-up",
        "leaf-salt",
        "file-salt",
        "plan-month",
        "visit-day",
        "task-order",
    }
    found = {
        node.value
        for path in KERNEL.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and words.fullmatch(node.value)
    }
    return (found | {"bom"}) - no_codes


def test_every_refusal_of_the_kernel_is_provoked_here_and_has_its_texts() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    codes = kernel_codes()
    assert len(codes) > 60
    assert sorted(code for code in codes if f'"{code}"' not in source) == []
    assert sorted(code for code in codes if f"error.{code}" not in catalogue()) == []


def test_the_events_of_a_file_are_read_strictly() -> None:
    line = f"2\twithdraw\tI1\t\t\t{SALT}\n".encode()
    found = refusal(lambda: replay(conducted(), parse_events(line)))
    assert (found.code, found.params["where"]) == ("event-number", "events.tsv:2:1")
