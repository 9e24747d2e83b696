"""The bureau's part of a year's budget draft: days, staff, shares, and the further members of a plan's inputs.

It is kept as typed, one text a field, and read by the same readers as a planner's file: a field's fault is what
`read_budget` or `read_inputs` would say of it. Members that are lists or objects are typed as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from config.calendars import UnknownYear, calendar
from config.settings import Settings
from config.workdays import workday_catalogue
from scheduler.errors import InvalidInput, ServiceError
from scheduler.plans.drafting.cells import read_count, read_number
from scheduler.plans.exact import fixed
from scheduler.plans.inputs import read_inputs
from scheduler.plans.json_input import Field, parse_json, write_json
from scheduler.plans.workday_budget.budget import Shares
from scheduler.plans.workday_budget.budget_file import BESIDE, read_budget
from scheduler.plans.workday_budget.history import YearFigures

COUNTS = ("statutory_days", "registered_staff")
WORDS = ("statutory_days_reason", "level")
DAYS = ("statutory_days", "statutory_days_reason")
SHARES = ("key", "general", "reserve")
MEMBERS = (*BESIDE, "history")
FIELDS = (*COUNTS, *WORDS, *SHARES, *MEMBERS)
LONGEST = 200_000
Faults = dict[str, ServiceError]


@dataclass(frozen=True)
class Frame:
    """What the bureau decides for all divisions: `days` is None for a year without calendar or stated days."""

    year: int
    days: int | None
    calendar_days: int | None
    reason: str | None
    shares: Shares
    level: str | None
    registered_staff: int | None
    history: tuple[YearFigures, ...]


@dataclass(frozen=True)
class BureauRead:
    """The fields of the bureau's part as read: the members of the inputs they make, their faults, what they mean."""

    members: Mapping[str, Any]
    faults: Faults
    frame: Frame


def read_bureau(texts: Mapping[str, str], year: int, settings: Settings, staff: Mapping[str, int]) -> BureauRead:
    """Read the fields of the bureau's part; `staff` are the divisions by id with the staff they state so far."""
    members, faults = _typed(texts)
    sure = _sure_days(year)
    _check_days(members, year, faults)
    for group in _groups(members):
        if not faults.keys().isdisjoint(group):
            continue
        document = _document(year, staff, {**sure, **group})
        try:
            if group.keys().isdisjoint(BESIDE):
                read_budget(document, workday_catalogue(), settings.plan)
            elif not sure:  # they are read by the calendar, so in a year without one they wait for it
                read_inputs(document, settings)
        except ServiceError as fault:
            faults.setdefault(_field_of(fault, group), fault)
    return BureauRead(members, faults, _frame(_sound(members, faults), year, settings, staff))


def _sound(members: Mapping[str, Any], faults: Faults) -> dict[str, Any]:
    """Return the members that can be read; fields that are read together stand or fall together."""
    together = {"shares": SHARES, "statutory_days": DAYS, "statutory_days_reason": DAYS}
    return {name: value for name, value in members.items() if faults.keys().isdisjoint(together.get(name, (name,)))}


def _typed(texts: Mapping[str, str]) -> tuple[dict[str, Any], Faults]:
    """Return the members that the texts make, values as `parse_json` gives them, and the faults of single fields."""
    members: dict[str, Any] = {}
    faults: Faults = {}
    shares: dict[str, Decimal] = {}
    for name in FIELDS:
        text = texts.get(name, "").strip()
        if not text:
            continue
        try:
            if len(text) > LONGEST:
                raise InvalidInput("notes-too-long", most=LONGEST)
            if name in COUNTS:
                members[name] = Decimal(read_count(text) or 0)
            elif name in SHARES:
                shares[name] = _decimal(read_number(text))
            else:
                members[name] = text if name in WORDS else parse_json(text.encode("utf-8", "replace")).value
        except InvalidInput as fault:
            faults[name] = fault
    if shares:
        members["shares"] = shares
    return members, faults


