"""The papers of a plan as files: which there are, and their bytes. Nothing is written to a disk here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from sqlalchemy.orm import Session

from scheduler.draws.protocol.encoding import canonical_json
from scheduler.errors import InvalidInput, NotFound
from scheduler.papers.csv_text import write_csv
from scheduler.papers.disclosure import disclosure_table, draw_plan_table
from scheduler.papers.plan_calendar import division_calendar
from scheduler.papers.plan_contents import PlanContents, plan_contents
from scheduler.papers.plan_demand_tables import campaigns_table, closed_table, left_out_table, rules_table
from scheduler.papers.plan_paper import write_plan_paper
from scheduler.papers.plan_proof_tables import coverage_table, goals_table, history_table
from scheduler.papers.plan_tables import batches_table, budget_rows_table, months_table, visits_table
from scheduler.papers.table import Table, marked
from scheduler.papers.workbook import write_workbook

MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "ics": "text/calendar; charset=utf-8",
}
PLAN_FORMATS = tuple(MEDIA)
ANNEXES: Mapping[str, Callable[[PlanContents], Table]] = {
    "budget": budget_rows_table,
    "rules": rules_table,
    "key-visits": visits_table,
    "months": months_table,
    "batches": batches_table,
    "disclosure": disclosure_table,
    "draw-plan": draw_plan_table,
}

# What a plan may lack stands in the workbook alone, and only where there is something.
SHEETS: tuple[Callable[[PlanContents], Table], ...] = (
    campaigns_table,
    closed_table,
    left_out_table,
    goals_table,
    coverage_table,
    history_table,
)

Makers = Mapping[str, Callable[[], bytes]]


@dataclass(frozen=True)
class Paper:
    """A paper: the name to save it under, its media type, its bytes."""

    name: str
    media: str
    content: bytes


def plan_paper(
    session: Session, plan_id: str, name: str, version: int | None = None, *, language: str = "zh", public: bool = True
) -> Paper:
    """Return one paper of a plan: `plan.docx`, `plan.xlsx`, `plan.json`, `<annex>.csv` or `<division>.ics`.

    Raises `NotFound` (`plan-unknown`, `paper-unknown`).
    """
    plan = plan_contents(session, plan_id, version, language=language, public=public)
    makers = _plan_makers(plan)
    if name not in makers:
        raise NotFound("paper-unknown", name=name[:80], known=", ".join(makers))
    return write_paper(_stem(plan), name, makers[name], language)


def plan_papers(
    session: Session,
    plan_id: str,
    version: int | None = None,
    *,
    formats: Iterable[str] = PLAN_FORMATS,
    language: str = "zh",
    public: bool = True,
) -> list[Paper]:
    """Return every paper of a plan in these formats; raises `InvalidInput` (`paper-format`) for another format."""
    wanted = check_formats(formats, PLAN_FORMATS)
    plan = plan_contents(session, plan_id, version, language=language, public=public)
    makers = _plan_makers(plan)
    return [write_paper(_stem(plan), name, make, language) for name, make in makers.items() if _ending(name) in wanted]


def plan_paper_names(divisions: Iterable[str]) -> list[str]:
    """Return the names of a plan's papers, given the ids of its divisions."""
    annexes = [f"{name}.csv" for name in ANNEXES]
    return ["plan.docx", "plan.xlsx", "plan.json", *annexes, *(f"{division}.ics" for division in divisions)]


def check_formats(formats: Iterable[str], known: tuple[str, ...]) -> frozenset[str]:
    """Return the formats asked for; raise `InvalidInput` (`paper-format`) naming the first that is none."""
    wanted = frozenset(formats)
    for each in sorted(wanted - set(known)):
        raise InvalidInput("paper-format", format=each[:40], known=", ".join(known))
    return wanted


def _plan_makers(plan: PlanContents) -> Makers:
    makers: list[Callable[[], bytes]] = [partial(write_plan_paper, plan), partial(_workbook, plan)]
    makers.append(partial(canonical_json, plan.document))
    makers += [partial(_annex, plan, name) for name in ANNEXES]
    makers += [partial(division_calendar, plan, division) for division in plan.divisions]
    return dict(zip(plan_paper_names(plan.divisions), makers, strict=True))


def _annex(plan: PlanContents, name: str) -> bytes:
    table, say = ANNEXES[name](plan), plan.words.say
    return write_csv(
        marked(table, say("column-mark"), say("mark").strip()) if plan.view.summary.demonstration else table
    )


def _workbook(plan: PlanContents) -> bytes:
    more = (make(plan) for make in SHEETS)
    return write_workbook(
        [*(make(plan) for make in ANNEXES.values()), *(table for table in more if table.rows)],
        title=plan.title,
        author=plan.office,
        mark=plan.words.say("mark") if plan.view.summary.demonstration else "",
        created=plan.created,
    )


def _stem(plan: PlanContents) -> str:
    return f"{plan.view.summary.plan_id}-v{plan.view.summary.version}"


def _ending(name: str) -> str:
    return name.rsplit(".", 1)[1]


def write_paper(stem: str, name: str, make: Callable[[], bytes], language: str) -> Paper:
    """Make a paper; its file is named for the record it belongs to, and for its language unless that is Chinese."""
    base, ending = name.rsplit(".", 1)
    tongue = "" if language == "zh" or ending == "json" else f".{language}"
    part = "" if base in ("plan", "draw") else f"-{base}"
    return Paper(f"{stem}{part}{tongue}.{ending}", MEDIA[ending], make())
