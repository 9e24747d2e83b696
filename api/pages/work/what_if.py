"""What if: a plan's year under other assumptions, computed while one looks, kept to be compared, never a plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from api.access import roles
from api.computing import Store, Teller, start
from api.language import language, t
from api.login import actor
from api.pages.charts import heat_rows
from api.pages.work.building import begin_build, find_remedies
from api.pages.work.computations import READERS, percent_done, progress_text, refusal_of
from api.pages.work.what_if_entry import Entry
from api.pages.work.what_if_form import WhatIfForm, asked_changes, what_if_form
from api.paging import query_number
from api.people import shown_divisions
from api.problems import refusal_text, status_of
from api.rights import need_bureau
from api.service import read_session, service, write_session
from scheduler.computations.record import ComputationView, ask_cancel, view_computation
from scheduler.errors import Conflict, InvalidInput, NotFound, ServiceError
from scheduler.plans.figures import solve_basis, with_remedies
from scheduler.plans.full_coverage.goal_report import goal_report
from scheduler.plans.full_coverage.shortage_report import short_divisions
from scheduler.plans.json_input import parse_json, write_json
from scheduler.plans.queries import newest_version
from scheduler.plans.scenarios.computing import (
    ScenarioBase,
    changed_inputs,
    first_outcome,
    read_scenario_base,
    read_scenario_basis,
    scenario_outcome,
)
from scheduler.plans.scenarios.kept import (
    MOST_COMPARED,
    check_compared,
    keep_scenario,
    list_scenarios,
    remove_scenario,
    view_scenario,
)
from scheduler.plans.scenarios.outcome import compare_outcomes
from scheduler.plans.scenarios.words import changes_in_words
from scheduler.store.session import reading

pages = Blueprint("what_if", __name__, url_prefix="/work/plans/<plan_id>")
WHAT_IF = "what-if"
COMPUTERS = ("planner", "reviewer", "approver")
_INPUTS = ("ratios", "frequencies")
_CHANGE = re.compile(r"changes\[(\d+)\]")


@pages.get("/what-if")
@roles(*READERS)
def show(plan_id: str) -> ResponseReturnValue:
    """Show the form, the answer to the last question, and the scenarios that are kept."""
    return _page(plan_id)


@pages.post("/what-if")
@roles(*COMPUTERS)
def ask(plan_id: str) -> ResponseReturnValue:
    """Begin to compute what the form asks; a page with a script gets the address of the answer as JSON."""
    wants_json = request.accept_mimetypes.best == "application/json"
    try:
        computation = _begin(plan_id, request.form)
    except ServiceError as refusal:
        if wants_json:
            return jsonify(error=refusal_text(refusal)), status_of(refusal)
        return _page(plan_id, refusal_text(refusal), request.form), status_of(refusal)
    if wants_json:
        with read_session() as session:
            found = view_computation(session, computation, WHAT_IF)
        bar = render_template("work/what_if_progress.html", **_progress(found))
        return jsonify(
            id=computation, progress=bar, answer=url_for(".answer", plan_id=plan_id, computation_id=computation)
        )
    return redirect(url_for(".show", plan_id=plan_id, computation=computation), 303)


@pages.get("/what-if/<computation_id>")
@roles(*READERS)
def answer(plan_id: str, computation_id: str) -> ResponseReturnValue:
    """Show the answer alone, for the page that asked."""
    with read_session() as session:
        found = _computation(session, plan_id, computation_id)
        base = read_scenario_base(session, plan_id, found.given["version"])
    return render_template("work/what_if_answer.html", **_answer(base, found))


@pages.post("/what-if/<computation_id>/keep")
@roles("planner")
def keep(plan_id: str, computation_id: str) -> ResponseReturnValue:
    """Keep the scenario that was computed, under a name."""
    try:
        with write_session() as session:
            found = _computation(session, plan_id, computation_id)
            if found.result is None or found.result.get("unmended"):
                raise Conflict("scenario-not-computed")
            base = read_scenario_base(session, plan_id, found.given["version"])
            changes = parse_json(found.given["changes"].encode())
            kept = keep_scenario(session, base, request.form.get("name", ""), changes, found.result, actor=actor())
    except ServiceError as refusal:
        return _page(plan_id, refusal_text(refusal), computation_id=computation_id), status_of(refusal)
    flash(t("what_if.kept_as", name=kept.name))
    return redirect(url_for(".show", plan_id=plan_id, computation=computation_id, _anchor="kept"), 303)


@pages.get("/scenarios")
@roles(*READERS)
def compare(plan_id: str) -> ResponseReturnValue:
    """Compare kept scenarios with the version the first of them starts from."""
    numbers = [
        int(text) for text in request.args.getlist("with") if text.isascii() and text.isdigit() and len(text) < 9
    ]
    try:
        with read_session() as session:
            kept = [view_scenario(session, plan_id, number) for number in dict.fromkeys(numbers)]
            check_compared(kept)
            base = read_scenario_base(session, plan_id, kept[0].version)
            newest = newest_version(session, plan_id)
    except InvalidInput as refusal:
        return _page(plan_id, refusal_text(refusal)), status_of(refusal)
    outcomes = [base.outcome, *(each.outcome for each in kept)]
    names = dict(shown_divisions(base.divisions))
    return render_template(
        "work/scenarios.html",
        base=base,
        kept=kept,
        names=names,
        lines=compare_outcomes(outcomes),
        heats=[heat_rows(each["coverage"]["loads"], {}) for each in outcomes],
        told=[changes_in_words(each.changes, names, language()) for each in kept],
        newest=newest.version if newest else base.version,
    )


@pages.post("/scenarios/<int:number>/remove")
@roles("planner")
def remove(plan_id: str, number: int) -> ResponseReturnValue:
    """Remove a kept scenario."""
    with write_session() as session:
        remove_scenario(session, plan_id, number, actor=actor())
    flash(t("what_if.removed"))
    return redirect(url_for(".show", plan_id=plan_id, _anchor="kept"), 303)


@pages.post("/scenarios/<int:number>/draft")
@roles("planner")
def draft(plan_id: str, number: int) -> ResponseReturnValue:
    """Begin to build the plan's next version from a scenario; it then goes the ordinary way of any version."""
    need_bureau("planner")
    try:
        with read_session() as session:
            kept = view_scenario(session, plan_id, number)
            base = read_scenario_base(session, plan_id, kept.version)
            newest = newest_version(session, plan_id)
        if newest is not None and newest.version != kept.version:
            raise Conflict("scenario-base-old", name=kept.name, version=kept.version, newest=newest.version)
        reason = request.form.get("reason", "").strip()
        if not reason:
            raise InvalidInput("scenario-reason-needed")
        computation = begin_build(
            changed_inputs(base, kept.changes, service().settings),
            year=base.year,
            reason=reason,
            demonstration=bool(base.document["demonstration"]),
        )
    except NotFound:
        raise
    except ServiceError as refusal:
        return _page(plan_id, refusal_text(refusal)), status_of(refusal)
    return redirect(url_for("computations.show", computation_id=computation), 303)


