"""The stand-alone verifier on whole bundles: vectors pass, changed bytes are named, hostile input is refused."""

from __future__ import annotations

import functools
import json
import os
import re
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import verify_draw
from scripts.verify_draw import Files, audit_files, main, verify
from tests.scripts.bundles import failed, load, outcomes, row, store, with_member, zipped

PROGRAM = Path(verify_draw.__file__)
pytestmark = pytest.mark.shared

NUMBERS = {
    **dict.fromkeys(("files", "tables", "strata", "references", "teams"), 1),
    **dict.fromkeys(("manifest", "signatures", "inclusion", "checkpoint", "cosignatures"), 2),
    "time": 3,
    "randomness": 4,
    "seed": 5,
    "order": 6,
    "level": 7,
    "assignment": 7,
    "unfilled": 7,
    "result": 8,
    "events": 9,
    "state": 9,
    "sequence": 10,
    "reveal": 11,
}
UNSIGNED = {"signatures", "inclusion", "checkpoint", "cosignatures", "time"}


@pytest.fixture(scope="module")
def worked(shared: Path) -> Files:
    return load(shared / "vectors/worked-example")


@pytest.fixture(scope="module")
def city(shared: Path) -> Files:
    return load(shared / "vectors/jilin-city")


@pytest.fixture(scope="module")
def lottery(shared: Path) -> Files:
    return load(shared / "vectors/plan-lottery")


# What passes


def test_everything_that_can_pass_passes_in_the_worked_example(worked: Files) -> None:
    report = audit_files(worked)
    found = outcomes(report)
    assert {name for name, outcome in found.items() if outcome == "absent"} == UNSIGNED | {"reveal"}
    assert set(found.values()) == {"pass", "absent"}
    assert report.exit_status() == 0
    assert report.exit_status(strict=True) == 1


def test_everything_that_can_pass_passes_in_the_city(city: Files) -> None:
    report = audit_files(city)
    found = outcomes(report)
    assert {name for name, outcome in found.items() if outcome == "absent"} == UNSIGNED
    assert row(report, "reveal").detail.en == "an open draw: nothing to reveal"
    assert report.exit_status() == 0


@pytest.mark.parametrize("name", ["worked-example", "jilin-city"])
def test_the_seed_and_the_manifest_are_those_of_the_vectors(shared: Path, name: str) -> None:
    expected = json.loads((shared / "vectors" / name / "expected.json").read_text())
    report = audit_files(load(shared / "vectors" / name))
    assert (report.digest, report.seed) == (expected["M"], expected["seed"])
    assert report.id == expected["result"]["draw"]


def test_the_rows_have_the_names_and_numbers_of_the_protocol(worked: Files) -> None:
    rows = [(check.number, check.name) for check in audit_files(worked).checks]
    values = [(4, f"randomness:{source}") for source in ("drand", "dice", "office")]
    expected = [(number, name) for name, number in NUMBERS.items()]
    place = expected.index((4, "randomness")) + 1
    assert rows == expected[:place] + values + expected[place:]


def test_a_plan_lottery_passes_and_says_which_values_it_could_not_see(lottery: Files) -> None:
    report = audit_files(lottery)
    found = outcomes(report)
    assert report.kind == "plan" and report.exit_status() == 0
    assert report.seed == "9042411115d73bf86a59c9063334eeb20c422069299e8e23bf16e4ba6b2aab5f"
    assert {name for name, outcome in found.items() if outcome == "pass"} == {
        *("files", "tables", "classes", "manifest", "randomness", "seed", "months")
    }
    assert found["randomness:drand"] == found["randomness:dice"] == "absent"


def test_a_plan_lottery_with_its_values_checks_them(lottery: Files, city: Files) -> None:
    files = lottery | {"randomness/drand.json": city["randomness/drand.json"]}
    assert outcomes(audit_files(files))["randomness:drand"] == "pass"


# Any changed byte


def changed(data: bytes, place: int) -> Iterator[bytes]:
    """The data with one byte made another printable one, and with one bit turned."""
    byte = data[place]
    other = 0x21 + (byte * 7 + place) % 94
    other = other if other != byte else 0x21 + (other - 0x20) % 94
    for value in (other, byte ^ 1 << place % 8):
        yield data[:place] + bytes([value]) + data[place + 1 :]


