"""The frozen input of a draw: a manifest and four tables that agree (draw-protocol.md, section 2).

1. Inspector i may take slot s of entry t when every tag the slot asks for is in skills(i) (`$need` stands for all of
   needs(t)); no tag of tags(t) is in denies(i); and (i, t) is not recused.
2. Each entry of the pool, taken alone, has a full team of different people of capacity at least 1.
3. No id is in both `pool.tsv` and `excluded.tsv`; every recusal names a known inspector and a known entry.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from hashlib import sha256
from typing import Any

from scheduler.draws.protocol.assignment import Board
from scheduler.draws.protocol.encoding import split_list
from scheduler.draws.protocol.errors import need
from scheduler.draws.protocol.manifest import FILE, FileSeal, Manifest, parse_manifest
from scheduler.draws.protocol.tables import EXCLUDED, INSPECTORS, POOL, RECUSALS, read_table, table_root

NO_TEAM = "no-eligible-team"


@dataclass(frozen=True, slots=True)
class Inspector:
    """A line of `inspectors.tsv`."""

    id: str
    capacity: int
    skills: frozenset[str]
    denies: frozenset[str]

    def may_take(self, slot: Iterable[str], needs: Collection[str], tags: Collection[str]) -> bool:
        """Rule 1, recusals aside."""
        asked = {tag for asked in slot for tag in (needs if asked == "$need" else (asked,))}
        return asked <= self.skills and self.denies.isdisjoint(tags)


@dataclass(frozen=True, slots=True)
class Pool:
    """The entries by columns, ascending by id; needs and tags are list fields."""

    ids: list[str]
    strata: list[str]
    needs: list[str]
    tags: list[str]

    def find(self, entry: str) -> int:
        """The position of an entry, -1 when it is not in the pool."""
        at = bisect_left(self.ids, entry)
        return at if self.ids[at : at + 1] == [entry] else -1


@dataclass(frozen=True, slots=True)
class Tables:
    """The four input tables; `recused` maps an entry to the inspectors who may not visit it."""

    pool: Pool
    inspectors: tuple[Inspector, ...]
    recused: dict[str, set[str]]
    excluded: dict[str, str]


@dataclass(frozen=True, slots=True)
class Inputs:
    """A manifest with its tables: all that a draw depends on but the randomness."""

    manifest: Manifest
    tables: Tables


def read_inputs(manifest: bytes, files: Mapping[str, bytes], *, check_roots: bool = True) -> Inputs:
    """Read what was frozen and check all of it; without `check_roots` the Merkle roots are left to a verifier."""
    sealed = parse_manifest(manifest)
    tables = read_tables(files)
    for name, seal in sealed.files.items():
        check_file(name, files[name], seal, check_root=check_roots)
    check_populations(sealed.strata, tables.pool.strata, FILE)
    for entry in entries_without_team(tables, sealed.slots):
        need(False, NO_TEAM, file=POOL.file, line=tables.pool.find(entry) + 1, id=entry)
    return Inputs(sealed, tables)


def seal_file(data: bytes, root: str | None = None) -> FileSeal:
    """What fixes a table; a root that is given is taken on trust."""
    return FileSeal(sha256(data).hexdigest(), data.count(b"\n"), root or table_root(data))


def check_file(name: str, data: bytes, seal: FileSeal, *, check_root: bool = True) -> None:
    """Refuse a table whose bytes are not those that were sealed."""
    found = seal_file(data, None if check_root else seal.root)
    found_words, wanted_words = (" ".join(map(str, astuple(each))) for each in (found, seal))
    need(found == seal, "file-hash", file=name, found=found_words, wanted=wanted_words)


def check_populations(groups: Iterable[Any], column: Sequence[str], file: str) -> None:
    """Refuse strata or classes that are not exactly those in a column of their table, with their populations."""
    found, sealed = Counter(column), {group.id: group.population for group in groups}
    for name in sorted(sealed.keys() | found.keys()):
        counts = {"found": sealed.get(name, 0), "wanted": found[name]}
        need(sealed.get(name) == found[name], "population-mismatch", file=file, id=name, **counts)


def read_tables(files: Mapping[str, bytes]) -> Tables:
    """Read the four tables and check everything that needs no manifest."""
    pool, people = Pool(*read_table(files[POOL.file], POOL)), dict[str, Inspector]()
    for name, capacity, *lists in zip(*read_table(files[INSPECTORS.file], INSPECTORS), strict=True):
        people[name] = Inspector(name, int(capacity), *(frozenset(split_list(text)) for text in lists))
    excluded = dict(zip(*read_table(files[EXCLUDED.file], EXCLUDED), strict=True))
    for line, entry in enumerate(excluded, 1):
        need(pool.find(entry) < 0, "excluded-and-in-pool", file=EXCLUDED.file, line=line, column=1, id=entry)
    recused: dict[str, set[str]] = {}
    for line, (name, entry) in enumerate(zip(*read_table(files[RECUSALS.file], RECUSALS), strict=True), 1):
        need(name in people, "inspector-unknown", file=RECUSALS.file, line=line, column=1, id=name)
        need(pool.find(entry) >= 0, "entry-unknown", file=RECUSALS.file, line=line, column=2, id=entry)
        recused.setdefault(entry, set()).add(name)
    return Tables(pool, tuple(people.values()), recused, excluded)


def entries_without_team(tables: Tables, slots: Sequence[Sequence[str]]) -> list[str]:
    """Rule 2: the entries, ascending, that have no full team. Those with the same needs and tags share one answer."""
    pool, able = tables.pool, [person for person in tables.inspectors if person.capacity]

    def has_team(kind: tuple[str, str], barred: Collection[str] = ()) -> bool:
        needs, tags, people = *map(split_list, kind), [person for person in able if person.id not in barred]
        pref = {("", q): [p.id for p in people if p.may_take(slot, needs, tags)] for q, slot in enumerate(slots)}
        board = Board(pref, dict.fromkeys((person.id for person in people), 1), 1)
        return not any(board.fill(slot, growing=False) for slot in pref)

    kinds = list(zip(pool.needs, pool.tags, strict=True))
    hopeless = {kind for kind in set(kinds) if not has_team(kind)}
    found = {entry for entry, kind in zip(pool.ids, kinds, strict=True) if kind in hopeless} if hopeless else set()
    return sorted(found | {e for e, barred in tables.recused.items() if not has_team(kinds[pool.find(e)], barred)})
