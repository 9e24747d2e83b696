"""A plan as a reader at the terminal sees it: budget, months by division, batches, shortages, warnings."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from config.messages import render
from scheduler.commands.text_table import text_table
from scheduler.papers.words import Words
from scheduler.plans.exact import days_text
from scheduler.plans.full_coverage.goal_report import goal_report
from scheduler.plans.full_coverage.shortage_report import short_divisions
from scheduler.plans.life_cycle.step_record import told_time
from scheduler.plans.life_cycle.steps import TakenStep
from scheduler.plans.queries import PlanView

_BLOCKS = " ▁▂▃▄▅▆▇█"


def plan_page(view: PlanView, visits: Mapping[tuple[str, int], int], language: str) -> str:
    """Return the page of a plan version; `visits` are the drawn visits by division and month, empty before."""
    document = view.document
    names = {each["id"]: each["name"] for each in document["budget"]["divisions"]}
    sections = [
        _heading(view, language),
        _life(view, language),
        _budget(document, language),
        _coverage(document, language),
        _decided(document, language),
        _months(document, names, language),
        _goals(document, language),
        _shortages(document, names, language),
        _batches(document, language),
        _warnings(document, names, language),
    ]
    if visits:
        sections.insert(7, _say("drawn", language, visits=sum(visits.values())))
    return "\n\n".join(section for section in sections if section)


def year_sections(document: Mapping[str, Any], names: Mapping[str, str], language: str) -> list[str]:
    """Return the months by division, what is proven of them, and the shortages with what would mend each."""
    sections = [_months(document, names, language), _goals(document, language), _shortages(document, names, language)]
    return [section for section in sections if section]


def _say(name: str, language: str, **params: object) -> str:
    return render(f"page.plan.{name}", language, **params)


def _heading(view: PlanView, language: str) -> str:
    summary, tiers = view.summary, view.document["tiers"]
    lines = [
        f"{summary.title}  {summary.plan_id}  v{summary.version}",
        _say("state", language, state=render(f"page.life.state.{summary.state}", language), sha256=view.sha256),
        _say(
            "tiers",
            language,
            key=tiers.get("key", 0),
            general=tiers.get("general", 0),
            none=tiers.get("none", 0),
            undecided=tiers.get("undecided", 0),
        ),
    ]
    if summary.demonstration:
        lines.insert(1, _say("demonstration", language))
    return "\n".join(lines)


def _life(view: PlanView, language: str) -> str:
    """Show the steps that were taken: what, by whom, when, with which document and which words."""
    rows = [
        [
            str(each.sequence),
            render(f"page.life.step.{each.step}", language) + (f" {each.about}" if each.about else ""),
            each.actor,
            told_time(each.at),
            f"{each.number} {each.dated}" if each.number else "",
            " ".join(each.note.split()),
        ]
        for each in view.steps
    ]
    names = ("sequence", "what", "actor", "when", "paper", "note")
    head = [render(f"page.life.{name}", language) for name in names]
    return text_table(head, rows, words=len(head)) if rows else ""


def step_json(step: TakenStep) -> dict[str, Any]:
    """Return a step as a JSON value."""
    return {
        "sequence": step.sequence,
        "step": step.step,
        "actor": step.actor,
        "at": step.at.isoformat(),
        "note": step.note,
        "number": step.number,
        "date": step.dated.isoformat() if step.dated else None,
        "about": step.about,
        "detail": dict(step.detail),
    }


def _budget(document: Mapping[str, Any], language: str) -> str:
    budget, days = document["budget"], document["calendar"]
    head = ["division", "staff", "total", "other_enforcement", "non_enforcement", "supervision", "key", "general"]
    rows = [_budget_row(each["name"], each) for each in budget["divisions"]]
    rows.append(_budget_row(_say("bureau", language), budget["bureau"]))
    table = text_table([_say(f"column-{name}", language) for name in [*head, "reserve"]], rows)
    return _say("budget", language, days=days["counted"], notice=days["notice"]) + "\n" + table


def _budget_row(name: str, unit: Mapping[str, Any]) -> list[str]:
    figures = [unit["staff"], unit["total"], unit["other_enforcement"], unit["non_enforcement"], unit["supervision"]]
    figures += [unit["parts"].get(part) for part in ("key", "general", "reserve")]
    return [name, *("-" if figure is None else str(figure) for figure in figures)]


def _coverage(document: Mapping[str, Any], language: str) -> str:
    """Show by rule what the key enterprises ask for; the first release wrote no rules, only their classes."""
    head = ["rule", "population", "visits", "days"]
    rules = document["coverage"].get("rules", ())
    visits: Counter[str] = Counter()
    days: dict[str, Fraction] = defaultdict(Fraction)
    for each in document["coverage"]["classes"] if rules else ():
        made = each["population"] * each["visits"]
        visits[each["rule"]] += made
        days[each["rule"]] += made * Fraction(each["workload"])
    rows = [
        [each[language], str(each["population"]), str(visits[each["id"]]), days_text(days[each["id"]])]
        for each in rules
    ]
    units = document["units"]
    title = _say("coverage", language, key=units["key"], percent=units["key_percent"] or "-")
    return f"{title}\n" + text_table([_say(f"column-{name}", language) for name in head], rows) if rows else title


def _decided(document: Mapping[str, Any], language: str) -> str:
    """Tell what was decided for the year beside the rules: campaigns, closed months, units left to another level."""
    coverage, lines = document["coverage"], []
    for each in coverage.get("campaigns", ()):
        visits, taken = each["visits"], sum((Fraction(part["total"]) for part in each["days"]), Fraction(0))
        months = ", ".join(map(str, each["months"]))
        brought = visits["visits"] if visits else 0
        lines.append(
            _say("campaign", language, title=each["title"], months=months, visits=brought, days=days_text(taken))
        )
    lines += [
        _say("closed", language, months=", ".join(map(str, each["months"])), reason=each["reason"])
        for each in coverage.get("closed_months", ())
    ]
    if coverage.get("left_out"):
        lines.append(_say("left-out", language, count=len(coverage["left_out"])))
    return "\n".join(lines)


def _months(document: Mapping[str, Any], names: Mapping[str, str], language: str) -> str:
    """Show each division's person-days by month, with a bar for the load against the capacity."""
    head = [_say("column-division", language), *map(str, range(1, 13)), _say("column-used", language), ""]
    rows = []
    for load in document["coverage"]["loads"]:
        bars = "".join(_bar(used, free) for used, free in zip(load["load"], load["capacity"], strict=True))
        used = "-" if load["used_percent"] is None else f"{load['used_percent']} %"
        rows.append([names[load["division"]], *map(str, load["load"]), used, bars])
    return _say("months", language) + "\n" + text_table(head, rows)