def _begin(plan_id: str, given: Mapping[str, str]) -> str:
    """Check what is asked, begin to compute it, and stop what the same person asked before."""
    settings, engine = service().settings, service().engine
    with read_session() as session:
        base = read_scenario_base(session, plan_id, query_number("version"))
    changes, entries = asked_changes(what_if_form(base, settings), base, given)
    try:
        changed_inputs(base, changes, settings)
    except InvalidInput as refusal:
        raise _at_field(refusal, entries) from refusal
    _stop(given.get("replaces", ""))

    def work(teller: Teller) -> Store:
        with reading(engine) as session:
            basis = read_scenario_basis(session, settings, base, changes)
        told = teller.by_name(basis.divisions)
        figures = solve_basis(basis, time_budget_seconds=0, progress=told)
        if figures.coverage.shortages:
            teller.show(first_outcome(base, figures, settings))
            find_remedies(teller, figures)
        outcome = scenario_outcome(base, figures, settings)
        if basis.journey_seconds:
            teller.show(outcome)
            refined = solve_basis(basis, progress=told)  # the loads, and so the remedies, stay as they are
            outcome = scenario_outcome(base, with_remedies(refined, figures.remedies), settings)
        return lambda session: outcome

    asked = {"version": base.version, "changes": write_json(changes).decode(), "form": _form_values(given)}
    return start(WHAT_IF, plan_id, asked, work)


