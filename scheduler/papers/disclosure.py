"""What an office publishes of a plan: the annual plan of enterprise inspections and the draw plan, in their columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from scheduler.directory.models import InspectionItem
from scheduler.papers.batch_words import batch_body, batch_items, batch_scope, batch_task, batch_when
from scheduler.papers.plan_contents import PlanContents
from scheduler.papers.table import Cell, Column, Row, Table, ratio


def disclosure_table(plan: PlanContents) -> Table:
    """The annual plan of enterprise inspections: each item for the key enterprises of its sectors, then the draws."""
    widths = {
        "number": 6, "item": 26, "basis": 34, "objects": 26, "object-count": 10, "ratio": 10, "content": 30,
        "method": 16, "frequency": 24, "time": 16, "body": 20, "joint": 8, "remark": 24,
    }  # fmt: skip
    rows = [Row((number, *cells)) for number, cells in enumerate([*_key_lines(plan), *_draw_lines(plan)], start=1)]
    columns = tuple(Column(plan.words.say(f"column-{name}"), width) for name, width in widths.items())
    return Table("disclosure", plan.words.say("table-disclosure"), columns, tuple(rows))


def _key_lines(plan: PlanContents) -> list[tuple[Cell, ...]]:
    """The items that apply to key enterprises; where the directory lists none, one line for each sector."""
    say = plan.words.say
    lines: list[tuple[Cell, ...]] = []
    for item in plan.items:
        sectors = _sectors_of(item, plan)
        if sectors:
            # fmt: off
            lines.append((
                item.name, item.basis, item.objects or say("objects-key", sectors=_named(plan, sectors)),
                _population(plan, sectors), None, item.sub_item, item.method or say("method-on-site"),
                _frequency(plan, sectors, item.frequency), _time(plan, sectors), item.body or plan.office, say("no"),
                item.remark,
            ))
            # fmt: on
    sectors_present = sorted({each["sector"] for each in plan.document["coverage"]["classes"]})
    return lines if plan.items else [_line_without_item(plan, sector) for sector in sectors_present]


def _line_without_item(plan: PlanContents, sector: str) -> tuple[Cell, ...]:
    say, sectors = plan.words.say, [sector]
    return (
        say("item-missing"), "", say("objects-key", sectors=_named(plan, sectors)), _population(plan, sectors), None,
        "", say("method-on-site"), _frequency(plan, sectors), _time(plan, sectors), plan.office, say("no"), "",
    )  # fmt: skip


def _sectors_of(item: InspectionItem, plan: PlanContents) -> list[str]:
    """Return the sectors of key enterprises an item applies to; an item that names none applies to all."""
    present = {each["sector"] for each in plan.document["coverage"]["classes"]}
    return sorted(present & set(item.sectors) if item.sectors else present)


def _named(plan: PlanContents, sectors: Sequence[str]) -> str:
    return plan.words.listed([plan.words.sector(sector) for sector in sectors])


def _population(plan: PlanContents, sectors: Sequence[str]) -> int:
    classes = plan.document["coverage"]["classes"]
    return sum(each["population"] for each in classes if each["sector"] in sectors)


def _frequency(plan: PlanContents, sectors: Sequence[str], stated: str = "") -> str:
    """Say how often a year, which is also the most: the plan visits no key enterprise more often than its rule."""
    visits = sorted({each["visits"] for each in plan.document["coverage"]["classes"] if each["sector"] in sectors})
    if len(visits) > 1:
        planned = plan.words.say("frequency-key-span", least=visits[0], most=visits[-1])
    else:
        planned = plan.words.say("frequency-key", visits=plan.words.listed([str(each) for each in visits]))
    return plan.words.say("frequency-stated", stated=stated, planned=planned) if stated else planned


def _time(plan: PlanContents, sectors: Sequence[str]) -> str:
    patterns = (
        pattern
        for each in plan.document["coverage"]["classes"]
        if each["sector"] in sectors
        for pattern in each["patterns"]
    )
    return plan.words.months(sorted({month for pattern in patterns for month in pattern["months"]}))


def _draw_lines(plan: PlanContents) -> list[tuple[Cell, ...]]:
    """The draws of the general tier: of the whole directory by risk class, then each directed batch by itself."""
    batches = plan.document["batches"]
    undirected = [batch for batch in batches if not batch.get("filter")]
    directed = [batch for batch in batches if batch.get("filter")]
    return [*_undirected_lines(plan, undirected), *(_directed_line(plan, batch) for batch in directed)]


def _undirected_lines(plan: PlanContents, batches: Sequence[Mapping[str, Any]]) -> list[tuple[Cell, ...]]:
    """By risk class: the pool of the year, and the part of it that these batches draw."""
    say = plan.words.say
    pool, drawn = _tier(plan), Counter[str]()
    for batch in batches:
        for each in batch["strata"]:
            drawn[each["id"].partition(".")[0]] += each["expected_size"]
    months = plan.words.months(sorted({each["month"] for each in batches}))
    return [
        (
            say("item-draw"), say("basis-draw"), say("objects-general", risk=plan.words.risk(risk)), pool[risk],
            ratio(drawn[risk], pool[risk]), say("content-draw", items=len(plan.items)), say("method-draw"),
            say("frequency-general"), months, plan.office, say("no"), say("remark-draw", size=drawn[risk]),
        )
        for risk in sorted(drawn)
    ]  # fmt: skip


def _tier(plan: PlanContents) -> dict[str, int]:
    """Return how many enterprises each risk class of the tier has; earlier documents tell it in their first batch."""
    counted = plan.document.get("general", {}).get("classes")
    if counted is None:
        counted = plan.document["batches"][0]["strata"] if plan.document["batches"] else ()
    return {each["id"]: each["population"] for each in counted}


def _directed_line(plan: PlanContents, batch: Mapping[str, Any]) -> tuple[Cell, ...]:
    say, pool = plan.words.say, sum(stratum["population"] for stratum in batch["strata"])
    return (
        batch_task(plan, batch), say("basis-draw"), batch_scope(plan, batch), pool, ratio(batch["size"], pool),
        batch_items(plan, batch), say("method-draw"), say("frequency-general"), batch_when(plan, batch),
        batch_body(plan, batch), say("no"), say("remark-batch", size=batch["size"]),
    )  # fmt: skip


def draw_plan_table(plan: PlanContents) -> Table:
    """The draw plan: a batch a row."""
    say = plan.words.say
    widths = {
        "number": 8, "task": 28, "directed": 17, "item": 32, "objects": 26, "pool": 15, "ratio": 12, "about": 14,
        "when": 18, "who": 26,
    }  # fmt: skip
    rows = []
    for each in plan.document["batches"]:
        pool = sum(stratum["population"] for stratum in each["strata"])
        # fmt: off
        rows.append(Row((
            each["number"], batch_task(plan, each), say("directed" if each.get("filter") else "undirected"),
            batch_items(plan, each), batch_scope(plan, each), pool, ratio(each["size"], pool), each["size"],
            batch_when(plan, each), batch_body(plan, each),
        )))
        # fmt: on
    columns = tuple(Column(say(f"column-{name}"), width) for name, width in widths.items())
    return Table("draw-plan", say("table-draw-plan"), columns, tuple(rows))
