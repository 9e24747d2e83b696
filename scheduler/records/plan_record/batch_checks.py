"""The checks of the general tier's batches and of the warnings: sums, sizes by rule, days against capacity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from math import ceil
from typing import Any

from scheduler.draws.protocol.manifest import Ratio, Rule, read_rule
from scheduler.plans.exact import days_figure, fixed, half_up, percent
from scheduler.records.checks import Note
from scheduler.records.plan_record.budget_checks import key_days
from scheduler.records.plan_record.layout import DOCUMENT
from scheduler.records.plan_record.reading import PlanRecord, compare, days_of


def check_batches(record: PlanRecord) -> Note:
    """Batches are numbered by day, each the sum of its strata, each stratum's size what its rule takes."""
    batches = record.document["batches"]
    compare("batches number", list(range(1, len(batches) + 1)), [each["number"] for each in batches])
    days = [each["on"] for each in batches]
    compare("batches on", sorted(days), days)
    for place, batch in enumerate(batches):
        member = f"batches[{place}]"
        compare(f"{member}.month", f"{record.document['year']}-{batch['month']:02}", batch["on"][:7])
        compare(f"{member}.directed", bool(batch["filter"]), batch["directed"])
        compare(f"{member}.size", sum(each["expected_size"] for each in batch["strata"]), batch["size"])
        rules = {name: read_rule(rule, DOCUMENT, f"{member}.rules.{name}") for name, rule in batch["rules"].items()}
        _check_ratios(member, batch["share"], rules, record.document["general"]["ratios"])
        for number, stratum in enumerate(batch["strata"]):
            rule = rules.get(stratum["id"].partition(".")[0])
            taken = rule.take(stratum["population"]) if rule else None
            compare(f"{member}.strata[{number}].expected_size", taken, stratum["expected_size"])
    if len({each["strata_by"] for each in batches}) == 1 and not any(b["filter"] or b["resting"] for b in batches):
        _check_pools(batches)
    told = {"batches": len(batches), "drawn": sum(each["size"] for each in batches)}
    return Note("plan-record.batches", told | {"ruled": sum(len(each["strata"]) for each in batches)})


def _check_ratios(member: str, share: str | None, rules: Mapping[str, Rule], ratios: Mapping[str, str]) -> None:
    """A batch that draws a share of the year's ratio has rules of just that part of it."""
    for name, rule in rules.items() if share is not None else ():
        wanted = str(Fraction(share or "0") * Fraction(ratios.get(name, "0")))
        found = str(Fraction(rule.numerator, rule.denominator)) if isinstance(rule, Ratio) else None
        compare(f"{member}.rules.{name}", wanted, found)


def _check_pools(batches: Sequence[Mapping[str, Any]]) -> None:
    """Where every batch draws from all, what one has drawn is missing from the next."""
    for place, (earlier, later) in enumerate(pairwise(batches), start=1):
        left = {each["id"]: each["population"] - each["expected_size"] for each in earlier["strata"]}
        found = {each["id"]: each["population"] for each in later["strata"]}
        compare(f"batches[{place}].strata population", {name: left[name] for name in left if left[name]}, found)


def check_general(record: PlanRecord) -> Note:
    """The forecast of the general tier: by class, by division and in all the same enterprises, and what one year draws.

    How it goes on in later years rests on cells of enterprises that the document does not list.
    """
    general = record.document["general"]
    batches = record.document["batches"]
    drawn = sum(each["size"] for each in batches)
    # a stratum whose population is an expected number, rounded up, may be drawn whole: less than one short of its size
    partly = sum(len(each["strata"]) for each in batches) if any(each["filter"] for each in batches) else 0
    for name in ("classes", "divisions", "all"):
        rows = general[name]
        compare(f"general.{name} population", _population(general["all"]), _population(rows))
        added = sum((days_of(each["expected_drawn"]) for each in rows), Fraction(0))
        if abs(added - drawn) > _rounding(len(rows)) + partly:
            compare(f"general.{name} expected_drawn", days_figure(added), drawn)
        for place, each in enumerate(rows):
            _check_never(f"general.{name}[{place}].never", each)
            _check_years(f"general.{name}[{place}].years", each)
    _check_tier(general["all"], record.document["tiers"].get("general", 0))
    return Note("plan-record.general", {"population": _population(general["all"]), "drawn": drawn})