def _form_values(given: Mapping[str, str]) -> dict[str, str]:
    return {name: value[:200] for name, value in given.items() if name not in ("csrf_token", "replaces")}


def _at_field(refusal: InvalidInput, entries: list[Entry]) -> InvalidInput:
    """Name the field of the form instead of the place in the list of changes or in the inputs."""
    path = str(refusal.params.get("path", ""))
    words = {f"{name}.{entry.name.partition('.')[2]}": entry.words for entry in entries for name in _INPUTS}
    found = _CHANGE.match(path)
    named = entries[int(found[1])].words if found else words.get(path.removesuffix(".visits"))
    return refusal if named is None else InvalidInput(refusal.code, **{**refusal.params, "path": named})


def _stop(computation_id: str) -> None:
    with write_session() as session:
        try:
            found = view_computation(session, computation_id, WHAT_IF)
        except NotFound:
            return
        if found.actor == actor():
            ask_cancel(session, computation_id)


def _computation(session: Any, plan_id: str, computation_id: str) -> ComputationView:
    found = view_computation(session, computation_id, WHAT_IF)
    if found.subject != plan_id:
        raise NotFound("computation-unknown")
    return found


def _page(
    plan_id: str, refusal: str | None = None, given: Mapping[str, str] | None = None, computation_id: str = ""
) -> str:
    computation_id = computation_id or request.args.get("computation", "")
    with read_session() as session:
        found = _computation(session, plan_id, computation_id) if computation_id else None
        number = found.given["version"] if found else query_number("version")
        base = read_scenario_base(session, plan_id, number)
        kept = list_scenarios(session, plan_id)
        newest = newest_version(session, plan_id)
    values = given if given is not None else found.given["form"] if found else None
    form: WhatIfForm = what_if_form(base, service().settings, values)
    return render_template(
        "work/what_if.html",
        form=form,
        kept=kept,
        refusal=refusal,
        newest=newest.version if newest else base.version,
        most=MOST_COMPARED,
        may_ask=current_user.has_role(*COMPUTERS),
        **_answer(base, found),
    )


def _progress(found: ComputationView) -> dict[str, Any]:
    return {"computation": found, "percent": percent_done(found), "words": progress_text(found)}


def _answer(base: ScenarioBase, found: ComputationView | None) -> dict[str, Any]:
    """Return what the answer shows: the scenario's figures beside the plan's, or the plan's alone before one asks."""
    outcome = found.result if found and found.result is not None else base.outcome
    names = dict(shown_divisions(base.divisions))
    told = changes_in_words(parse_json(found.given["changes"].encode()), names, language()) if found else []
    return {
        "base": base,
        "outcome": outcome,
        "asked": found is not None and found.result is not None,
        "told": told,
        "names": names,
        "lines": compare_outcomes([base.outcome, outcome]),
        "heat": heat_rows(outcome["coverage"]["loads"], {}),
        "short_divisions": short_divisions(outcome["coverage"]),
        "goals": goal_report(outcome["coverage"]),
        "answer_refusal": refusal_of(found) if found else None,
        **(_progress(found) if found else {"computation": None, "percent": 0, "words": ""}),
    }
