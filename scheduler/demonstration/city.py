"""The whole job once, from a file of enterprises to a verified draw: for a first look and for trying one's own file.

The people, divisions, items and the budget come from the sample city; the enterprises from the sample city too, or
from a file. Randomness is dice rolled by the program, so the plan, the draw and every paper say "demonstration".
Each step is one transaction and tells its figures as it ends.
"""

from __future__ import annotations

import secrets
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from config.calendars import known_years
from config.catalogues.reasons import reason_name
from config.messages import is_listed, render
from config.settings import Settings
from scheduler.accounts.models import ROLES, User
from scheduler.accounts.users import add_user
from scheduler.demonstration.formalities import OPERATOR, PLANNER, approve_plan, file_plan
from scheduler.demonstration.sample import write_sample
from scheduler.directory.importing import import_file
from scheduler.directory.models import Enterprise
from scheduler.directory.report import ImportReport
from scheduler.draws.conducting import conduct_draw, publish_draw
from scheduler.draws.contributions import roll_contribution
from scheduler.draws.models import DrawExclusion
from scheduler.draws.queries import show_draw
from scheduler.draws.sealing import seal_draw
from scheduler.plans.build import build_plan
from scheduler.plans.general_tier.batch_drafts import batch_draft_id
from scheduler.plans.json_input import parse_json
from scheduler.plans.life_cycle.life import conduct_plan, publish_plan, seal_plan
from scheduler.plans.life_cycle.steps import last_step
from scheduler.plans.queries import view_plan
from scheduler.records.bundle import write_bundle
from scheduler.records.plan_record.contents import write_plan_record
from scheduler.store.session import reading, writing

ACTOR = "demonstration"
ENTERPRISES, INSPECTORS, EXPERTS = 1200, 60, 24
PLAN_RECORD = "plan-record.zip"
REGISTERS = ("divisions", "items", "inspectors", "experts")

Say = Callable[[str], None]


@dataclass(frozen=True)
class Demonstration:
    """What a demonstration left behind: identifiers, and the bundle when one was asked for."""

    plan_id: str
    draw_id: str
    bundle: Path | None


def fill_demonstration(engine: Engine, settings: Settings, say: Say, language: str = "zh") -> Demonstration | None:
    """Fill an empty database with the sample city, its plan, a published draw and accounts; leave any other alone."""
    with reading(engine) as session:
        if session.scalar(select(func.count()).select_from(Enterprise)):
            say(_text("kept", language))
            return None
    done = run_demonstration(engine, settings, None, say, language)
    add_accounts(engine, settings, say, language)
    return done


def run_demonstration(
    engine: Engine,
    settings: Settings,
    enterprises: Path | None,
    say: Say,
    language: str = "zh",
    bundle: Path | None = None,
    refused: Path | None = None,
) -> Demonstration:
    """Run every step on a file of enterprises, or on the sample city's own.

    `bundle` and `refused` name where the draw's record and the refused rows go; without a name none is written. The
    plan's record goes beside the draw's.
    """
    with tempfile.TemporaryDirectory(prefix="double-random-") as folder:
        sample = Path(folder)
        write_sample(sample, enterprises=ENTERPRISES, inspectors=INSPECTORS, experts=EXPERTS)
        _import_all(engine, sample, enterprises or sample / "enterprises.csv", refused, say, language)
        _tell_tiers(engine, say, language)
        if enterprises is None:
            _import_facts(engine, sample / "facts.csv", say, language)
        # directed batches and the campaign are for the sample city's own enterprises; another may have none such
        inputs = sample / ("budget.json" if enterprises else "inputs.json")
        plan = _make_plan(engine, settings, inputs.read_bytes(), say, language)
    draw = _make_draw(engine, plan, say, language)
    if bundle is not None:
        record = bundle.with_name(PLAN_RECORD)
        with reading(engine) as session:
            write_bundle(session, draw, bundle)
            write_plan_record(session, view_plan(session, plan, published_only=True), record, public=True)
        for file in (bundle, record):
            say(_text("bundle", language, file=file, size=file.stat().st_size))
    return Demonstration(plan, draw, bundle)


def _list(language: str, items: Iterable[str]) -> str:
    return ("，" if language == "zh" else ", ").join(items)


def _text(name: str, language: str, /, **params: object) -> str:
    return render(f"page.demo.{name}", language, **params)


def _import_all(engine: Engine, sample: Path, enterprises: Path, refused: Path | None, say: Say, language: str) -> None:
    for register in REGISTERS:
        with writing(engine) as session:
            report = import_file(session, register, sample / f"{register}.csv", actor=ACTOR)
        say(_text("imported", language, register=_text(register, language), **_figures(report)))
    with writing(engine) as session:
        report = import_file(session, "enterprises", enterprises, actor=ACTOR, refused=refused)
    say(_text("imported", language, register=_text("enterprises", language), **_figures(report)))
    if report.refused_file:
        say(_text("refused-file", language, file=refused))
    for twice in report.duplicates:
        say(_text("duplicate", language, key=twice.key, name=twice.name, line=twice.line, first=twice.first_line))


def _import_facts(engine: Engine, file: Path, say: Say, language: str) -> None:
    with writing(engine) as session:
        report = import_file(session, "facts", file, actor=ACTOR)
    say(_text("imported", language, register=_text("facts", language), **_figures(report)))


def _figures(report: ImportReport) -> dict[str, object]:
    return {name: report.counts[name] for name in ("read", "entered", "unchanged", "duplicates", "refused")}


