"""The documents around the kernel: manifests and plans put together, a published transcript taken apart.

The kernel reads and checks what is sealed; here it is written, and everything a verifier refuses is refused.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict

from scheduler.draws.protocol.encoding import HEX_32, SOURCE_ID, canonical_json, matches
from scheduler.draws.protocol.errors import need
from scheduler.draws.protocol.inputs import read_inputs, read_tables, seal_file
from scheduler.draws.protocol.lottery import TYPE as PLAN
from scheduler.draws.protocol.lottery import parse_plan, read_enterprises
from scheduler.draws.protocol.manifest import FILE, TYPE, read_rule
from scheduler.draws.protocol.selection import write_transcript


def build_manifest(
    settings: Mapping[str, object], rules: Mapping[str, Mapping[str, object]], files: Mapping[str, bytes]
) -> bytes:
    """The bytes of the manifest that seals these four tables.

    `settings` holds the members but `type`, `files` and `strata`, which follow from the tables and from `rules`: the
    rule of each stratum of the pool, as it stands in a manifest.
    """
    populations, strata = Counter(read_tables(files).pool.strata), []
    for name, rule in sorted(rules.items()):
        take = read_rule(dict(rule), FILE, f"strata.{name}.rule").take(populations[name])
        strata.append({"id": name, "population": populations[name], "rule": dict(rule), "take": take})
    sealed = {name: asdict(seal_file(data)) for name, data in files.items()}
    manifest = canonical_json({**settings, "type": TYPE, "files": sealed, "strata": strata})
    read_inputs(manifest, files)
    return manifest


def build_plan(
    *,
    classes: Mapping[str, Mapping[tuple[int, ...], int]],
    code: tuple[str, str],
    enterprises: bytes,
    **settings: object,
) -> bytes:
    """The bytes of the plan that seals `enterprises.tsv`.

    `settings` holds `agency`, `plan`, `version`, `randomness` and `lead_seconds` as they stand in a plan; `classes`
    maps each class to its patterns, months to number of enterprises; `code` is name and version of the program.
    """
    listed = []
    for name, counts in sorted(classes.items()):
        patterns = [{"months": months, "count": count} for months, count in sorted(counts.items())]
        listed.append({"id": name, "population": sum(counts.values()), "patterns": patterns})
    sealed = {"type": PLAN, "file": asdict(seal_file(enterprises)), "classes": listed}
    plan = canonical_json({**settings, **sealed, "code": {"name": code[0], "version": code[1]}})
    read_enterprises(parse_plan(plan), enterprises)
    return plan


def read_transcript(data: bytes) -> tuple[str, list[tuple[str, str]]]:
    """The manifest's hash and the (source id, value) pairs of `seed.txt`."""
    text = data.decode(errors="replace")
    manifest, values = text[30:94], re.findall(rf"source\t[0-9]+\t({SOURCE_ID})\t([!-~]+)\n", text)
    written = matches(HEX_32, manifest) and write_transcript(manifest, values) == data
    need(written, "transcript-grammar", file="seed.txt")
    return manifest, values
