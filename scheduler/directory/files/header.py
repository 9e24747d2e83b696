"""Recognising a header: which column holds which field of a register, in any order, by Chinese or English names."""

from __future__ import annotations

from dataclasses import dataclass

from config.columns import ColumnCatalogue, heading_key
from scheduler.directory.files.table import WHOLE_ROW, Row, column_letter
from scheduler.errors import InvalidInput


@dataclass(frozen=True)
class Header:
    """The columns of one file: headings as written, the place of each field, and what is not read.

    `personal` are headings that must not be stored, `unknown` headings that name nothing; both are left out.
    """

    headings: tuple[str, ...]
    places: dict[str, int]
    personal: tuple[str, ...]
    unknown: tuple[str, ...]

    def heading(self, field: str) -> str:
        """Return the heading under which a field stands."""
        return self.headings[self.places[field]]

    def kept_places(self) -> list[int]:
        """Return the places of the columns that may be shown again: all but personal data."""
        return [place for place, heading in enumerate(self.headings) if heading not in self.personal]


def recognise_header(catalogue: ColumnCatalogue, register: str, row: Row, file: str) -> Header:
    """Recognise the header of a register's file.

    Raises `InvalidInput`: `header-twice` when two columns name one field, `header-missing` when a needed one is
    not there, `header-unreadable` when a heading is no plain text, `header-quote` when its quotes are not in pairs.
    """
    headings = _headings(row, file)
    places: dict[str, int] = {}
    personal, unknown = [], []
    for place, heading in enumerate(headings):
        field = catalogue.field_of(register, heading)
        if field is None:
            key = heading_key(heading)
            if key in catalogue.personal:
                personal.append(heading)
            elif key and key not in catalogue.ignored:
                unknown.append(heading)
        elif field in places:
            raise InvalidInput("header-twice", file=file, first=headings[places[field]], second=heading, line=row.line)
        else:
            places[field] = place
    missing = [field for field in catalogue.fields[register] if field.required and field.id not in places]
    if missing:
        wanted = ", ".join(f"{field.names[0]} ({field.id})" for field in missing)
        raise InvalidInput(
            "header-missing", file=file, line=row.line, wanted=wanted, found=", ".join(filter(None, headings))[:300]
        )
    return Header(headings, places, tuple(personal), tuple(unknown))


def count_headings(catalogue: ColumnCatalogue, register: str, cells: list[str]) -> int:
    """Return how many cells of a row are headings of a register."""
    return sum(catalogue.field_of(register, cell) is not None for cell in cells)


def _headings(row: Row, file: str) -> tuple[str, ...]:
    for place, code in row.faults:
        if place == WHOLE_ROW:
            raise InvalidInput("header-quote", file=file, line=row.line)
        raise InvalidInput("header-unreadable", file=file, line=row.line, column=column_letter(place), fault=code)
    headings = [" ".join(cell.split()) for cell in row.cells]
    while headings and not headings[-1]:
        headings.pop()
    return tuple(headings)
