"""How figures, dates and codes are written on pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cache

from flask import Flask, url_for

from api.language import label, language
from api.service import service, to_local
from config.catalogues import load_catalogues
from config.month_words import write_months


def number(value: int | str | Decimal | Fraction | None) -> str:
    """Write a figure with thousands separated by narrow spaces; decimals as they are.

    >>> number(1234567), number("1234.5"), number(Fraction(5, 2)), number(None)
    ('1\u202f234\u202f567', '1\u202f234.5', '2.5', '–')
    """
    if value is None:
        return "–"
    if isinstance(value, Fraction):
        value = value.numerator if value.denominator == 1 else Decimal(value.numerator) / Decimal(value.denominator)
    if isinstance(value, str):
        value = Decimal(value)
    return f"{value:,}".replace(",", "\u202f")


def percent(part: int, whole: int, digits: int = 1) -> str:
    """Write a share in percent, rounded half up by exact arithmetic.

    >>> percent(1, 3), percent(1, 1), percent(0, 0)
    ('33.3 %', '100.0 %', '–')
    """
    if whole == 0:
        return "–"
    scale = 10**digits
    scaled = (2 * part * 100 * scale + whole) // (2 * whole)
    return f"{scaled // scale}.{scaled % scale:0{digits}d} %" if digits else f"{scaled} %"


def day(value: date | datetime | None) -> str:
    """Write a date as YYYY-MM-DD."""
    if value is None:
        return "–"
    return (to_local(value).date() if isinstance(value, datetime) else value).isoformat()


def moment(value: datetime | None) -> str:
    """Write an instant in the time of the office, to the minute."""
    return "–" if value is None else f"{to_local(value):%Y-%m-%d %H:%M}"


def grouped(code: str, size: int = 8) -> str:
    """Write a long code in groups, for reading aloud.

    >>> grouped("abcdefghij", 4)
    'abcd efgh ij'
    """
    return " ".join(code[start : start + size] for start in range(0, len(code), size))


def months(values: Sequence[int]) -> str:
    """Write months of a year."""
    return write_months(values, language())


def district(code: str) -> str:
    """Name a county-level district by its code."""
    if language() == "en":
        return label("word.district", code)
    return _districts().get(code, label("word.district", code))


@cache
def _districts() -> dict[str, str]:
    return {each.code: each.names[0] for city in load_catalogues().districts.cities for each in city.districts}


def size(count: int) -> str:
    """Write a number of bytes.

    >>> size(900), size(2048), size(3 * 1024 * 1024)
    ('900 B', '2.0 KB', '3.0 MB')
    """
    if count < 1024:
        return f"{count} B"
    unit, scale = ("KB", 1024) if count < 1024 * 1024 else ("MB", 1024 * 1024)
    tenths = (count * 10 + scale // 2) // scale
    return f"{tenths // 10}.{tenths % 10} {unit}"


def office_name() -> str:
    """Return the name of the office in the reader's language."""
    office = service().settings.office
    return office.name_en if language() == "en" else office.name_zh


def asset(path: str) -> str:
    """Return the address of a file of ours."""
    return url_for("static", path=path)


def use_formats(app: Flask) -> None:
    """Give pages these ways of writing."""
    for write in (number, day, moment, grouped, months, district, size):
        app.jinja_env.filters[write.__name__] = write
    app.jinja_env.globals.update(percent=percent, office_name=office_name, asset=asset)
