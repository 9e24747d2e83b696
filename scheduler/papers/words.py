"""The words of a paper in its language: texts of the catalogues, names of codes, months, days."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone

from config.catalogues import load_catalogues
from config.messages import is_listed, render
from config.month_words import MONTHS_EN, write_months

OFFICE_TIME = timezone(timedelta(hours=8))  # China Standard Time, the whole country over


@dataclass(frozen=True)
class Words:
    """The language of a paper, zh or en."""

    language: str

    def say(self, name: str, /, **params: object) -> str:
        """Return the text `page.papers.<name>`."""
        return self.text(f"page.papers.{name}", **params)

    def text(self, key: str, /, **params: object) -> str:
        """Return the text of a key."""
        return render(key, self.language, **params)

    def name(self, area: str, code: str, /) -> str:
        """Return the word for a code (`page.<area>.<code>`), the code itself when it has none."""
        key = f"page.{area}.{code}"
        return render(key, self.language) if is_listed(key) else code

    def pick(self, zh: str, en: str) -> str:
        """Return the text in this language, the other when it is empty."""
        return (en or zh) if self.language == "en" else (zh or en)

    def sector(self, code: str) -> str:
        """Name a sector."""
        return self.name("classification.sector", code)

    def district(self, code: str) -> str:
        """Name a county-level district."""
        if self.language == "zh":
            for city in load_catalogues().districts.cities:
                for each in city.districts:
                    if each.code == code:
                        return each.names[0]
        return self.name("word.district", code)

    def source(self, kind: str) -> str:
        """Name a type of source of randomness."""
        return self.name("papers", f"source-{kind.replace('/', '-')}")

    def risk(self, code: str) -> str:
        """Name a stratum: a risk class, or a risk class and a district."""
        risk, _, area = code.partition(".")
        named = self.say("unrated") if risk == "U" else self.say("risk-class", risk=risk)
        return f"{named} · {self.district(area)}" if area else named

    def month(self, month: int) -> str:
        """Name a month."""
        return f"{month}月" if self.language == "zh" else MONTHS_EN[month - 1]

    def month_short(self, month: int) -> str:
        """Name a month at the head of a narrow column."""
        return f"{month}月" if self.language == "zh" else MONTHS_EN[month - 1][:3]

    def months(self, months: Sequence[int]) -> str:
        """Name ascending months, a span where they follow each other."""
        return write_months(months, self.language)

    def listed(self, names: Sequence[str]) -> str:
        """Join names as a sentence does."""
        return ("、" if self.language == "zh" else ", ").join(names)

    def day(self, day: date) -> str:
        """Write a day as an office does."""
        if self.language == "zh":
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.day} {MONTHS_EN[day.month - 1]} {day.year}"

    def instant(self, at: datetime) -> str:
        """Write an instant in the office's time, to the second."""
        local = at.astimezone(OFFICE_TIME)
        return f"{self.day(local.date())} {local:%H:%M:%S}"


def month_span(year: int, month: int) -> tuple[date, date]:
    """Return the first and the last day of a month."""
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])
