"""`recompute DIR --out DIR2`: compute a draw, or the lottery of a plan, again from what was frozen."""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler.commands.context import print_json

if TYPE_CHECKING:
    from scheduler.draws.protocol.manifest import Manifest
    from scheduler.draws.protocol.sources import Source

Files = Mapping[str, Iterable[bytes]]  # by name, in parts
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
    import gc

    from scheduler.records.opening import open_bundle

    check_out(args.out)
    gc.disable()  # a million lines are millions of objects that live to the end: walking them takes a third of the time
    try:
        digests = write_folder(args.out, recompute(open_bundle(args.folder), assignment=not args.no_assignment))
    finally:
        gc.enable()
    if args.json:
        print_json({"out": str(args.out), "seed": digests["seed.txt"], "files": digests})
    else:
        for name, digest in digests.items():
            print(f"{digest}  {args.out / name}")
    return 0


def recompute(given: Mapping[str, bytes], *, assignment: bool = True) -> Files:
    """The files that follow from those given by name, each in parts; raises `InvalidInput` or `ProtocolError`."""
    from scheduler.draws.protocol.manifest import parse_manifest

    if "plan.json" in given:
        return _recompute_plan(given)
    tables = {name: _take(given, name) for name in INPUTS}
    manifest = parse_manifest(_take(given, "manifest.json"))
    values = read_values(given, manifest.randomness, manifest.draw, manifest.digest)
    if not assignment:
        return _recompute_order(manifest, given["manifest.json"], tables, values)
    from scheduler.draws.protocol.draw import conduct
    from scheduler.draws.protocol.events import parse_events, replay
    from scheduler.draws.protocol.inputs import read_inputs

    outcome = conduct(read_inputs(given["manifest.json"], tables), values)
    files = {name: [data] for name, data in outcome.files.items()}
    if "events.tsv" in given:
        files["state.tsv"] = [replay(outcome, parse_events(given["events.tsv"])).table()]
    return files


def _recompute_order(
    manifest: Manifest, document: bytes, tables: Mapping[str, bytes], values: Mapping[str, str]
) -> Files:
    """Who is drawn, alone. The Merkle roots of the tables are left to `verify`; their hashes are checked."""
    from scheduler.draws.protocol.selection import seed_of, write_transcript
    from scheduler.draws.protocol.sources import check_values

    transcript = write_transcript(manifest.digest, check_values(manifest.randomness, values, manifest.draw))
    order = _order(manifest, document, tables, values, seed_of(transcript))
    first = next(order, b"")  # whatever is refused is refused now
    return {"seed.txt": [transcript], "order.tsv": chain([first], order)}


def _order(
    manifest: Manifest, document: bytes, tables: Mapping[str, bytes], values: Mapping[str, str], seed: str
) -> Iterator[bytes]:
    """The bytes of `order.tsv`, in parts; where these are not made, or break off, from the kernel."""
    from scheduler.draws.huge_order import Unfinished, order_in_parts
    from scheduler.draws.protocol.selection import derive_key

    done = 0
    try:
        for part in order_in_parts(manifest, tables, derive_key(seed, "select")):
            yield part
            done += len(part)
    except Unfinished:
        from scheduler.draws.protocol.draw import select
        from scheduler.draws.protocol.inputs import read_inputs

        yield select(read_inputs(document, tables, check_roots=False), values)[1].table()[done:]


def _recompute_plan(given: Mapping[str, bytes]) -> Files:
    from scheduler.draws.protocol.lottery import draw_plan, parse_plan

    plan = parse_plan(given["plan.json"])
    values = read_values(given, plan.randomness, plan.plan, plan.digest)
    _, files = draw_plan(given["plan.json"], _take(given, "enterprises.tsv"), values)
    return {name: [data] for name, data in files.items()}


def read_values(given: Mapping[str, bytes], sources: Sequence[Source], subject: str, digest: str) -> dict[str, str]:
    """The canonical values by source id, from randomness/*.json or else from seed.txt, which must name `digest`."""
    from scheduler.draws.protocol.errors import ProtocolError
    from scheduler.draws.protocol.sources import read_value

    published = {name: data for name, data in given.items() if name.startswith("randomness/")}
    if not published and "seed.txt" in given:
        from scheduler.draws.documents import read_transcript

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


def write_folder(out: Path, files: Files) -> dict[str, str]:
    """Write the files into a new folder, which takes its name in one step and is never there half written.

    Returns the SHA-256 of each file as hex.
    """
    from scheduler.errors import Unavailable

    made, digests = None, {name: sha256() for name in files}
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
        for name, parts in files.items():
            with (made / name).open("wb") as file:
                for part in parts:
                    file.write(part)
                    digests[name].update(part)
        made.chmod(0o755)
        if out.exists():
            out.rmdir()
        made.rename(out)
    except OSError as fault:
        raise Unavailable("recompute-out-unwritable", path=str(out), fault=fault.strerror or "?") from None
    finally:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)
    return {name: digest.hexdigest() for name, digest in digests.items()}
