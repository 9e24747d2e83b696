"""The general tier as a plan draws from it: its enterprises counted into cells, its batches checked against the lists.

Only what a draw could take counts: an enterprise whose sector or class is undecided waits for a person. Facts that are
known today tell who will rest on a batch's day; facts to come are the seal's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from config.catalogues import load_catalogues
from config.catalogues.cool_down import cool_down_catalogue
from config.settings import PlanSettings
from scheduler.directory.models import UNDECIDED, Enterprise, InspectionItem
from scheduler.draws.cool_down import find_resting
from scheduler.draws.protocol.manifest import Fixed, Ratio, Rule
from scheduler.draws.scope import FILTERS, is_within
from scheduler.errors import InvalidInput
from scheduler.plans.general_tier.batches import BatchPlan, Cell, ClassPart, Stratum, plan_batches
from scheduler.plans.general_tier.batches_file import BatchInput
from scheduler.plans.year_demand.demand import refuse_orphans

_BLOCK = 500  # credit codes asked for at once
_ALWAYS = ("risk", "sector", "district")


def plan_general_tier(
    session: Session,
    settings: PlanSettings,
    divisions: Mapping[str, str],
    batches: Sequence[BatchInput],
    capacity: Mapping[str, Fraction],
) -> BatchPlan:
    """Plan the batches over the general tier; `divisions` names the division of each sector.

    Raises `InvalidInput`: `batch-item-unknown`, `batch-item-sectors` (an item that applies to nobody of the batch),
    `batch-sector-without-item` (enterprises of which no item may be inspected), and as `plan_batches`.
    """
    cells = read_cells(session, settings, divisions, batches)
    _check_items(session, batches, cells)
    return plan_batches(cells, [(batch, batch_rules(batch)) for batch in batches], capacity)


def batch_rules(batch: BatchInput) -> dict[str, Rule]:
    """Return the rule of each risk class a batch draws by: its ratio, at least one where it draws at all."""
    rounding = {each.id: "ceil" if each.rounding == "up" else "half-up" for each in load_catalogues().risk.classes}
    return {
        name: Ratio(ratio.numerator, ratio.denominator, rounding[name], 1 if ratio else 0)
        for name, ratio in sorted(batch.ratios.items())
    }


def read_cells(
    session: Session, settings: PlanSettings, divisions: Mapping[str, str], batches: Sequence[BatchInput]
) -> list[Cell]:
    """Count the general tier into cells, those apart that rest on the day of a batch by a fact known today."""
    filters = {name for batch in batches for name in batch.scope}
    return _count_cells(session, settings, divisions, filters, _resting_numbers(session, batches))


def _count_cells(
    session: Session,
    settings: PlanSettings,
    divisions: Mapping[str, str],
    filters: Iterable[str],
    resting: Mapping[str, frozenset[int]],
) -> list[Cell]:
    names = [*_ALWAYS, *sorted({FILTERS[name] for name in filters} - set(_ALWAYS))]
    columns = [getattr(Enterprise, name) for name in names]
    counted: Counter[tuple[str, ...]] = Counter()
    for row in session.execute(_general(*columns, func.count()).group_by(*columns)):
        counted[tuple(row[:-1])] = row[-1]
    apart = _count_resting(session, resting, columns)
    for (values, _), count in apart.items():
        counted[values] -= count
    found = [(values, frozenset[int](), count) for values, count in counted.items() if count]
    found += [(values, numbers, count) for (values, numbers), count in apart.items()]
    orphans: Counter[str] = Counter()
    for values, _, count in found:
        orphans[values[names.index("sector")]] += count
    refuse_orphans(orphans, divisions)
    return [
        _cell(dict(zip(names, values, strict=True)), numbers, count, settings, divisions)
        for values, numbers, count in sorted(found, key=lambda each: (each[0], sorted(each[1])))
    ]


def tier_of_document(
    session: Session, settings: PlanSettings, divisions: Mapping[str, str], document: Mapping[str, Any]
) -> tuple[Stratum, ...]:
    """Return the general tier as the directory has it today by risk class, parted by division and directed batches.

    Who rests on a day is left to the seal, and sizes stand in the document.
    """
    scopes = {each["number"]: each["filter"] for each in document["batches"] if each.get("filter")}
    filters = {name for scope in scopes.values() for name in scope}
    parts: defaultdict[str, defaultdict[tuple[str, tuple[int, ...]], list[Cell]]]
    parts = defaultdict(lambda: defaultdict(list))
    for cell in _count_cells(session, settings, divisions, filters, {}):
        directed = tuple(number for number, scope in scopes.items() if is_within(scope, cell.aspects))
        parts[cell.risk][cell.division, directed].append(cell)
    return tuple(
        Stratum(risk, Fixed(0), tuple(_part(*key, parts[risk][key]) for key in sorted(parts[risk])))
        for risk in sorted(parts)
    )


def _part(division: str, directed: tuple[int, ...], cells: Sequence[Cell]) -> ClassPart:
    population = sum(cell.population for cell in cells)
    days = sum((cell.workload * cell.population for cell in cells), Fraction(0))
    return ClassPart(division, population, days / population, directed)


def _cell(
    aspects: dict[str, str],
    resting: frozenset[int],
    population: int,
    settings: PlanSettings,
    divisions: Mapping[str, str],
) -> Cell:
    sector = aspects["sector"]
    workload = settings.visits.workload(settings.visits.drawn_effort(sector), aspects["district"])
    return Cell(divisions[sector], aspects["risk"], aspects, population, workload, resting)


def _general(*columns: Any) -> Select[Any]:
    risks = [each.id for each in load_catalogues().risk.classes]
    return select(*columns).where(
        Enterprise.tier == "general",
        Enterprise.left_on.is_(None),
        Enterprise.sector != UNDECIDED,
        Enterprise.risk.in_(risks),
    )


def _resting_numbers(session: Session, batches: Sequence[BatchInput]) -> dict[str, frozenset[int]]:
    """Return the numbers of the batches on whose day an enterprise rests, by credit code."""
    numbers: defaultdict[str, set[int]] = defaultdict(set)
    for number, batch in enumerate(batches, start=1):
        for uscc in find_resting(session, cool_down_catalogue().changed(batch.cool_down), batch.on):
            numbers[uscc].add(number)
    return {uscc: frozenset(found) for uscc, found in numbers.items()}


def _count_resting(
    session: Session, numbers: Mapping[str, frozenset[int]], columns: Sequence[Any]
) -> Counter[tuple[tuple[str, ...], frozenset[int]]]:
    counted: Counter[tuple[tuple[str, ...], frozenset[int]]] = Counter()
    codes = iter(sorted(numbers))
    while block := list(islice(codes, _BLOCK)):
        for uscc, *values in session.execute(_general(Enterprise.uscc, *columns).where(Enterprise.uscc.in_(block))):
            counted[tuple(values), numbers[uscc]] += 1
    return counted


def _check_items(session: Session, batches: Sequence[BatchInput], cells: Sequence[Cell]) -> None:
    """Refuse an item that is not on the list or applies to nobody, and an enterprise for which no item is named."""
    listed = select(InspectionItem.id, InspectionItem.sectors).where(InspectionItem.left_on.is_(None))
    known = {item: frozenset(sectors) for item, sectors in session.execute(listed)}
    for batch in batches:
        sectors = {cell.aspects["sector"] for cell in cells if is_within(batch.scope, cell.aspects)}
        for place, item in enumerate(batch.items):
            path = f"{batch.path}.items[{place}]"
            if item not in known:
                raise InvalidInput("batch-item-unknown", path=path, item=item, known=", ".join(sorted(known)) or "-")
            if sectors and known[item] and not known[item] & sectors:
                named = ", ".join(sorted(sectors))
                raise InvalidInput("batch-item-sectors", path=path, item=item, sectors=named)
        bare = _bare(sectors, [known[item] for item in batch.items])
        if batch.items and bare:
            raise InvalidInput("batch-sector-without-item", path=f"{batch.path}.items", sectors=", ".join(bare))


def _bare(sectors: Iterable[str], items: Sequence[frozenset[str]]) -> list[str]:
    """Return the sectors that no item applies to; an item that names no sector applies to all."""
    return sorted(sector for sector in sectors if not any(sector in item or not item for item in items))
