"""`verify` passes true bundles, and names the right check when anything in them is changed."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from config.messages import catalogue
from scheduler.errors import InvalidInput
from scheduler.records.checks import ABSENT, FAIL, OUTCOMES, PASS, WARN, Check, Report, first_difference
from scheduler.records.verification import verify_bundle, verify_files

pytestmark = pytest.mark.shared
Vector = Callable[[str], dict[str, bytes]]

# Which of these checks must fail when a byte of a file is changed; a change of form may be named by `files` instead.
NAMED = {
    "manifest.json": {"files", "manifest", "strata", "references", "randomness", "tables"},
    "pool.tsv": {"files", "tables"},
    "inspectors.tsv": {"files", "tables"},
    "recusals.tsv": {"files", "tables"},
    "excluded.tsv": {"files", "tables"},
    "randomness/drand.json": {"files", "randomness:drand"},
    "randomness/dice.json": {"files", "randomness:dice", "seed"},
    "randomness/office.json": {"files", "randomness:office"},
    "seed.txt": {"files", "seed", "manifest"},
    "order.tsv": {"files", "order"},
    "assign.tsv": {"files", "assignment"},
    "result.json": {"files", "result", "level", "unfilled", "seed", "manifest"},
    "state.tsv": {"files", "state"},
    "plan.json": {"files", "manifest", "classes", "randomness", "tables"},
    "enterprises.tsv": {"files", "tables"},
    "months.tsv": {"files", "months"},
}


def failed(report: Report) -> set[str]:
    return {check.name for check in report.checks if check.outcome == FAIL}


def changed(files: dict[str, bytes], name: str, place: int, mask: int = 1) -> dict[str, bytes]:
    data = bytearray(files[name])
    data[place] ^= mask
    return {**files, name: bytes(data)}


def named(report: Report, name: str) -> Check:
    return next(check for check in report.checks if check.name == name)


def outcomes(report: Report) -> dict[str, str]:
    return {check.name: check.outcome for check in report.checks}


def test_the_worked_example_passes(vector: Vector) -> None:
    report = verify_files(vector("worked-example"), "worked-example")
    assert report.exit == 0
    assert (report.type, report.id) == ("draw", "EX-2026-001")
    assert report.seed == "12ed743cacc0350b1d0b555ef8b0725feed5c299eda984816e8036442031e21b"
    assert report.counts == {PASS: 19, WARN: 0, FAIL: 0, ABSENT: 6}
    assert [name for name, outcome in outcomes(report).items() if outcome == ABSENT] == [
        "signatures", "inclusion", "checkpoint", "cosignatures", "time", "reveal",
    ]  # fmt: skip


def test_the_city_passes(vector: Vector) -> None:
    report = verify_files(vector("jilin-city"), "jilin-city")
    assert (report.exit, report.id) == (0, "220200-2026-02")
    assert report.counts[PASS] == 19


def test_the_lottery_of_a_plan_passes_on_the_values_of_its_transcript(vector: Vector) -> None:
    report = verify_files(vector("plan-lottery"), "plan-lottery")
    assert (report.exit, report.type, report.id) == (0, "plan", "220200-2026")
    assert outcomes(report) == {
        "files": PASS, "tables": PASS, "classes": PASS, "manifest": PASS, "signatures": ABSENT, "inclusion": ABSENT,
        "checkpoint": ABSENT, "cosignatures": ABSENT, "time": ABSENT, "randomness": PASS, "randomness:drand": ABSENT,
        "randomness:dice": ABSENT, "seed": PASS, "months": PASS,
    }  # fmt: skip


def test_strictly_nothing_may_be_absent(vector: Vector) -> None:
    assert verify_files(vector("worked-example"), "x", strict=True).exit == 1


@pytest.mark.parametrize("name", [name for name in NAMED if name not in ("plan.json", "enterprises.tsv", "months.tsv")])
def test_any_changed_byte_of_the_worked_example_fails_by_name(vector: Vector, name: str) -> None:
    files = vector("worked-example")
    for place in range(len(files[name])):
        report = verify_files(changed(files, name, place), "x")
        assert report.exit == 1, place
        assert failed(report) & NAMED[name], (place, failed(report))
        assert not any(check.key == "check.unexpected" for check in report.checks), place


@pytest.mark.parametrize("name", ["plan.json", "enterprises.tsv", "months.tsv", "seed.txt"])
def test_changed_bytes_of_a_plans_lottery_fail_by_name(vector: Vector, name: str) -> None:
    files = vector("plan-lottery")
    for place in random.Random(name).sample(range(len(files[name])), 60):
        # without files of randomness the values stand in seed.txt alone: another value gives other months
        assert failed(verify_files(changed(files, name, place), "x")) & (NAMED[name] | {"months"}), place


def test_a_sample_of_changed_bytes_of_the_city_fails_by_name(vector: Vector) -> None:
    files = vector("jilin-city")
    chosen = random.Random(20260320)
    for name in sorted(NAMED.keys() & files.keys()):
        if files[name]:
            place = chosen.randrange(len(files[name]))
            report = verify_files(changed(files, name, place, 1 << chosen.randrange(7)), "x")
            assert failed(report) & NAMED[name], (name, place)


def test_a_changed_take_is_named_by_the_strata(vector: Vector) -> None:
    files = vector("worked-example")
    files["manifest.json"] = files["manifest.json"].replace(b'"take":2}', b'"take":3}')
    report = verify_files(files, "x")
    assert failed(report) >= {"strata", "manifest"}
    assert "files" not in failed(report)


def test_the_first_difference_is_shown_with_its_line(vector: Vector) -> None:
    files = vector("worked-example")
    lines = files["order.tsv"].split(b"\n")
    lines[4], lines[5] = lines[5], lines[4]
    check = named(verify_files({**files, "order.tsv": b"\n".join(lines)}, "x"), "files")
    assert (check.outcome, check.file, check.line) == (FAIL, "order.tsv", 6)
    other = files["assign.tsv"].replace(b"Z002", b"Z003", 1)
    check = named(verify_files({**files, "assign.tsv": other}, "x"), "assignment")
    assert (check.outcome, check.file, check.line) == (FAIL, "assign.tsv", 7)
    assert check.expected == "913301000000000060\t0\tZ002"
    assert check.found == "913301000000000060\t0\tZ003"


def test_a_check_whose_input_did_not_parse_says_because(vector: Vector) -> None:
    files = vector("worked-example")
    files["events.tsv"] = files["events.tsv"][:-1]
    report = verify_files(files, "x")
    checks = {check.name: check for check in report.checks}
    assert failed(report) == {"files"}
    assert (checks["events"].outcome, checks["events"].detail("en")) == (ABSENT, "because files failed")
    assert (checks["state"].outcome, checks["state"].detail("zh")) == (ABSENT, "因为没有 events")


def test_an_event_the_protocol_refuses_is_named_with_its_line(vector: Vector) -> None:
    files = vector("worked-example")
    files["events.tsv"] = files["events.tsv"].replace(b"\tclosed\t", b"\tgone\t", 1)
    check = named(verify_files(files, "x"), "events")
    assert (check.outcome, check.file, check.line) == (FAIL, "events.tsv", 6)


@pytest.mark.parametrize("name", ["notes.txt", "pool.csv", "randomness/other.json", "log/more", "expected.json"])
def test_any_other_file_is_a_failure(vector: Vector, name: str) -> None:
    report = verify_files({**vector("worked-example"), name: b"{}"}, "x")
    assert failed(report) == {"files"}


@pytest.mark.parametrize(
    "name", ["pool.tsv", "randomness/drand.json", "seed.txt", "order.tsv", "result.json", "events.tsv"]
)
def test_a_part_of_a_bundle_is_absent_and_not_failed(vector: Vector, name: str) -> None:
    files = vector("worked-example")
    del files[name]
    report = verify_files(files, "x")
    assert report.exit == 0
    assert report.counts[ABSENT] > 6 or name == "seed.txt"


def test_values_are_taken_from_the_transcript_when_their_files_are_missing(vector: Vector) -> None:
    files = {name: data for name, data in vector("worked-example").items() if not name.startswith("randomness/")}
    assert verify_files(files, "x").exit == 0
    assert outcomes(verify_files(files, "x"))["order"] == PASS
    files["seed.txt"] = files["seed.txt"].replace(b"dice\t3", b"dice\tx")
    assert "seed" in failed(verify_files(files, "x"))


def test_a_voided_sealed_draw_must_be_revealed(vector: Vector) -> None:
    files = vector("worked-example")
    salt = b"0" * 64
    files["events.tsv"] = b"1\tvoid\tEX-2026-001\tequipment\t\t" + salt + b"\n"
    del files["state.tsv"]
    assert failed(verify_files(files, "x")) == {"reveal"}
    del files["events.tsv"]
    checks = {check.name: check for check in verify_files(files, "x").checks}
    assert (checks["reveal"].outcome, checks["sequence"].outcome) == (WARN, PASS)


def test_what_is_no_bundle_is_refused(vector: Vector, tmp_path: Path) -> None:
    files = vector("worked-example")
    del files["manifest.json"]
    with pytest.raises(InvalidInput, match="bundle-without-root"):
        verify_files(files, "x")
    (tmp_path / "empty").mkdir()
    with pytest.raises(InvalidInput, match="bundle-empty"):
        verify_bundle(tmp_path / "empty")


def test_the_report_has_the_form_both_verifiers_share(vector: Vector, stand_alone: ModuleType) -> None:
    files = vector("worked-example")
    ours = verify_files(files, "some/bundle.zip").document("en")
    theirs = stand_alone.audit_files(files).as_json("some/bundle.zip", "en")
    assert list(ours) == list(theirs)
    assert ours["checks"][0].keys() == theirs["checks"][0].keys()
    for name in ("bundle", "type", "id", "manifest", "seed", "counts", "exit"):
        assert ours[name] == theirs[name]
    same = ("number", "name", "outcome", "file", "line", "expected", "found")
    assert [[row[key] for key in same] for row in ours["checks"]] == [
        [row[key] for key in same] for row in theirs["checks"]
    ]


def test_every_text_of_a_check_is_in_the_catalogues() -> None:
    import re

    folder = Path(__file__).parents[2] / "scheduler" / "records"
    keys = {key for file in folder.glob("*.py") for key in re.findall(r'"(check\.[a-z-]+)"', file.read_text())}
    assert len(keys) > 40
    assert keys - set(catalogue()) == set()


def test_a_difference_names_the_first_line_that_differs() -> None:
    assert first_difference("f", b"a\nb\n", b"a\nb\n") is None
    cases: list[tuple[bytes, bytes, int, Any, Any]] = [
        (b"a\nb\n", b"a\nc\n", 2, "b", "c"),
        (b"a\nb\n", b"a\n", 2, "b", ""),
        (b"a\n", b"a\nb\n", 2, "", "b"),
        (b"a\n", b"a", 2, "", None),
        (b"", b"\x1b[2J\n", 1, "", "\\x1b[2J"),
    ]
    for expected, found, line, wanted, given in cases:
        difference = first_difference("f", expected, found)
        assert difference is not None
        assert (difference.line, difference.expected, difference.found) == (line, wanted, given)


def test_outcomes_are_the_four_of_the_protocol() -> None:
    assert OUTCOMES == ("pass", "warn", "FAIL", "absent")