def _decimal(number: Fraction | None) -> Decimal:
    number = number or Fraction(0)
    return Decimal(number.numerator) / Decimal(number.denominator)


def _groups(members: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the members that are read together, so that each field hears of its own faults."""
    together = (DAYS, ("registered_staff", "level"), ("shares",))
    listed = {name for group in together for name in group}
    groups = [{name: members[name] for name in group if name in members} for group in together]
    return [group for group in groups if group] + [
        {name: value} for name, value in members.items() if name not in listed
    ]


def _sure_days(year: int) -> dict[str, Any]:
    """Return days to read the other fields with in a year whose calendar is not out."""
    return {} if _calendar_days(year) is not None else {"statutory_days": Decimal(250), "statutory_days_reason": "-"}


def _calendar_days(year: int) -> int | None:
    try:
        return calendar(year).workdays()
    except UnknownYear:
        return None


def _document(year: int, staff: Mapping[str, int], members: Mapping[str, Any]) -> Field:
    divisions = [{"name": name, "staff": Decimal(count)} for name, count in (staff or {"-": 0}).items()]
    return Field({"year": Decimal(year), "divisions": divisions, **members}, "")


def _field_of(fault: ServiceError, group: Mapping[str, Any]) -> str:
    """Return the field a fault belongs to: the first name of its path, a share by its own name."""
    first, _, rest = str(fault.params.get("path", "")).partition(".")
    if first == "shares":
        return rest if rest in SHARES else "key"
    return first if first in group else next(name if name != "shares" else "key" for name in group)


def _check_days(members: Mapping[str, Any], year: int, faults: Faults) -> None:
    """Refuse days that differ from the calendar without a reason, and a reason without days."""
    known, stated = _calendar_days(year), members.get("statutory_days")
    if "statutory_days" in faults:
        return
    if stated is None and (known is None or "statutory_days_reason" in members):
        faults["statutory_days"] = InvalidInput("draft-days-needed", year=year)
    elif stated is not None and stated != known and "statutory_days_reason" not in members:
        shown = "–" if known is None else known
        faults["statutory_days_reason"] = InvalidInput("draft-days-reason", days=stated, calendar=shown, year=year)


def _frame(members: Mapping[str, Any], year: int, settings: Settings, staff: Mapping[str, int]) -> Frame:
    """Return what the members without fault mean; the rest is as if it were not typed."""
    sure = {} if "statutory_days" in members else _sure_days(year)
    budget = {name: value for name, value in members.items() if name not in BESIDE}
    read = read_budget(_document(year, staff, {**sure, **budget}), workday_catalogue(), settings.plan)
    return Frame(
        year=year,
        days=None if sure else read.given.statutory_days,
        calendar_days=read.calendar_days,
        reason=None if sure else read.reason,
        shares=read.given.shares or _office_shares(settings),
        level=read.given.level or settings.office.level,
        registered_staff=read.given.registered_staff,
        history=read.history,
    )


def _office_shares(settings: Settings) -> Shares:
    key, reserve = settings.plan.key_percent, settings.plan.reserve_percent
    return Shares(Fraction(key), Fraction(100 - key - reserve), Fraction(reserve))


def bureau_texts(given: Field) -> dict[str, str]:
    """Return the fields of the bureau's part as a file of inputs would fill them."""
    texts: dict[str, str] = {}
    for name in FIELDS:
        found = (given.find("shares") or Field({}, "")).find(name) if name in SHARES else given.find(name)
        if found is None or found.value is None:
            continue
        if name in COUNTS:
            texts[name] = str(found.whole())
        elif name in SHARES:
            texts[name] = f"{found.number():f}"
        else:
            texts[name] = found.text() if name in WORDS else write_json(found).decode()
    return texts


def share_text(share: Fraction) -> str:
    """Write a share in percent as it would be typed."""
    return fixed(share, 0 if share.denominator == 1 else 2).rstrip("0").rstrip(".") if share % 1 else str(int(share))
