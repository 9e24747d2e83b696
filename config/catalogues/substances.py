"""The catalogue of listed hazardous chemicals: names, aliases, and since when an entry is listed."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from config.catalogues.faults import Table

FORMS = ("general", "motor-fuel", "fuel-gas", "industrial-gas")


@dataclass(frozen=True)
class Substance:
    """One listed chemical; `key` when it is under key supervision; `form` groups motor fuels, gases and the rest.

    `from_day`: listed from this day on (None: since the list itself).
    """

    id: str
    names: tuple[str, ...]
    form: str
    key: bool
    from_day: datetime.date | None


@dataclass(frozen=True)
class SubstanceCatalogue:
    """The listed chemicals, and what may stand directly before and after a name that counts.

    `benign`: longer words that contain a name and mean something else.
    """

    substances: tuple[Substance, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    benign: tuple[str, ...]


def _substance(row: Table) -> Substance:
    row.only("id", "names", "form", "key", "from")
    since = row.data.get("from")
    if since is not None and type(since) is not datetime.date:
        row.fault("from", "a date is needed")
        since = None
    names = row.texts("names")
    if not names:
        row.fault("names", "at least one name is needed")
    form = row.text("form", "general", FORMS)
    return Substance(row.text("id"), names, form, row.flag("key"), since)


def read_substances(file: Table) -> SubstanceCatalogue:
    """Read substances.toml; faults are noted in the table's collector."""
    file.only("substance", "before", "after", "benign")
    substances = tuple(_substance(row) for row in file.rows("substance"))
    seen: dict[str, str] = {}
    for substance in substances:
        for name in substance.names:
            if seen.setdefault(name, substance.id) != substance.id:
                file.fault("substance", f"{name!r} stands for {seen[name]} and {substance.id}")
    return SubstanceCatalogue(substances, file.texts("before"), file.texts("after"), file.texts("benign"))
