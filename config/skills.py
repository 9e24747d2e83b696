"""The skills of inspectors and experts, and which of them a visit in a sector asks for (catalogues/skills.toml)."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "catalogues" / "skills.toml"
_TAG = re.compile(r"skill:[0-9a-z._-]{1,42}")


class SkillsFault(Exception):
    """skills.toml is wrong; the text lists every fault."""


@dataclass(frozen=True)
class SkillCatalogue:
    """Tags by name, sectors by name, the tags a sector needs (sorted), and the capacity where none is given."""

    tags: Mapping[str, str]
    sectors: Mapping[str, tuple[str, ...]]
    needed: Mapping[str, tuple[str, ...]]
    first_names: tuple[str, ...]
    capacity: int

    def tag_of(self, name: str) -> str | None:
        """Return the tag that a specialty names, None when it names none."""
        return self.tags.get(_folded(name))

    def sectors_of(self, name: str) -> tuple[str, ...]:
        """Return the sectors that a field of work names, none when it names none."""
        return self.sectors.get(_folded(name), ())

    def needs_of(self, sector: str) -> tuple[str, ...]:
        """Return the tags that a visit in a sector asks for, ascending; none for a sector that is not listed."""
        return self.needed.get(sector, ())


def _folded(name: str) -> str:
    folded = re.sub(r"[\s_]+", "", unicodedata.normalize("NFKC", name).casefold())
    return folded.removesuffix("专业") or folded


def read_skills(path: Path) -> SkillCatalogue:
    """Read a catalogue of skills; raise `SkillsFault` naming every fault."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    faults: list[str] = []
    capacity = data.get("capacity")
    if not isinstance(capacity, int) or isinstance(capacity, bool) or capacity < 0:
        faults.append("capacity: a whole number, not negative, is needed")
    tags: dict[str, str] = {}
    sectors: dict[str, tuple[str, ...]] = {}
    needed: dict[str, list[str]] = {}
    first_names = []
    for place, row in enumerate(data.get("skill", []), start=1):
        tag, names, of = str(row.get("tag", "")), row.get("names"), row.get("sectors")
        if not _TAG.fullmatch(tag) or not _is_texts(names) or not names or not _is_texts(of):
            faults.append(f"skill {place}: tag (skill:...), names and sectors are needed")
            continue
        first_names.append(names[0])
        for sector in of:
            needed.setdefault(sector, []).append(tag)
        for name in {_folded(each) for each in (tag, *of, *names)}:
            if tags.setdefault(name, tag) != tag:
                faults.append(f"{tag}: {name!r} names {tags[name]} too")
            sectors[name] = tuple(of)
    if faults:
        raise SkillsFault("\n".join(faults))
    needs = {sector: tuple(sorted(found)) for sector, found in needed.items()}
    return SkillCatalogue(tags, sectors, needs, tuple(first_names), int(data["capacity"]))


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) and each for each in value)


@cache
def skill_catalogue() -> SkillCatalogue:
    """Return the catalogue of the service, read once."""
    return read_skills(FILE)
