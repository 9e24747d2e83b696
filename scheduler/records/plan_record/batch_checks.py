"""The checks of the general tier's batches and of the warnings: sums, sizes by rule, days against capacity."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from scheduler.draws.protocol.manifest import read_rule
from scheduler.plans.exact import days_figure, half_up
from scheduler.records.checks import Note
from scheduler.records.plan_record.budget_checks import key_days
from scheduler.records.plan_record.layout import DOCUMENT
from scheduler.records.plan_record.reading import PlanRecord, compare, days_of


def check_batches(record: PlanRecord) -> Note:
    """Batches are numbered by month, each the sum of its strata, each stratum's size what its rule takes."""
    batches = record.document["batches"]
    compare("batches number", list(range(1, len(batches) + 1)), [each["number"] for each in batches])
    months = [each["month"] for each in batches]
    compare("batches month", sorted(months), months)
    ruled = 0
    for place, batch in enumerate(batches):
        compare(f"batches[{place}].size", sum(each["expected_size"] for each in batch["strata"]), batch["size"])
        rules = batch.get("rules", {})
        for number, stratum in enumerate(batch["strata"]):
            rule = rules.get(stratum["id"].partition(".")[0])
            if rule is not None:
                taken = read_rule(rule, DOCUMENT, f"batches[{place}].rules").take(stratum["population"])
                compare(f"batches[{place}].strata[{number}].expected_size", taken, stratum["expected_size"])
                ruled += 1
    drawn = sum(each["size"] for each in batches)
    return Note("plan-record.batches", {"batches": len(batches), "drawn": drawn, "ruled": ruled})


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