def _check_years(member: str, row: Mapping[str, Any]) -> None:
    """The years of one pass are population over those drawn, rounded up, within the rounding of those drawn."""
    drawn, half = days_of(row["expected_drawn"]), Fraction(1, 20)
    most = ceil(row["population"] / (drawn - half)) if drawn > half else None
    least = ceil(row["population"] / (drawn + half))
    years = row["years"]
    fits = drawn <= half if years is None else least <= years and (most is None or years <= most)
    if not fits:
        compare(member, least, years)


def _check_tier(rows: Sequence[Mapping[str, Any]], listed: int) -> None:
    """Those to draw from are among the general tier; fewer where risk class or sector is not decided yet."""
    if _population(rows) > listed:
        compare("tiers.general", _population(rows), listed)


def _population(rows: Sequence[Mapping[str, Any]]) -> int:
    return sum(each["population"] for each in rows)


def _check_never(member: str, row: Mapping[str, Any]) -> None:
    """Whoever is not drawn in the first year is not drawn yet; shares are of the population; later years less."""
    never = row["never"]
    compare(f"{member}.years", list(range(1, len(never) + 1)), [each["years"] for each in never])
    expected = [Fraction(each["expected"]) for each in never]
    first = row["population"] - days_of(row["expected_drawn"])
    if expected and abs(expected[0] - first) > _rounding(1):
        compare(f"{member}[0].expected", fixed(first, 1), never[0]["expected"])
    if expected != sorted(expected, reverse=True):
        compare(f"{member}.expected", sorted(expected, reverse=True), expected)
    for place, each in enumerate(never):
        share = Fraction(each["percent"]) * row["population"] / 100
        if abs(share - expected[place]) > _rounding(1) + Fraction(row["population"], 1000):
            whole = Fraction(max(row["population"], 1))
            compare(f"{member}[{place}].percent", percent(expected[place], whole), each["percent"])


def check_general_days(record: PlanRecord) -> Note:
    """What the draws ask of each division, within the rounding of the batches, against its capacity."""
    general = {name: days for name, _, _, days in key_days(record)}
    stated = record.document["general_capacity"]
    compare("general_capacity", sorted(general), [each["division"] for each in stated])
    batches = record.document["batches"]
    for place, each in enumerate(stated):
        member, expected = f"general_capacity[{place}]", days_of(each["expected_days"])
        compare(f"{member}.capacity", days_figure(half_up(general[each["division"]], 1)), each["capacity"])
        added = sum((days_of(batch["expected_days"][each["division"]]) for batch in batches), Fraction(0))
        if abs(added - expected) > _rounding(len(batches)):
            compare(f"{member}.expected_days", days_figure(half_up(added, 1)), each["expected_days"])
        short = max(expected - days_of(each["capacity"]), Fraction(0))
        compare(f"{member}.short", days_figure(half_up(short, 1)), each["short"])
    return Note("plan-record.general-days", {"divisions": len(stated)})


def _rounding(batches: int) -> Fraction:
    """Return by how much figures rounded to a tenth, one for each batch, may differ from their rounded sum."""
    return Fraction(batches + 1, 20)


def check_warnings(record: PlanRecord) -> Note:
    """What a reader must know is told: floors that do not hold, divisions that are short; nothing of it untrue."""
    document = record.document
    stated = document["warnings"]
    for code, expected in _expected_warnings(record, document).items():
        compare(f"warnings ({code})", expected, [each for each in stated if each["code"] == code])
    return Note("plan-record.warnings", {"count": len(stated)})


def _expected_warnings(record: PlanRecord, document: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    share = document["budget"]["staff_share"] or {}
    plan = record.ledger.value("loads")[1]
    loads = [(each.division, each.overload) for each in plan.loads]
    general = [(each["division"], days_of(each["short"])) for each in document["general_capacity"]]
    undecided = document["tiers"].get("undecided", 0)
    return {
        "key-share-below-floor": _listed("key-share-below-floor", document["units"]["below_floor"]),
        "staff-below-floor": _listed("staff-below-floor", share.get("holds") is False, floor=share.get("floor")),
        "tier-undecided": _listed("tier-undecided", bool(undecided), count=undecided),
        "key-visits-over-capacity": _short("key-visits-over-capacity", loads),
        "general-draws-over-capacity": _short("general-draws-over-capacity", general),
    }


def _listed(code: str, holds: bool, **params: object) -> list[dict[str, Any]]:
    return [{"code": code, **params}] if holds else []


def _short(code: str, divisions: list[tuple[str, Fraction]]) -> list[dict[str, Any]]:
    return [
        {"code": code, "division": division, "short": days_figure(half_up(days, 1))}
        for division, days in divisions
        if days
    ]
