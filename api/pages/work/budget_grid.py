"""The grid of a division's budget as its template needs it: rows with what stands beside them, and their faults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from werkzeug.datastructures import MultiDict

from api.language import error_text, pick
from api.problems import refusal_text
from config.workdays import Row, workday_catalogue
from scheduler.errors import ServiceError
from scheduler.plans.drafting.division_part import (
    DivisionPart,
    cell_names,
    check_part,
    missing_cells,
    part_figures,
    read_part,
)
from scheduler.plans.drafting.merging import DivisionDraft, YearDraft
from scheduler.plans.exact import days_text, printed_shares
from scheduler.plans.workday_budget.budget import DEDUCTIONS, DayFigures, Shares
from scheduler.plans.workday_budget.proposal import KindProposal, propose_division

# Texts the browser shows beside a cell; their values are filled in there.
_CELL_FAULTS = ("cell-negative", "cell-decimals", "cell-fractional", "cell-not-number", "cell-over-total")


@dataclass(frozen=True)
class Line:
    """A row of the grid: its cell, what was typed, and the figures beside it."""

    cell: str
    row: Row
    text: str
    last: Fraction | None
    average: Fraction | None
    proposed: Fraction | None
    sum: int | None


@dataclass(frozen=True)
class Block:
    """A deduction: its rows, their sum as typed, and the totals beside it."""

    kind: str
    lines: tuple[Line, ...]
    sum: Fraction
    beside: KindProposal
    heads: int


@dataclass(frozen=True)
class Grid:
    """The whole grid as typed: `faults` by cell (`sum` for all rows together)."""

    part: DivisionPart
    texts: Mapping[str, str]
    faults: Mapping[str, str]
    blocks: tuple[Block, ...]
    figures: DayFigures | None
    shares: tuple[str, ...]
    missing: int
    last_staff: int | None
    years: tuple[int, ...]


def typed_texts(form: MultiDict[str, str]) -> dict[str, str]:
    """Return the cells of a posted form."""
    return {name: form.get(name, "") for name in (*cell_names(workday_catalogue()), "notes")}


def make_grid(year: YearDraft, division: DivisionDraft, texts: Mapping[str, str]) -> Grid:
    """Return the grid of a division with these texts in its cells."""
    part, read = read_part(texts, workday_catalogue())
    faults = {**check_part(part, year.frame.days), **read}
    names = (division.division_id, division.name)
    proposal = propose_division(names, part.staff, year.year, year.history)
    figures = part_figures(part, year.frame.days, year.frame.shares)
    return Grid(
        part=part,
        texts=texts,
        faults={name: refusal_text(fault) for name, fault in faults.items()},
        blocks=tuple(_block(kind, part, texts, proposal.kinds[kind]) for kind in DEDUCTIONS),
        figures=figures,
        shares=tuple(printed_shares(figures.percent)) if figures else (),
        missing=len(missing_cells(part, workday_catalogue())),
        last_staff=proposal.last_staff,
        years=proposal.years,
    )


def _block(kind: str, part: DivisionPart, texts: Mapping[str, str], beside: KindProposal) -> Block:
    lines = tuple(
        Line(
            cell=(cell := f"{kind}.{row.id}"),
            row=row,
            text=texts.get(cell, ""),
            last=beside.last.row(row.id),
            average=beside.average.row(row.id),
            proposed=beside.proposed.row(row.id),
            sum=None if beside.sums.rows is None else int(beside.sums.rows[row.id] * 10),
        )
        for row in getattr(workday_catalogue(), kind)
    )
    return Block(kind, lines, part.spent(kind), beside, beside.heads)


def take_proposals(grid: Grid, asked: str) -> dict[str, str]:
    """Return the texts with the proposal in one cell, or in all (`all`), as far as there is one."""
    proposed = {line.cell: line.proposed for block in grid.blocks for line in block.lines}
    return {
        **grid.texts,
        **{cell: days_text(days) for cell, days in proposed.items() if days is not None and asked in ("all", cell)},
    }


def scaled_weights(shares: Shares) -> list[int]:
    """Return the shares as whole numbers in the same proportion, for the browser."""
    parts = [shares.key, shares.general, shares.reserve]
    scale = max(part.denominator for part in parts)
    while any((part * scale).denominator != 1 for part in parts):
        scale *= max((part * scale).denominator for part in parts)
    return [int(part * scale) for part in parts]


def cell_fault_texts() -> dict[str, str]:
    """Return the texts the browser shows beside cells, their values left open."""
    values = {name: f"{{{name}}}" for name in ("value", "total", "spent", "over")}
    return {code: error_text(code, **values) for code in (*_CELL_FAULTS, "draft-over-total")}


@dataclass(frozen=True)
class Difference:
    """A field in which what was typed differs from what another has saved meanwhile."""

    label: str
    mine: str
    theirs: str


def differences(mine: Mapping[str, str], theirs: Mapping[str, str], labels: Mapping[str, str]) -> list[Difference]:
    """Return the fields that differ, in the order of the form."""
    return [
        Difference(label, mine.get(name, ""), theirs.get(name, ""))
        for name, label in labels.items()
        if _same(mine.get(name, "")) != _same(theirs.get(name, ""))
    ]


def _same(text: str) -> str:
    return "\n".join(text.split("\r\n")).strip()


def row_labels(staff: str, notes: str) -> dict[str, str]:
    """Return the labels of the cells of a division's grid."""
    catalogue = workday_catalogue()
    rows = {f"{kind}.{row.id}": pick(row.zh, row.en) for kind in DEDUCTIONS for row in getattr(catalogue, kind)}
    return {"staff": staff, **rows, "notes": notes}


def refuse_faults(faults: Mapping[str, ServiceError]) -> dict[str, str]:
    """Return the texts of faults by field."""
    return {name: refusal_text(fault) for name, fault in faults.items()}
