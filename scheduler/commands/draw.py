"""`draw`: the life of a draw from draft to publication, and what happens to it afterwards."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.messages import render
from scheduler.commands.context import actor_of, add_data_option, add_json_option, engine_of, print_json, settings_of
from scheduler.commands.language import terminal_language

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from scheduler.draws.models import Contribution

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

_DRAW = "draw, for example 220200-2026-01"
SHOWN = 50


def register(subparsers: Subparsers) -> None:
    """Add `draw` and its steps."""
    parser = subparsers.add_parser(
        "draw",
        help="draw by lot: draft, seal, randomness, conduct, publish, events",
        description="The life of a draw: a draft is sealed (the list is frozen), the randomness it names arrives, the "
        "draw is conducted and published; afterwards every replacement is an event of its own.",
    )
    steps = parser.add_subparsers(dest="step", metavar="STEP", required=True)
    _register_list(steps)
    _register_draft(steps)
    _register_seal(steps)
    _register_contribute(steps)
    for name, run, text in (
        ("conduct", run_conduct, "draw, once every value is there; a second call gives the same result"),
        ("publish", run_publish, "make a conducted draw public"),
    ):
        step = _step(steps, name, run, text)
        step.add_argument("draw", help=_DRAW)
    _register_show(steps)
    _register_event(steps)


def _step(steps: Subparsers, name: str, run: object, text: str, **more: Any) -> argparse.ArgumentParser:
    step = steps.add_parser(name, help=text, description=more.pop("description", text), **more)
    add_json_option(step)
    add_data_option(step)
    step.set_defaults(run=run)
    return step


def _register_list(steps: Subparsers) -> None:
    step = _step(steps, "list", run_list, "list drafts and draws with their state")
    step.add_argument("--plan", help="only those of a plan, for example 220200-2026")


def _register_draft(steps: Subparsers) -> None:
    step = _step(
        steps,
        "draft",
        run_draft,
        "prepare a draw of a plan",
        description="Prepare a draw from a JSON file of settings; what it leaves out comes from the installation: "
        "title, on, mode, lead_seconds, ceremony_seconds, slack, filter, strata, rules, slots, needs, randomness, "
        "exclusion_reasons, void_reasons, left_out, repeat, reveal_by, batch, demonstration, items, cool_down.",
    )
    step.add_argument("plan", help="plan, for example 220200-2026")
    step.add_argument("--settings", type=Path, metavar="FILE.json", help="settings of the draw")
    step.add_argument("--id", help="id of the draft (default: PLAN-draft-N)")


def _register_seal(steps: Subparsers) -> None:
    step = _step(
        steps,
        "seal",
        run_seal,
        "freeze the list: from here on anything changed makes another draw",
        description="Takes a draft as `plan build` makes one for each batch (see `draw list`), or a file of settings.",
        epilog="example: draw seal 220200-2026-batch-1",
    )
    step.add_argument("draft", nargs="?", help="id of the draft")
    step.add_argument("--settings", type=Path, metavar="FILE.json", help="settings of a draw without a draft")
    step.add_argument("--plan", help="plan of a draw without a draft")


def _register_contribute(steps: Subparsers) -> None:
    step = _step(
        steps,
        "contribute",
        run_contribute,
        "enter the value of one source of randomness",
        description="Dice: the digits in the order rolled, a ten as 0. Lottery: numbers, back numbers after a plus. "
        "drand and NIST: the JSON of the pulse as its public address gives it (--file). Every value is checked "
        "and cannot be changed.",
        epilog="example: draw contribute 220200-2026-01 dice 314159265358979323846264",
    )
    step.add_argument("draw", help=_DRAW)
    step.add_argument("source", help="source id, for example dice or drand")
    step.add_argument("value", nargs="?", help="the value; - reads it from standard input")
    step.add_argument("--file", type=Path, metavar="FILE", help="read the value, such as a pulse, from a file")
    step.add_argument("--certificate", type=Path, metavar="FILE.pem", help="certificate of a NIST pulse")
    step.add_argument("--roll", action="store_true", help="let the program roll the dice (demonstrations only)")


def _register_show(steps: Subparsers) -> None:
    step = _step(steps, "show", run_show, "show a draw: state, randomness, strata, result, events, files")
    step.add_argument("draw", help=_DRAW)
    step.add_argument("--bundle", type=Path, metavar="OUT.zip", help="write the public record as a zip or a folder")


def _register_event(steps: Subparsers) -> None:
    step = _step(
        steps,
        "event",
        run_event,
        "append an event to a conducted draw",
        description="exclude ENTERPRISE REASON; recuse INSPECTOR ENTERPRISE; withdraw INSPECTOR; enlist INSPECTOR "
        "'CAPACITY;SKILLS;DENIES'; done ENTERPRISE; void DRAW REASON; reveal DRAW (the service keeps the secret).",
        epilog="example: draw event 220200-2026-01 exclude 91220201124471832Q moved",
    )
    step.add_argument("draw", help=_DRAW)
    step.add_argument("kind", metavar="KIND", help="exclude, recuse, withdraw, enlist, done, void or reveal")
    step.add_argument("subject", nargs="?", default="", help="enterprise, inspector or draw")
    step.add_argument("detail", nargs="?", default="", help="reason, enterprise, or the new inspector's line")
    step.add_argument("--evidence", type=Path, metavar="FILE", help="a file whose SHA-256 stands in the event")


def run_list(args: argparse.Namespace) -> int:
    """List drafts, then draws."""
    from scheduler.commands.draw_page import list_lines, summary_json
    from scheduler.draws.queries import list_drafts, list_draws
    from scheduler.store.session import reading

    with reading(engine_of(args)) as session:
        drafts, draws = list_drafts(session, args.plan), list_draws(session, args.plan)
        if args.json:
            shown = [{"id": each.id, "plan_id": each.plan_id, "state": "draft", **each.settings} for each in drafts]
            print_json(shown + [summary_json(each) for each in draws])
        else:
            print("\n".join(list_lines(drafts, draws, terminal_language())))
    return 0


def run_draft(args: argparse.Namespace) -> int:
    """Prepare a draw."""
    from scheduler.plans.general_tier.batch_drafts import prepare_draft
    from scheduler.store.session import writing

    with writing(engine_of(args)) as session:
        draft = prepare_draft(session, actor_of(args), args.plan, _settings(args), args.id)
        shown = {"draft": draft.id, "plan": draft.plan_id, "settings": draft.settings}
    return _tell(args, "drafted", shown)


def run_seal(args: argparse.Namespace) -> int:
    """Seal a draft, or a file of settings."""
    from scheduler.commands.waiting_page import waiting_lines
    from scheduler.draws.queries import show_draw, summarise
    from scheduler.errors import InvalidInput
    from scheduler.plans.general_tier.batch_drafts import prepare_draft, seal_draft
    from scheduler.store.session import writing

    if bool(args.draft) == bool(args.settings) or bool(args.settings) != bool(args.plan):
        raise InvalidInput("seal-what")
    language = terminal_language()
    with writing(engine_of(args)) as session:
        actor = actor_of(args)
        draft = args.draft or prepare_draft(session, actor, args.plan, _settings(args)).id
        draw = seal_draft(session, actor, draft)
        summary = summarise(session, draw)
        shown = {
            "draw": draw.id,
            "manifest": draw.manifest_sha256,
            "title": draw.title,
            "population": summary.population,
            "take": summary.take,
        }
        waiting = waiting_lines(show_draw(session, draw.id, public=False), f"draw contribute {draw.id}", language)
    return _tell(args, "sealed", shown, waiting)


def run_contribute(args: argparse.Namespace) -> int:
    """Enter one value."""
    from scheduler.draws.queries import list_missing
    from scheduler.store.session import writing

    with writing(engine_of(args)) as session:
        row = contribute_value(session, args.draw, args)
        missing = list_missing(session, args.draw)
        shown = {"draw": row.draw_id, "source": row.source_id, "value": row.value, "missing": missing}
    return _tell(args, "contributed-all" if not missing else "contributed", shown)


def contribute_value(session: Session, draw_id: str, args: argparse.Namespace) -> Contribution:
    """Take in the value that `source`, `value`, `--file`, `--certificate` or `--roll` of a command give."""
    from scheduler.draws.contributions import contribute, roll_contribution
    from scheduler.errors import InvalidInput

    if sum((args.value is not None, args.file is not None, args.roll)) != 1:
        raise InvalidInput("contribute-what")
    if args.roll:
        return roll_contribution(session, actor_of(args), draw_id, args.source)
    text = _read_text(args.file) if args.file else _read_value(args.value)
    path = getattr(args, "certificate", None)
    certificate = _read_text(path) if path else ""
    return contribute(session, actor_of(args), draw_id, args.source, text, certificate=certificate)


def run_conduct(args: argparse.Namespace) -> int:
    """Conduct a draw and show what came of it."""
    from scheduler.plans.life_cycle.life import conduct_by_id
    from scheduler.store.session import writing

    with writing(engine_of(args)) as session:
        conduct_by_id(session, args.draw, actor=actor_of(args))
    return _show(args)


def run_publish(args: argparse.Namespace) -> int:
    """Publish a draw."""
    from scheduler.plans.life_cycle.life import publish_by_id
    from scheduler.store.session import writing

    with writing(engine_of(args)) as session:
        draw = publish_by_id(session, args.draw, actor=actor_of(args))
        shown = {"draw": draw.id, "manifest": draw.manifest_sha256}
    return _tell(args, "published", shown)


def run_show(args: argparse.Namespace) -> int:
    """Show a draw, and write its bundle when asked."""
    return _show(args)


def run_event(args: argparse.Namespace) -> int:
    """Append an event."""
    import hashlib

    from scheduler.draws.events import append_draw_event
    from scheduler.store.session import writing

    evidence = hashlib.sha256(_read_bytes(args.evidence)).hexdigest() if args.evidence else ""
    with writing(engine_of(args)) as session:
        row = append_draw_event(session, actor_of(args), args.draw, args.kind, args.subject, args.detail, evidence)
        shown = {"draw": row.draw_id, "sequence": row.sequence, "kind": row.kind, "subject": row.subject}
    return _tell(args, "event", shown)


def _show(args: argparse.Namespace) -> int:
    from scheduler.commands.draw_page import draw_json, draw_lines, team_lines
    from scheduler.commands.waiting_page import waiting_lines
    from scheduler.draws.queries import show_draw
    from scheduler.draws.teams import name_teams
    from scheduler.records.bundle import write_bundle
    from scheduler.store.session import reading

    with reading(engine_of(args)) as session:
        view = show_draw(session, args.draw, public=False)
        if getattr(args, "bundle", None) is not None:
            write_bundle(session, args.draw, args.bundle)
        if args.json:
            print_json(draw_json(view))
        else:
            language = terminal_language()
            teams = team_lines(*name_teams(session, args.draw, public=False, limit=SHOWN), language)
            waiting = waiting_lines(view, f"draw contribute {args.draw}", language)
            print("\n".join([*draw_lines(view, language), *teams, *waiting]))
    return 0


def _tell(args: argparse.Namespace, name: str, shown: dict[str, Any], more: Sequence[str] = ()) -> int:
    if args.json:
        print_json(shown)
    else:
        listed = {key: ", ".join(value) if isinstance(value, list) else value for key, value in shown.items()}
        print("\n".join([render(f"command.draw.{name}", terminal_language(), **listed), *more]))
    return 0


def _settings(args: argparse.Namespace) -> dict[str, Any]:
    """Return the settings of a file laid over those of the installation."""
    from scheduler.directory.changes import day_of
    from scheduler.draws.settings import default_settings
    from scheduler.errors import InvalidInput
    from scheduler.store.base import utc_now

    given: Any = {}
    if args.settings:
        try:
            given = json.loads(_read_text(args.settings))
        except (ValueError, RecursionError):
            raise InvalidInput("settings-json", path=str(args.settings)) from None
        if not isinstance(given, dict):
            raise InvalidInput("settings-json", path=str(args.settings))
    title = render("command.draw.title", "zh", plan=args.plan)
    deciding = {name: given[name] for name in ("mode", "demonstration") if name in given}
    return {**default_settings(settings_of(args), title, day_of(utc_now()), **deciding), **given}


def _read_value(value: str) -> str:
    import sys

    return sys.stdin.read(200_000) if value == "-" else str(value)


def _read_text(path: Path) -> str:
    from scheduler.errors import InvalidInput

    try:
        return _read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidInput("value-not-text", path=str(path)) from None


def _read_bytes(path: Path) -> bytes:
    from scheduler.errors import NotFound

    try:
        return path.read_bytes()
    except OSError as fault:
        raise NotFound("file-unreadable", file=str(path), fault=fault.strerror) from None
