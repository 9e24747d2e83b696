"""The tables of a year's demand: the rules of visits, campaigns, closed months, units left to another level.

Plans of the first release hold none of them; their tables are empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from scheduler.papers.plan_contents import PlanContents
from scheduler.papers.table import Column, Row, Table, figure, with_total


def rules_table(plan: PlanContents) -> Table:
    """The rules of the year: how often, at most how often, how far apart, by how many people, in which months."""
    widths = {
        "rule": 22, "enterprises": 9, "visits-each": 9, "cap": 7, "gap": 12, "people": 9, "days-each": 7,
        "window": 22, "source": 28,
    }  # fmt: skip
    words = plan.words
    rows = [
        Row(
            (
                words.pick(rule["zh"], rule["en"]), rule["population"], rule["visits"], rule["cap"],
                rule["gap"] if rule["visits"] > 1 else None, rule["team"], figure(rule["days"]), _window(plan, rule),
                _source(plan, rule),
            )
        )
        for rule in plan.document["coverage"].get("rules", ())
    ]  # fmt: skip
    columns = tuple(Column(words.say(f"column-{name}"), width) for name, width in widths.items())
    return Table("rules", words.say("table-rules"), columns, with_total(words.say("total"), rows, (1,)))


def _window(plan: PlanContents, rule: Mapping[str, Any]) -> str:
    window, words = rule["window"], plan.words
    if window is None:
        return words.text("page.word.whole_year")
    name, months = words.pick(window["zh"], window["en"]), words.months(window["months"])
    if window["visits"] is None:
        return words.say("window-all", window=name, months=months)
    return words.say("window-some", window=name, months=months, visits=window["visits"])


def _source(plan: PlanContents, rule: Mapping[str, Any]) -> str:
    words, before = plan.words, rule["before"]
    source = words.pick(rule["basis"]["zh"], rule["basis"]["en"]) or words.say("source-office")
    if before is None:
        return source
    return words.say("source-changed", source=source, visits=before["visits"], team=before["team"], days=before["days"])


def campaigns_table(plan: PlanContents) -> Table:
    """The campaigns of the year: when, why, which visits they bring, which days they take."""
    widths = {"campaign": 28, "months": 14, "reason": 28, "extra": 26, "taken": 26}
    rows = [
        Row(
            (
                each["title"], plan.words.months(each["months"]), each["reason"], _brought(plan, each["visits"]),
                _taken(plan, each["days"]),
            )
        )
        for each in plan.document["coverage"].get("campaigns", ())
    ]  # fmt: skip
    return _table(plan, "campaigns", widths, rows)


def _brought(plan: PlanContents, visits: Mapping[str, Any] | None) -> str:
    if visits is None:
        return ""
    return plan.words.say("campaign-brings", enterprises=visits["enterprises"], extra=visits["extra"])


def _taken(plan: PlanContents, days: Sequence[Mapping[str, Any]]) -> str:
    say = plan.words.say
    parts = [say("campaign-takes", division=plan.divisions[each["division"]], days=each["total"]) for each in days]
    return plan.words.listed(parts)


def closed_table(plan: PlanContents) -> Table:
    """The months closed to visits: for whom, and why."""
    words = plan.words
    rows = [
        Row(
            (
                words.months(each["months"]),
                words.listed([plan.divisions[division] for division in each["divisions"]]) or words.say("all"),
                words.listed([words.sector(sector) for sector in each["sectors"]]) or words.say("all"),
                each["reason"],
            )
        )
        for each in plan.document["coverage"].get("closed_months", ())
    ]
    return _table(plan, "closed", {"months": 20, "division": 30, "sector": 24, "reason": 34}, rows)


def left_out_table(plan: PlanContents) -> Table:
    """The key enterprises that another level inspects this year."""
    words = plan.words
    rows = [
        Row(
            (
                number, each["name"], each["uscc"], words.sector(each["sector"]), words.district(each["district"]),
                words.name("plans.level", each["level"]), each["reason"],
            )
        )
        for number, each in enumerate(plan.document["coverage"].get("left_out", ()), start=1)
    ]  # fmt: skip
    widths = {"number": 5, "enterprise": 30, "uscc": 24, "sector": 12, "district": 10, "level": 8, "reason": 24}
    return _table(plan, "left-out", widths, rows)


def _table(plan: PlanContents, name: str, widths: Mapping[str, int], rows: Sequence[Row]) -> Table:
    say = plan.words.say
    columns = tuple(Column(say(f"column-{column}"), width) for column, width in widths.items())
    return Table(name, say(f"table-{name}"), columns, tuple(rows))