def _tell_tiers(engine: Engine, say: Say, language: str) -> None:
    with reading(engine) as session:
        for aspect in ("tier", "sector", "district"):
            column = getattr(Enterprise, aspect)
            counted = session.execute(
                select(column, func.count()).group_by(column).order_by(func.count().desc(), column)
            )
            listed = _list(language, (f"{_value(aspect, value, language)} {count}" for value, count in counted))
            say(_text(aspect, language, listed=listed))


def _value(aspect: str, value: str, language: str) -> str:
    """Name a decided value in the reader's language, a value without a name as it is."""
    if aspect == "reason":
        return reason_name(value, language)
    area = f"word.{aspect}" if aspect == "district" else f"classification.{aspect}"
    return render(f"page.{area}.{value}", language) if is_listed(f"page.{area}.{value}") else value


def _make_plan(engine: Engine, settings: Settings, budget: bytes, say: Say, language: str) -> str:
    year = known_years()[-1]
    with writing(engine) as session:
        version = build_plan(session, settings, parse_json(budget), year=year, actor=PLANNER, demonstration=True)
        plan = version.plan_id
    _tell_plan(engine, plan, say, language)
    with writing(engine) as session:
        approve_plan(session, plan)
    _tell_paper(engine, plan, "approved", say, language)
    with writing(engine) as session:
        lottery = seal_plan(session, settings, plan, actor=OPERATOR)
        say(_text("lottery-sealed", language, draw=lottery.id, manifest=lottery.manifest_sha256))
    with writing(engine) as session:
        rolled = roll_contribution(session, OPERATOR, f"{plan}-v1", "dice")
        say(_text("rolled", language, digits=rolled.value))
    with writing(engine) as session:
        visits = conduct_plan(session, plan, actor=OPERATOR)
        file_plan(session, plan)
        publish_plan(session, plan, actor=PLANNER)
        say(_text("plan-published", language, plan=plan, visits=visits))
    return plan


def _tell_paper(engine: Engine, plan: str, step: str, say: Say, language: str) -> None:
    with reading(engine) as session:
        paper = last_step(view_plan(session, plan, published_only=False).steps, step)
    if paper is not None:
        say(_text(step, language, plan=plan, actor=paper.actor, number=paper.number))


def _tell_plan(engine: Engine, plan: str, say: Say, language: str) -> None:
    with reading(engine) as session:
        document = view_plan(session, plan, published_only=False).document
        key = session.scalar(
            select(func.count()).select_from(Enterprise).where(Enterprise.tier == "key", Enterprise.left_on.is_(None))
        )
    bureau, coverage = document["budget"]["bureau"], document["coverage"]
    say(
        _text(
            "budget",
            language,
            days=document["calendar"]["counted"],
            staff=bureau["staff"],
            total=bureau["total"],
            supervision=bureau["supervision"],
        )
    )
    planned = sum(each["population"] for each in coverage["classes"])
    load = sum(each["total"] for each in coverage["loads"])
    say(_text("coverage", language, key=key, planned=planned, load=load, shortages=len(coverage["shortages"])))
    for batch in document["batches"]:
        say(_text("batch", language, number=batch["number"], month=batch["month"], size=batch["size"]))


def _make_draw(engine: Engine, plan: str, say: Say, language: str) -> str:
    with writing(engine) as session:
        draw = seal_draw(session, ACTOR, batch_draft_id(plan, 1))
        draw_id = draw.id
        say(_text("sealed", language, draw=draw_id, manifest=draw.manifest_sha256))
    _tell_pool(engine, draw_id, say, language)
    with writing(engine) as session:
        rolled = roll_contribution(session, ACTOR, draw_id, "dice")
        say(_text("rolled", language, digits=rolled.value))
    with writing(engine) as session:
        conduct_draw(session, ACTOR, draw_id)
    with writing(engine) as session:
        publish_draw(session, ACTOR, draw_id)
        _tell_outcome(session, draw_id, say, language)
    return draw_id


def _tell_pool(engine: Engine, draw_id: str, say: Say, language: str) -> None:
    with reading(engine) as session:
        reasons = Counter(session.scalars(select(DrawExclusion.reason).where(DrawExclusion.draw_id == draw_id)))
    listed = _list(
        language, (f"{_value('reason', reason, language)} {count}" for reason, count in sorted(reasons.items()))
    )
    say(_text("excluded", language, count=sum(reasons.values()), listed=listed))


def _tell_outcome(session: Session, draw_id: str, say: Say, language: str) -> None:
    view = show_draw(session, draw_id, public=True)
    listed = _list(language, (f"{each.id} {each.take}/{each.population}" for each in view.strata))
    result = view.result or {}
    drawn = sum(each.take for each in view.strata)
    say(_text("drawn", language, draw=draw_id, count=drawn, listed=listed, seed=view.seed))
    say(
        _text(
            "teams", language, level=result.get("level"), load=result.get("max_load"), unfilled=result.get("unfilled")
        )
    )


def add_accounts(engine: Engine, settings: Settings, say: Say, language: str) -> None:
    """Add one account for each role with a password of its own, told once and kept in a file only the owner reads."""
    lines = []
    with writing(engine) as session:
        for role in ROLES:
            if session.get(User, role) is None:
                password = secrets.token_urlsafe(9)
                add_user(session, role, password, [role], actor=ACTOR)
                lines.append(f"{role}\t{password}")
    file = settings.data / "demo-accounts.txt"
    file.touch(mode=0o600)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    say(_text("accounts", language, file=file))