def _bar(load: object, capacity: object) -> str:
    used, free = (int(str(value).split(".")[0]) for value in (load, capacity))
    if used == 0 or free == 0:
        return _BLOCKS[0] if used == 0 else "!"
    return "!" if used > free else _BLOCKS[max(1, used * (len(_BLOCKS) - 1) // free)]


def _goals(document: Mapping[str, Any], language: str) -> str:
    """Say what is proven of the plan; nothing of a version that has no record of it."""
    found = goal_report(document["coverage"])
    if found is None:
        return ""
    proven = render("page.goals.all-proven", language)
    if found.unproven:
        proven = render("page.goals.not-proven", language, count=found.unproven)
    figures = {"value": found.journeys, "bound": found.journeys_bound, "gap": found.journeys_gap}
    return proven + "\n" + render("page.goals.journeys", language, **figures)


def _shortages(document: Mapping[str, Any], names: Mapping[str, str], language: str) -> str:
    """Name every division and month that is short and what would mend it, cheapest first."""
    lines, words = list[str](), Words(language)
    for each in short_divisions(document["coverage"]):
        lines.append(render("page.shortage.division", language, division=names[each.division], short=each.short))
        for month in each.months:
            told = {"load": month.load, "capacity": month.capacity, "short": month.short}
            lines.append("  " + render("page.shortage.month", language, month=words.month(month.month), **told))
        key = "page.shortage.remedies" if each.ways else "page.shortage.none"
        lines.append("  " + render(key, language))
        for way in each.ways:
            text = render(f"page.shortage.{way.name}", language, amount=way.amount, percent=way.percent)
            lines.append("  - " + text)
    return "\n".join([render("page.shortage.title", language), *lines]) if lines else ""


def _batches(document: Mapping[str, Any], language: str) -> str:
    head = ["batch", "day", "scope", "size", "strata"]
    rows = [
        [
            str(each["number"]),
            each.get("on", str(each["month"])),
            each.get("title") or _say("directed" if each.get("filter") else "undirected", language),
            str(each["size"]),
            "  ".join(
                f"{stratum['id']} {stratum['expected_size']}/{stratum['population']}" for stratum in each["strata"]
            ),
        ]
        for each in document["batches"]
    ]
    return _say("batches", language) + "\n" + text_table([_say(f"column-{name}", language) for name in head], rows)


def _warnings(document: Mapping[str, Any], names: Mapping[str, str], language: str) -> str:
    found = document["warnings"]
    if not found:
        return _say("no-warnings", language)
    lines = [_say("warnings", language)]
    for warning in found:
        params = {name: value for name, value in warning.items() if name != "code"}
        if "division" in params:
            params["division"] = names.get(params["division"], params["division"])
        lines.append("- " + _say(f"warning-{warning['code']}", language, **params))
    return "\n".join(lines)