MUST_NAME = {
    "manifest.json": ["manifest"],
    **{table: ["tables"] for table in verify_draw.TABLES},
    "randomness/drand.json": ["files", "randomness:drand", "seed"],
    "randomness/dice.json": ["files", "randomness:dice", "seed"],
    "randomness/office.json": ["files", "randomness:office", "seed"],
    "seed.txt": ["seed"],
    "order.tsv": ["order"],
    "assign.tsv": ["assignment"],
    "result.json": ["files", "manifest", "seed", "level", "unfilled", "result"],
    "state.tsv": ["state"],
}


def assert_noticed(files: Files, name: str, place: int, data: bytes) -> None:
    """The report fails, names a check of that file, and where bytes are compared shows the line."""
    report = audit_files({**files, name: data})
    assert report.exit_status() == 1, (name, place)
    assert failed(report) & set(MUST_NAME[name]), (name, place, failed(report))
    if name in ("seed.txt", "order.tsv", "assign.tsv", "state.tsv"):
        found = row(report, MUST_NAME[name][0])
        assert (found.file, found.line) == (name, (files[name] or b"")[:place].count(b"\n") + 1)
        assert found.expected is not None and found.expected != found.found


@pytest.fixture
def quick_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reads the files that stay as they are once: reading is a pure function of name and bytes."""
    monkeypatch.setattr(verify_draw, "read_file", functools.cache(verify_draw.read_file))


@pytest.mark.usefixtures("quick_reading")
@pytest.mark.parametrize("name", sorted(MUST_NAME))
def test_any_byte_changed_in_the_worked_example_is_noticed(worked: Files, name: str) -> None:
    data = worked[name] or b""
    for place in range(len(data)):
        both = list(changed(data, place))
        for version in both if len(data) < 400 else both[place % 2 :][:1]:
            assert_noticed(worked, name, place, version)


@pytest.mark.usefixtures("quick_reading")
@pytest.mark.parametrize("name", sorted(set(MUST_NAME) - {"randomness/office.json", "excluded.tsv"}))
def test_a_byte_changed_in_the_city_is_noticed(city: Files, name: str) -> None:
    data = city[name] or b""
    for step in range(5):
        place = (step * 2 + 1) * len(data) // 10
        assert_noticed(city, name, place, list(changed(data, place))[step % 2])


@pytest.mark.parametrize("name", ["plan.json", "enterprises.tsv", "months.tsv", "seed.txt"])
def test_a_byte_changed_in_a_plan_lottery_is_noticed(lottery: Files, name: str) -> None:
    data = lottery[name] or b""
    expected = {"plan.json": "manifest", "enterprises.tsv": "tables", "months.tsv": "months", "seed.txt": ""}[name]
    for step in range(40):
        place = step * len(data) // 40
        report = audit_files({**lottery, name: list(changed(data, place))[step % 2]})
        assert report.exit_status() == 1
        assert not expected or expected in failed(report)


def test_a_byte_added_or_taken_away_is_noticed(worked: Files) -> None:
    for name in MUST_NAME:
        data = worked[name] or b""
        for version in (data + b"\n", data[:-1], b"", b"\xef\xbb\xbf" + data):
            assert failed(audit_files({**worked, name: version})) & set(MUST_NAME[name]), name


# Parts of a bundle


@pytest.mark.parametrize("name", sorted(MUST_NAME))
def test_a_missing_file_is_absent_and_never_a_failure(worked: Files, name: str) -> None:
    if name == "manifest.json":
        return
    report = audit_files({key: data for key, data in worked.items() if key != name})
    assert report.exit_status() == 0
    assert any(check.outcome == "absent" and name in check.detail.en for check in report.checks)


def test_a_sealed_draw_before_its_reveal_shows_what_it_can(worked: Files) -> None:
    public = {name: worked[name] for name in ("manifest.json", "result.json")}
    report = audit_files(public)
    found = outcomes(report)
    assert report.exit_status() == 0 and report.seed is None
    assert found["manifest"] == "pass" and found["reveal"] == "warn"
    assert found["order"] == found["seed"] == found["result"] == "absent"


def test_a_check_says_which_check_it_waits_for(worked: Files) -> None:
    report = audit_files({**worked, "pool.tsv": b"broken"})
    assert row(report, "order").detail == ("因为 files 未通过 (pool.tsv)", "because files failed (pool.tsv)")
    assert outcomes(report)["seed"] == "pass"


@pytest.mark.parametrize("name", ["expected.json", "log/notes.txt", "randomness/UPPER.json", "plan.json", ".DS_Store"])
def test_any_other_file_is_a_failure(worked: Files, name: str, tmp_path: Path) -> None:
    report = verify(str(store({**worked, name: b"{}"}, tmp_path / "bundle")))
    assert failed(report) == {"files"} and row(report, "files").file == name


def test_a_value_of_no_named_source_is_a_failure(worked: Files) -> None:
    spare = with_member({**worked, "randomness/spare.json": worked["randomness/dice.json"]}, "randomness/spare.json")
    report = audit_files(with_member(spare, "randomness/spare.json", id="spare"))
    assert failed(report) == {"files"}


# Folder and zip


def test_a_folder_and_a_zip_give_the_same_report(worked: Files, tmp_path: Path) -> None:
    folder, archive = store(worked, tmp_path / "bundle"), tmp_path / "bundle.zip"
    archive.write_bytes(zipped({**worked, "README.txt": "说明\n".encode(), "verify_draw.py": PROGRAM.read_bytes()}))
    one, two = (verify(str(path)).as_json("x") for path in (folder, archive))
    one["checks"][0].pop("detail")
    two["checks"][0].pop("detail")
    assert one == two


def refused(path: Path) -> str:
    with pytest.raises(verify_draw.Unusable) as caught:
        verify(str(path))
    assert caught.value.text.zh != caught.value.text.en
    return caught.value.text.en


def test_what_is_no_bundle_is_refused(worked: Files, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "text.zip").write_text("not a zip")
    (tmp_path / "nothing.zip").write_bytes(b"")
    inside = store(worked, tmp_path / "outer" / "inner").parent
    assert "no such path" in refused(tmp_path / "missing")
    assert "no manifest.json" in refused(tmp_path / "empty")
    assert "neither a folder nor a zip" in refused(tmp_path / "text.zip")
    assert "neither a folder nor a zip" in refused(tmp_path / "nothing.zip")
    assert "there is inner/manifest.json" in refused(inside)


def test_a_link_in_a_folder_is_refused(worked: Files, tmp_path: Path) -> None:
    folder = store(worked, tmp_path / "bundle")
    (folder / "README.txt").symlink_to("/dev/zero")
    assert "not a plain file" in refused(folder)


def test_a_pipe_in_a_folder_is_refused(worked: Files, tmp_path: Path) -> None:
    folder = store(worked, tmp_path / "bundle")
    os.mkfifo(folder / "README.txt")
    assert "not a plain file" in refused(folder)


@pytest.mark.parametrize(
    "name", ["../manifest.json", "/order.tsv", "a//b", "./seed.txt", "randomness\\dice.json", "C:seed.txt", "log/../x"]
)
def test_a_path_trick_in_a_zip_is_refused(worked: Files, tmp_path: Path, name: str) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(zipped({**worked, name: b"x"}))
    assert "path trick" in refused(path)


def test_a_link_or_a_name_twice_in_a_zip_is_refused(worked: Files, tmp_path: Path) -> None:
    link = zipfile.ZipInfo("README.txt")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    twice = zipfile.ZipInfo("seed.txt")
    for entry, reason in ((link, "path trick"), (twice, "twice in the zip")):
        path = tmp_path / f"{reason}.zip"
        path.write_bytes(zipped(worked))
        with zipfile.ZipFile(path, "a") as archive:
            if entry is twice:
                with pytest.warns(UserWarning, match="Duplicate"):
                    archive.writestr(entry, "x")
            else:
                archive.writestr(entry, "/etc/passwd")
        assert reason in refused(path)


def test_a_bomb_is_refused_before_it_is_unpacked(worked: Files, tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    path.write_bytes(zipped({**worked, "README.txt": bytes(40 << 20)}))
    assert "over the limit" in refused(path)


def test_too_many_files_or_bytes_are_refused(worked: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many: Files = {**worked, **{f"randomness/s{n}.json": b"{}" for n in range(verify_draw.MOST_FILES)}}
    path = tmp_path / "many.zip"
    path.write_bytes(zipped(many, zipfile.ZIP_STORED))
    assert "over the limit" in refused(path)
    folder = store(worked, tmp_path / "bundle")
    monkeypatch.setattr(verify_draw, "MOST_BYTES", 4000)
    assert "over the limit" in refused(folder)
    monkeypatch.setattr(verify_draw, "MOST_FILES", 5)
    assert "over the limit" in refused(folder)


def test_a_damaged_zip_never_gives_a_traceback(worked: Files, tmp_path: Path) -> None:
    """Cut short, changed at any of many places, of another method, encrypted: refused, or judged as a bundle."""
    data, path = zipped(worked), tmp_path / "bundle.zip"
    versions = [data[:cut] for cut in range(0, len(data), len(data) // 40)]
    versions += [list(changed(data, place))[1] for place in range(0, len(data), len(data) // 150)]
    versions += [
        zipped(worked, zipfile.ZIP_LZMA),
        data.replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"),
    ]
    for version in versions:
        path.write_bytes(version)
        try:
            report = verify(str(path))
        except verify_draw.Unusable as reason:
            assert reason.text.en
        else:
            assert not any("did not expect" in check.detail.en for check in report.checks)


# The command


def run(*arguments: str, language: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
    environment = {"LC_ALL": language, "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-I", str(PROGRAM), *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)


def test_the_command_stands_alone_and_reports_in_either_language(worked: Files, tmp_path: Path) -> None:
    program = tmp_path / "verify_draw.py"
    program.write_bytes(PROGRAM.read_bytes())
    folder = store({**worked, "verify_draw.py": PROGRAM.read_bytes()}, tmp_path / "bundle")
    english, chinese = run(str(folder)), run(str(folder), language="zh_CN.UTF-8")
    assert english.returncode == chinese.returncode == 0 and not english.stderr and not chinese.stderr
    assert "nothing failed" in english.stdout and "没有一项失败" in chinese.stdout
    assert run(str(folder), "--lang", "zh").stdout == chinese.stdout


def test_strict_also_fails_on_what_is_absent(worked: Files, tmp_path: Path) -> None:
    folder = str(store(worked, tmp_path / "bundle"))
    assert main([folder]) == 0
    assert main([folder, "--strict"]) == 1


def test_a_failure_shows_file_line_expected_and_found(worked: Files, tmp_path: Path) -> None:
    order = (worked["order.tsv"] or b"").replace(b"selected", b"reserve ", 1)
    done = run(str(store({**worked, "order.tsv": order}, tmp_path / "bundle")), "--lang", "en")
    assert done.returncode == 1
    assert re.search(r"order +FAIL.*\n +order.tsv, line 1\n +expected A.*selected\n +found A.*reserve \n", done.stdout)


def test_the_json_report_has_its_members(worked: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = str(store({**worked, "assign.tsv": b""}, tmp_path / "bundle"))
    assert main([folder, "--json", "--lang", "en"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert list(report) == ["bundle", "type", "id", "manifest", "seed", "checks", "counts", "exit"]
    assert (report["bundle"], report["type"], report["id"], report["exit"]) == (folder, "draw", "EX-2026-001", 1)
    assert report["counts"] == {"pass": 18, "warn": 0, "FAIL": 1, "absent": 6}
    bad = next(check for check in report["checks"] if check["outcome"] == "FAIL")
    assert list(bad) == ["number", "name", "outcome", "detail", "file", "line", "expected", "found"]
    assert (bad["number"], bad["name"], bad["file"], bad["line"]) == (7, "assignment", "assign.tsv", 1)
    assert bad["expected"].startswith("913301000000000028")
    good = report["checks"][0]
    assert good["file"] is good["line"] is good["expected"] is good["found"] is None


@pytest.mark.parametrize(
    "arguments", [[], ["a", "b"], ["x", "--lang", "fr"], ["x", "--unknown"], ["x", "--key"], ["x", "--key", "0f"]]
)
def test_wrong_usage_ends_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_unusable_input_ends_with_2_and_no_traceback(tmp_path: Path) -> None:
    done = run(str(tmp_path / "missing"), "--json", "--lang", "en")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert json.loads(done.stdout) == {
        "bundle": str(tmp_path / "missing"),
        "error": f"no such path: {tmp_path / 'missing'}",
        "exit": 2,
    }


def test_what_a_file_says_cannot_steer_the_terminal(worked: Files) -> None:
    report = audit_files({**worked, "state.tsv": b"\x1b[2J\xff\xe2\x80\xae\n"})
    lines = report.as_text("\x1b[31m", "en")
    assert "\x1b" not in lines and "\u202e" not in lines
