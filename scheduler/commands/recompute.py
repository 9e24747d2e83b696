"""`recompute DIR --out DIR2`: compute a draw, or the lottery of a plan, again from what was frozen."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler.commands.context import print_json

if TYPE_CHECKING:
    from scheduler.draws.protocol.sources import Source

INPUTS = ("pool.tsv", "inspectors.tsv", "recusals.tsv", "excluded.tsv")


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = subparsers.add_parser(
        "recompute",
        help="compute a draw, or the lottery of a plan, again from its frozen input and randomness",
        description=(
            "Reads manifest.json, the four tables, randomness/*.json and, if it is there, events.tsv; writes seed.txt, "
            "order.tsv, assign.tsv, result.json and, with events, state.tsv. Of a plan's lottery it reads plan.json, "
            "enterprises.tsv and randomness/*.json; it writes seed.txt and months.tsv. Without a randomness folder the "
            "values are taken from seed.txt. Nothing is written when anything is refused."
        ),
        epilog="Signatures of beacons are checked by verify, which also compares the files with the published ones.",
    )
    parser.add_argument("folder", metavar="DIR", type=Path, help="a folder or a zip")
    parser.add_argument("--out", metavar="DIR2", type=Path, required=True, help="a folder that is not there, or empty")
    parser.add_argument(
        "--no-assignment", action="store_true", help="draw the enterprises only: seed.txt and order.tsv; for huge pools"
    )
    parser.add_argument("--json", action="store_true", help="print what was written as JSON")
    parser.set_defaults(run=run_recompute)


def run_recompute(args: argparse.Namespace) -> int:
    """Compute everything, write it in one step, and print the hash of each file."""
    from hashlib import sha256

    from scheduler.records.opening import open_bundle

    check_out(args.out)
    files = recompute(open_bundle(args.folder), assignment=not args.no_assignment)
    write_folder(args.out, files)
    digests = {name: sha256(data).hexdigest() for name, data in files.items()}
    if args.json:
        print_json({"out": str(args.out), "seed": digests["seed.txt"], "files": digests})
    else:
        for name, digest in digests.items():
            print(f"{digest}  {args.out / name}")
    return 0


def recompute(given: Mapping[str, bytes], *, assignment: bool = True) -> dict[str, bytes]:
    """The files that follow from those given by name; raises `InvalidInput` or `ProtocolError`."""
    if "plan.json" in given:
        return _recompute_plan(given)
    from scheduler.draws.protocol.draw import conduct, select
    from scheduler.draws.protocol.events import parse_events, replay
    from scheduler.draws.protocol.inputs import read_inputs

    manifest, tables = _take(given, "manifest.json"), {name: _take(given, name) for name in INPUTS}
    inputs = read_inputs(manifest, tables, check_roots=assignment)
    sealed = inputs.manifest
    values = read_values(given, sealed.randomness, sealed.draw, sealed.digest)
    if not assignment:
        transcript, order = select(inputs, values)
        return {"seed.txt": transcript, "order.tsv": order.table()}
    outcome = conduct(inputs, values)
    if "events.tsv" not in given:
        return outcome.files
    return {**outcome.files, "state.tsv": replay(outcome, parse_events(given["events.tsv"])).table()}


def _recompute_plan(given: Mapping[str, bytes]) -> dict[str, bytes]:
    from scheduler.draws.protocol.lottery import draw_plan, parse_plan

    plan = parse_plan(given["plan.json"])
    values = read_values(given, plan.randomness, plan.plan, plan.digest)
    return draw_plan(given["plan.json"], _take(given, "enterprises.tsv"), values)[1]


def read_values(given: Mapping[str, bytes], sources: Sequence[Source], subject: str, digest: str) -> dict[str, str]:
    """The canonical values by source id, from randomness/*.json or else from seed.txt, which must name `digest`."""
    from scheduler.draws.documents import read_transcript
    from scheduler.draws.protocol.errors import ProtocolError
    from scheduler.draws.protocol.sources import read_value

    published = {name: data for name, data in given.items() if name.startswith("randomness/")}
    if not published and "seed.txt" in given:
        found, pairs = read_transcript(given["seed.txt"])
        if found != digest:
            raise ProtocolError("transcript-manifest", file="seed.txt", line=2, found=found, wanted=digest)
        if [source for source, _ in pairs] != [source.id for source in sources]:
            raise ProtocolError("transcript-sources", file="seed.txt", line=3)
        return dict(pairs)
    named = {f"randomness/{source.id}.json": source for source in sources}
    for name in sorted(published.keys() ^ named.keys()):
        code = "value-unknown" if name in published else "value-missing"
        raise ProtocolError(code, file=name, id=Path(name).stem)
    return {source.id: read_value(published[name], source, subject) for name, source in named.items()}


def _take(given: Mapping[str, bytes], name: str) -> bytes:
    from scheduler.errors import InvalidInput

    if name not in given:
        raise InvalidInput("recompute-file-missing", name=name)
    return given[name]


def check_out(out: Path) -> None:
    """Refuse to write into a folder that holds anything: nothing is ever overwritten."""
    from scheduler.errors import Conflict

    if out.is_symlink() or (out.exists() and not (out.is_dir() and not any(out.iterdir()))):
        raise Conflict("recompute-out-taken", path=str(out))


def write_folder(out: Path, files: Mapping[str, bytes]) -> None:
    """Write the files into a new folder that takes its name in one step, so that it is never there half written."""
    from scheduler.errors import Unavailable

    made = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
        for name, data in files.items():
            (made / name).write_bytes(data)
        made.chmod(0o755)
        if out.exists():
            out.rmdir()
        made.rename(out)
    except OSError as fault:
        raise Unavailable("recompute-out-unwritable", path=str(out), fault=fault.strerror or "?") from None
    finally:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)
