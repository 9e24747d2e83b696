"""`papers`: the papers of a plan or of a draw, written into a folder."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from config.messages import LANGUAGES, render
from scheduler.commands.context import add_data_option, engine_of, settings_of
from scheduler.commands.language import terminal_language
from scheduler.errors import Unavailable

if TYPE_CHECKING:
    from scheduler.papers.files import Paper

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


def register(subparsers: Subparsers) -> None:
    """Add `papers` with its two kinds."""
    parser = subparsers.add_parser(
        "papers",
        help="papers of a plan or a draw: Word, xlsx, CSV, JSON, iCal",
        description="Writes papers into a folder. They are made from the stored record alone: the same record gives "
        "the same bytes.",
    )
    kinds = parser.add_subparsers(dest="kind", metavar="KIND", required=True)
    plan = kinds.add_parser(
        "plan",
        help="the annual plan with its annexes and a calendar for each division",
        description="Writes the plan as Word, its annexes as xlsx and CSV, its document as JSON and a calendar for "
        "each division. Every figure is that of the stored document; the same version gives the same bytes.",
    )
    plan.add_argument("plan", help="plan, for example 220200-2026")
    plan.add_argument("--version", type=int, metavar="N", help="an earlier version")
    plan.set_defaults(run=run_plan)
    draw = kinds.add_parser(
        "draw",
        help="the result of a draw: the list of the drawn and the announcement",
        description="Writes who was drawn (rank, lot number, team) as xlsx and CSV, and the announcement as Word.",
    )
    draw.add_argument("draw", help="draw, for example 220200-2026-01")
    draw.set_defaults(run=run_draw)
    for kind in (plan, draw):
        kind.add_argument("--out", type=Path, required=True, metavar="DIR", help="folder to write into")
        kind.add_argument("--format", default="", metavar="LIST", help="only these, for example docx,xlsx")
        kind.add_argument("--lang", choices=LANGUAGES, default="zh", help="language of the papers (default: zh)")
        add_data_option(kind)


def run_plan(args: argparse.Namespace) -> int:
    """Write the papers of a plan."""
    from scheduler.papers.files import PLAN_FORMATS, plan_papers
    from scheduler.store.session import reading

    with reading(engine_of(args)) as session:
        papers = plan_papers(
            session, args.plan, args.version, formats=_formats(args, PLAN_FORMATS), language=args.lang, public=False
        )
    return _write(args.out, papers)


def run_draw(args: argparse.Namespace) -> int:
    """Write the papers of a draw."""
    from scheduler.papers.draw_files import DRAW_FORMATS, draw_papers
    from scheduler.store.session import reading

    office, wanted = settings_of(args).office, _formats(args, DRAW_FORMATS)
    with reading(engine_of(args)) as session:
        papers = draw_papers(session, office, args.draw, formats=wanted, language=args.lang, public=False)
    return _write(args.out, papers)


def _formats(args: argparse.Namespace, every: tuple[str, ...]) -> list[str]:
    return [each.strip() for each in args.format.split(",")] if args.format else list(every)


def _write(folder: Path, papers: list[Paper]) -> int:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for paper in papers:
            (folder / paper.name).write_bytes(paper.content)
    except OSError as fault:
        raise Unavailable("papers-unwritable", path=str(folder), fault=fault.strerror) from None
    for paper in papers:
        print(render("page.papers.written", terminal_language(), file=folder / paper.name, size=len(paper.content)))
    return 0
