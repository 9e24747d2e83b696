"""The tables of a plan, every figure read from the stored document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from config.workdays import workday_catalogue
from scheduler.papers.batch_words import batch_scope, batch_when
from scheduler.papers.plan_contents import PlanContents
from scheduler.papers.table import Cell, Column, Row, Table, figure, ratio, share, total_of, with_total
from scheduler.papers.words import month_span
from scheduler.plans.month_patterns import MONTHS
from scheduler.plans.workday_budget.budget import DEDUCTIONS, PARTS
from scheduler.plans.workday_budget.budget_report import unit_shares

DAYS = ("total", *DEDUCTIONS, "supervision")


def budget_table(plan: PlanContents) -> Table:
    """The workday budget, a division a row."""
    say, budget = plan.words.say, plan.document["budget"]
    names = ("staff", *DAYS, *PARTS)
    columns = [Column(say("column-division"), 24), *(Column(say(f"column-{name}"), 9) for name in names)]
    rows = [Row((plan.divisions[each["id"]], *_unit_figures(each))) for each in budget["divisions"]]
    bureau = Row((say("bureau"), *_unit_figures(budget["bureau"])), sums=len(rows))
    return Table("budget", say("table-budget"), tuple(columns), (*rows, bureau))


def _unit_figures(unit: Mapping[str, Any]) -> list[Cell]:
    given = [unit["staff"], *(unit[name] for name in DAYS), *(unit["parts"].get(part) for part in PARTS)]
    return [figure(each) for each in given]


def budget_rows_table(plan: PlanContents) -> Table:
    """The workday budget in full, a division a column: 10 rows of other enforcement, 7 of non-enforcement."""
    words, budget = plan.words, plan.document["budget"]
    units = [*budget["divisions"], budget["bureau"]]
    names = [plan.divisions[each["id"]] for each in budget["divisions"]]
    columns = (
        Column(words.say("column-item"), 30),
        *(Column(name, 12) for name in names),
        Column(words.say("bureau"), 12, sums=len(names)),
    )
    rows = []
    for name in ("staff", *DAYS, *PARTS):
        value = [unit["parts"].get(name) if name in PARTS else unit[name] for unit in units]
        rows.append(Row((words.say(f"row-{name}"), *map(figure, value))))
        if name in DEDUCTIONS:
            rows += _deduction_rows(name, units, words.language)
    for place, name in enumerate((*DEDUCTIONS, "supervision")):
        shares = [share(found[place]) if found else None for found in map(unit_shares, units)]
        rows.append(Row((words.say(f"row-share-{name}"), *shares)))
    return Table("budget", words.say("table-budget-rows"), columns, tuple(rows), words.say("unit-days"))


def _deduction_rows(kind: str, units: Sequence[Mapping[str, Any]], language: str) -> Iterator[Row]:
    for number, row in enumerate(getattr(workday_catalogue(), kind), start=1):
        label = f"({number}) {getattr(row, language)}"
        yield Row((label, *(figure(unit["rows"].get(kind, {}).get(row.id)) for unit in units)))


def sectors_table(plan: PlanContents) -> Table:
    """Full coverage of the key tier: enterprises, visits and person-days by division and sector."""
    say = plan.words.say
    columns = (
        Column(say("column-division"), 22),
        Column(say("column-sector"), 16),
        Column(say("column-enterprises"), 8),
        Column(say("column-visits-each"), 8),
        Column(say("column-visits"), 8),
        Column(say("column-workload"), 8),
        Column(say("column-days"), 9),
        Column(say("column-gap"), 11),
        Column(say("column-months-allowed"), 14),
    )
    rows = [
        Row(
            (
                plan.divisions[division], plan.words.sector(sector), count, visits, count * visits, figure(workload),
                total_of([count * visits * (figure(workload) or 0)]), gap, plan.words.months(months),
            )
        )
        for (division, sector, visits, workload, gap, months), count in _kinds(plan)
    ]  # fmt: skip
    return Table("key-sectors", say("table-sectors"), columns, with_total(say("total"), rows, (2, 4, 6)))


def _kinds(plan: PlanContents) -> list[tuple[tuple[Any, ...], int]]:
    """Count key enterprises by division (in the document's order), sector and rule."""
    counted: Counter[tuple[Any, ...]] = Counter()
    for each in plan.document["coverage"]["classes"]:
        rule = each["division"], each["sector"], each["visits"], each["workload"], each["gap"], tuple(each["months"])
        counted[rule] += each["population"]
    order = list(plan.divisions)
    return sorted(counted.items(), key=lambda item: (order.index(item[0][0]), item[0][1], str(item[0])))


def visits_by_division(document: Mapping[str, Any]) -> dict[str, list[int]]:
    """Count the visits of each division by month: the counts of the month patterns, which the lottery keeps."""
    found: dict[str, list[int]] = {each["id"]: [0] * len(MONTHS) for each in document["budget"]["divisions"]}
    for each in document["coverage"]["classes"]:
        for pattern in each["patterns"]:
            for month in pattern["months"]:
                found[each["division"]][month - 1] += pattern["count"]
    return found


def month_visits_table(plan: PlanContents) -> Table:
    """Key visits by division and month."""
    return _month_table(plan, "month-visits", visits_by_division(plan.document))


def month_days_table(plan: PlanContents) -> Table:
    """Person-days of key visits by division and month, with the share of the year's capacity."""
    loads = {each["division"]: each for each in plan.document["coverage"]["loads"]}
    table = _month_table(plan, "month-days", {name: each["load"] for name, each in loads.items()})
    shares: list[Cell] = [share(loads[name]["used_percent"]) for name in plan.divisions]
    used, room = (total_of(figure(each[name]) for each in loads.values()) for name in ("total", "capacity_total"))
    shares.append(ratio(used, room))
    rows = tuple(Row((*row.cells, part), row.sums) for row, part in zip(table.rows, shares, strict=True))
    return Table(table.id, table.title, (*table.columns, Column(plan.words.say("column-used"), 8)), rows)


def _month_table(plan: PlanContents, name: str, months: Mapping[str, Sequence[int | str]]) -> Table:
    say = plan.words.say
    columns = (
        Column(say("column-division"), 20),
        *(Column(plan.words.month_short(month), 6) for month in MONTHS),
        Column(say("total"), 7, sums=len(MONTHS)),
    )
    rows = []
    for division, label in plan.divisions.items():
        figures = [figure(each) for each in months[division]]
        rows.append(Row((label, *figures, total_of(figures))))
    listed = with_total(say("bureau"), rows, range(1, len(columns)))
    return Table(name, say(f"table-{name}"), columns, listed)


def months_table(plan: PlanContents) -> Table:
    """The arrangement by months in one long table: visits, person-days and capacity of each division."""
    say, loads = plan.words.say, {each["division"]: each for each in plan.document["coverage"]["loads"]}
    measures: dict[str, Mapping[str, Sequence[int | str]]] = {
        "visits": visits_by_division(plan.document),
        "load": {name: each["load"] for name, each in loads.items()},
        "capacity": {name: each["capacity"] for name, each in loads.items()},
    }
    rows = []
    for measure, figures in measures.items():
        label = say(f"measure-{measure}")
        rows += [Row((row.cells[0], label, *row.cells[1:]), row.sums) for row in _month_table(plan, "", figures).rows]
    months = _month_table(plan, "month-visits", measures["visits"]).columns
    columns = (months[0], Column(say("column-measure"), 16), *months[1:])
    return Table("months", say("table-months"), columns, tuple(rows))


def visits_table(plan: PlanContents) -> Table:
    """Every visit to a key enterprise, one a row; its month is empty before the lottery."""
    words, year = plan.words, plan.view.summary.year
    widths = {
        "number": 7, "uscc": 21, "enterprise": 40, "division": 24, "sector": 16, "district": 12, "visit": 9,
        "visits-each": 9, "month": 7, "from": 12, "until": 12, "workload": 9,
    }  # fmt: skip
    rows: list[Row] = []
    for each in plan.enterprises:
        rule = each.visit_class
        for visit in range(1, rule["visits"] + 1):
            month = each.months[visit - 1] if each.months else None
            span = month_span(year, month) if month else (None, None)
            rows.append(
                Row(
                    (
                        len(rows) + 1, each.uscc, each.name, plan.divisions[rule["division"]],
                        words.sector(rule["sector"]), words.district(each.district), visit, rule["visits"], month,
                        *span, figure(rule["workload"]),
                    )
                )
            )  # fmt: skip
    columns = tuple(Column(words.say(f"column-{name}"), width) for name, width in widths.items())
    return Table("key-visits", words.say("table-key-visits"), columns, tuple(rows))


def enterprises_table(plan: PlanContents) -> Table:
    """The key enterprises with the months of their visits, one a row."""
    words = plan.words
    widths = {"number": 5, "enterprise": 26, "uscc": 25, "division": 17, "sector": 12, "visits-each": 9, "months": 14}
    rows = [
        Row(
            (
                number, each.name, each.uscc, plan.divisions[each.visit_class["division"]],
                words.sector(each.visit_class["sector"]), each.visit_class["visits"],
                words.listed([words.month_short(month) for month in each.months]) or words.say("not-drawn"),
            )
        )
        for number, each in enumerate(plan.enterprises, start=1)
    ]  # fmt: skip
    columns = tuple(Column(words.say(f"column-{name}"), width) for name, width in widths.items())
    return Table("key-enterprises", words.say("table-key-enterprises"), columns, tuple(rows))


def batches_table(plan: PlanContents) -> Table:
    """The draw batches of the general tier by stratum."""
    words = plan.words
    widths = {"batch": 8, "when": 17, "objects": 26, "risk": 18, "pool": 12, "ratio": 10, "size": 12}
    rows = []
    for batch in plan.document["batches"]:
        for each in batch["strata"]:
            pool, size = each["population"], each["expected_size"]
            when, whom = batch_when(plan, batch), batch_scope(plan, batch)
            rows.append(Row((batch["number"], when, whom, words.risk(each["id"]), pool, ratio(size, pool), size)))
    columns = tuple(Column(words.say(f"column-{name}"), width) for name, width in widths.items())
    listed = with_total(words.say("total"), rows, (6,))
    return Table("batches", words.say("table-batches"), columns, listed)


def general_days_table(plan: PlanContents) -> Table:
    """The expected person-days of the general tier against capacity, by division."""
    say = plan.words.say
    widths = {"division": 30, "expected-days": 16, "capacity": 16, "short": 16}
    demands = {each["division"]: each for each in plan.document["general_capacity"]}
    rows = [
        Row((name, *(figure(demands[division][key]) for key in ("expected_days", "capacity", "short"))))
        for division, name in plan.divisions.items()
    ]
    columns = tuple(Column(say(f"column-{name}"), width) for name, width in widths.items())
    return Table("general-days", say("table-general-days"), columns, with_total(say("bureau"), rows, (1, 2, 3)))


def calendar_table(plan: PlanContents) -> Table:
    """The statutory workdays of the year by month."""
    words, calendar = plan.words, plan.document["calendar"]
    columns = (
        *(Column(words.month_short(month), 6) for month in MONTHS),
        Column(words.text("page.word.whole_year"), 8, sums=len(MONTHS)),
    )
    row = Row((*calendar["by_month"], calendar["workdays"]))
    return Table("workdays", words.say("table-workdays"), columns, (row,))
