"""The frozen input of a draw: manifest and four tables that agree with each other.

Rules (draw-protocol.md, section 2), checked before the seal and again by a verifier:

1. The tables' hashes, line counts and roots are those of the manifest; the strata are exactly
   those of the pool, with its populations.
2. Every row of `inspectors.tsv` holds exactly one of `role:inspector`, `role:expert`; no need
   begins with `role:`.
3. An id is never in both `pool.tsv` and `excluded.tsv`; every recusal names a known inspector and
   a known entry.
4. Each entry of the pool, taken alone, has a full team of different people of capacity at least 1;
   an entry without one is in `excluded.tsv` with the reason `no-eligible-team`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from scheduler.draws.protocol.eligibility import Roster, has_team, roster_of
from scheduler.draws.protocol.encoding import Node, canonical_json, split_list
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.draws.protocol.manifest import (
    FILE,
    ROLES,
    TYPE,
    FileSeal,
    Manifest,
    parse_manifest,
    read_rule,
)
from scheduler.draws.protocol.merkle import table_root
from scheduler.draws.protocol.tables import EXCLUDED, INSPECTORS, POOL, RECUSALS, read_table

NO_TEAM = "no-eligible-team"


@dataclass(frozen=True, slots=True)
class Pool:
    """The entries by columns, ascending by id; needs and tags are list fields."""

    ids: list[str]
    strata: list[str]
    needs: list[str]
    tags: list[str]

    def find(self, entry: str) -> int | None:
        """The position of an entry, None when it is not in the pool."""
        at = bisect_left(self.ids, entry)
        return at if at < len(self.ids) and self.ids[at] == entry else None

    def position(self, entry: str) -> int:
        """The position of an entry that is in the pool."""
        return bisect_left(self.ids, entry)


@dataclass(frozen=True, slots=True)
class Inspector:
    """A line of `inspectors.tsv`; skills and denies are list fields."""

    id: str
    capacity: int
    skills: str
    denies: str


@dataclass(frozen=True, slots=True)
class Tables:
    """The four input tables, read and cross-checked."""

    pool: Pool
    inspectors: tuple[Inspector, ...]
    recusals: frozenset[tuple[str, str]]
    excluded: dict[str, str]


@dataclass(frozen=True, slots=True)
class Inputs:
    """A manifest with its tables: everything a draw depends on but the randomness."""

    manifest: Manifest
    tables: Tables


def read_inputs(manifest: bytes, files: Mapping[str, bytes], *, check_roots: bool = True) -> Inputs:
    """Read what was frozen and check all of it; `files` holds the four tables by name.

    `check_roots=False` leaves the Merkle roots to a verifier: the hashes are checked in any case.
    """
    sealed = parse_manifest(manifest)
    for name, seal in sealed.files.items():
        check_file(name, files[name], seal, check_root=check_roots)
    tables = read_tables(files)
    check_strata(sealed, tables.pool)
    for entry in entries_without_team(tables, sealed.slots):
        line = (tables.pool.find(entry) or 0) + 1
        raise ProtocolError(NO_TEAM, file=POOL.file, line=line, entry=entry)
    return Inputs(sealed, tables)


def check_file(name: str, data: bytes, seal: FileSeal, *, check_root: bool = True) -> None:
    """Refuse a table whose bytes are not those that were sealed."""
    found: list[tuple[str, object, object]] = [
        ("file-hash", sha256(data).hexdigest(), seal.sha256),
        ("file-lines", data.count(b"\n"), seal.lines),
    ]
    if check_root:
        found.append(("file-root", table_root(data), seal.root))
    for code, is_now, sealed in found:
        if is_now != sealed:
            raise ProtocolError(code, file=name, found=is_now, wanted=sealed)


def read_tables(files: Mapping[str, bytes]) -> Tables:
    """Read the four tables and check everything that needs no manifest."""
    pool = Pool(*read_table(files[POOL.file], POOL))
    for needs in sorted(set(pool.needs)):
        if any(tag.startswith("role:") for tag in split_list(needs)):
            at = {"line": pool.needs.index(needs) + 1, "column": 3}
            raise ProtocolError("need-role", file=POOL.file, **at, value=needs)
    ids, capacities, skills, denies = read_table(files[INSPECTORS.file], INSPECTORS)
    inspectors = tuple(map(Inspector, ids, map(int, capacities), skills, denies))
    for line, inspector in enumerate(inspectors, 1):
        check_role(inspector, INSPECTORS.file, line, 3)
    excluded = dict(zip(*read_table(files[EXCLUDED.file], EXCLUDED), strict=True))
    for line, entry in enumerate(excluded, 1):
        if pool.find(entry) is not None:
            raise ProtocolError("excluded-and-in-pool", file=EXCLUDED.file, line=line, entry=entry)
    known = set(ids)
    recusals = list(zip(*read_table(files[RECUSALS.file], RECUSALS), strict=True))
    for line, (person, entry) in enumerate(recusals, 1):
        if person not in known:
            raise ProtocolError("inspector-unknown", file=RECUSALS.file, line=line, column=1, id=person)
        if pool.find(entry) is None:
            raise ProtocolError("entry-unknown", file=RECUSALS.file, line=line, column=2, id=entry)
    return Tables(pool, inspectors, frozenset(recusals), excluded)


def check_role(inspector: Inspector, file: str, line: int, column: int) -> None:
    """Refuse a person who does not hold exactly one of the two roles."""
    found = sum(role in split_list(inspector.skills) for role in ROLES)
    if found != 1:
        code = "role-missing" if found == 0 else "role-twice"
        raise ProtocolError(code, file=file, line=line, column=column, id=inspector.id)


def check_strata(manifest: Manifest, pool: Pool) -> None:
    """Refuse strata that are not exactly those of the pool, with its populations."""
    populations = Counter(pool.strata)
    sealed = {stratum.id: stratum.population for stratum in manifest.strata}
    for name in sorted(populations.keys() ^ sealed.keys()):
        code = "stratum-empty" if name in sealed else "stratum-missing"
        raise ProtocolError(code, file=FILE, member="strata", id=name)
    for name, population in sealed.items():
        if population != populations[name]:
            found, wanted = population, populations[name]
            raise ProtocolError("population-mismatch", file=FILE, member="strata", id=name, found=found, wanted=wanted)


def roster_from(inspectors: Sequence[Inspector]) -> Roster:
    """The roster of these inspectors, in their order."""
    return roster_of((person.id, person.skills, person.denies) for person in inspectors)


def entries_without_team(tables: Tables, slots: Sequence[Sequence[str]]) -> list[str]:
    """The entries that cannot have a full team even when they are the only ones drawn, ascending."""
    roster = roster_from([person for person in tables.inspectors if person.capacity])
    pool = tables.pool
    kinds = {
        kind: [roster.eligible(slot, *kind) for slot in slots] for kind in set(zip(pool.needs, pool.tags, strict=True))
    }
    hopeless = {kind for kind, choices in kinds.items() if not has_team(choices)}
    recused: dict[str, list[str]] = {}
    for person, entry in tables.recusals:
        recused.setdefault(entry, []).append(person)
    found = set()
    if hopeless:
        rows = zip(pool.ids, pool.needs, pool.tags, strict=True)
        found = {entry for entry, *kind in rows if tuple(kind) in hopeless}
    for entry, people in recused.items():
        at, barred = pool.find(entry), roster.bits(people)
        if at is not None:
            choices = kinds[pool.needs[at], pool.tags[at]]
            if not has_team([choice & ~barred for choice in choices]):
                found.add(entry)
    return sorted(found)


def file_seal(data: bytes) -> dict[str, object]:
    """What a manifest says about a table."""
    return {"sha256": sha256(data).hexdigest(), "lines": data.count(b"\n"), "root": table_root(data)}


def build_manifest(
    settings: Mapping[str, object], rules: Mapping[str, Mapping[str, object]], files: Mapping[str, bytes]
) -> bytes:
    """The bytes of the manifest that seals these four tables; all that a verifier refuses is refused.

    `settings` holds the members of a manifest but `type`, `files` and `strata`, which follow from the tables and
    from `rules`: the rule of each stratum of the pool, as it stands in a manifest.
    """
    populations = Counter(read_tables(files).pool.strata)
    strata = [
        {
            "id": name,
            "population": populations[name],
            "rule": rule,
            "take": read_rule(Node(rule, FILE, "strata")).take(populations[name]),
        }
        for name, rule in sorted(rules.items())
    ]
    sealed = {name: file_seal(data) for name, data in files.items()}
    manifest = canonical_json({**settings, "type": TYPE, "files": sealed, "strata": strata})
    read_inputs(manifest, files)
    return manifest
