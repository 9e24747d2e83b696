"""Building a plan's next version as a computation: refused at once where it can be, then computed, then stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from api.computing import Store, Teller, start
from api.login import actor
from api.service import read_session, service
from scheduler.plans.build import build_plan, check_build, plan_id
from scheduler.plans.figures import PlanFigures, read_basis, solve_basis
from scheduler.plans.json_input import Field
from scheduler.store.session import reading

BUILD = "build"


def find_remedies(teller: Teller, figures: PlanFigures) -> None:
    """Find what would mend the shortages before a transaction is open, for it takes a second or two."""
    if figures.coverage.shortages:
        teller.phase("mending")
        figures.find_remedies()


def begin_build(inputs: Field, *, year: int, reason: str, demonstration: bool) -> str:
    """Begin to build the next version of a year's plan and return the computation's identifier.

    Raises what `check_build` refuses, and `Conflict` (`computation-running`) when the same plan is being built.
    """
    settings, engine, who = service().settings, service().engine, actor()
    with read_session() as session:
        check_build(session, settings, inputs, year=year, reason=reason)

    def work(teller: Teller) -> Store:
        with reading(engine) as session:
            read, last = check_build(session, settings, inputs, year=year, reason=reason)
            basis = read_basis(session, settings, read)
        figures = solve_basis(basis, progress=teller.by_name(basis.divisions))
        find_remedies(teller, figures)

        def store(session: Session) -> Mapping[str, Any]:
            version = build_plan(
                session,
                settings,
                inputs,
                year=year,
                actor=who,
                demonstration=demonstration,
                reason=reason,
                computed=figures,
                after=last,
            )
            return {"plan": version.plan_id, "version": version.version}

        return store

    return start(BUILD, plan_id(settings, year), {"year": year}, work, alone=True)
