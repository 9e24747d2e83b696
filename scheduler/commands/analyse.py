"""`analyse`: simulated years of a plan, coverage forecast, fairness of past draws. It reads; nothing is changed."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from scheduler.commands.context import add_data_option, add_json_option, engine_of, print_json, settings_of
from scheduler.commands.language import terminal_language

if TYPE_CHECKING:  # NumPy and the database driver are loaded only when an analysis runs
    from config.catalogues.simulation import SimulationCatalogue

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

YEARS, SEED = 2000, "simulation"


def register(subparsers: Subparsers) -> None:
    """Add `analyse` and its three analyses."""
    parser = subparsers.add_parser(
        "analyse",
        help="simulate a plan's year, forecast coverage, look at past draws",
        description="Looks at plans and past draws with numbers. Nothing is changed; nothing here reaches a draw.",
    )
    kinds = parser.add_subparsers(dest="analysis", metavar="ANALYSIS", required=True)
    _register_simulate(kinds)
    _register_coverage(kinds)
    fairness = kinds.add_parser(
        "fairness",
        help="compare the past draws of a plan with chance",
        description="Compares tickets, districts and risk classes of every conducted draw of a plan with what chance "
        "would do, and shows how the seats fell to the inspectors.",
    )
    fairness.add_argument("plan", help="plan, for example 220200-2026")
    add_json_option(fairness)
    add_data_option(fairness)
    fairness.set_defaults(run=run_fairness)


def _register_simulate(kinds: Subparsers) -> None:
    simulate = kinds.add_parser(
        "simulate",
        help="simulate years of a plan: the chance that it is completed",
        description="SIMULATION: years by lot with accidents, complaints, sickness and draws of the general tier. The "
        "same plan, rates, seed and number of years give the same figures anywhere.",
    )
    _add_plan_options(simulate, "simulated years")
    simulate.set_defaults(run=run_simulate)


def _register_coverage(kinds: Subparsers) -> None:
    coverage = kinds.add_parser(
        "coverage",
        help="forecast how many general enterprises are never visited",
        description="Expected numbers are exact; their spread is a SIMULATION. The cycle is the setting "
        "plan.general_cycle_years.",
    )
    _add_plan_options(coverage, "simulated trials")
    coverage.add_argument(
        "--cool-down",
        type=int,
        metavar="YEARS",
        help="years for which a drawn enterprise is left out (default: cycle - 1)",
    )
    coverage.set_defaults(run=run_coverage)


def _add_plan_options(parser: argparse.ArgumentParser, what: str) -> None:
    parser.add_argument("plan", help="plan, for example 220200-2026")
    parser.add_argument("--version", type=int, help="an earlier version of the plan")
    parser.add_argument("--years", type=int, default=YEARS, metavar="N", help=f"{what} (default {YEARS})")
    parser.add_argument("--seed", default=SEED, metavar="TEXT", help=f"another text, other chance (default {SEED})")
    parser.add_argument(
        "--rates", type=Path, metavar="FILE.toml", help="own rates, in the form of config/catalogues/simulation.toml"
    )
    add_json_option(parser)
    add_data_option(parser)


def run_simulate(args: argparse.Namespace) -> int:
    """Simulate and show the years of a plan."""
    from scheduler.analysis.json_records import write_simulation
    from scheduler.analysis.plan_analysis import model_sha256, simulate_plan
    from scheduler.analysis.queries import read_plan
    from scheduler.commands.analysis_page import simulation_page
    from scheduler.store.session import reading

    catalogue = _rates(args)
    with reading(engine_of(args)) as session:
        plan = read_plan(session, settings_of(args).plan, args.plan, args.version)
    model, found = simulate_plan(plan, catalogue, years=args.years, seed=args.seed)
    if args.json:
        summary = plan.view.summary
        head = {"plan": summary.plan_id, "version": summary.version, "model_sha256": model_sha256(model)}
        print_json({**head, "moved_classes": plan.moved, **write_simulation(found)})
    else:
        print(simulation_page(plan, catalogue, model, found, terminal_language()))
    return 0


def run_coverage(args: argparse.Namespace) -> int:
    """Forecast and show the coverage of the general tier."""
    from scheduler.analysis.json_records import write_forecast
    from scheduler.analysis.plan_analysis import forecast_plan
    from scheduler.analysis.queries import read_plan
    from scheduler.commands.analysis_page import forecast_page
    from scheduler.store.session import reading

    catalogue, settings = _rates(args), settings_of(args)
    with reading(engine_of(args)) as session:
        plan = read_plan(session, settings.plan, args.plan, args.version)
    found = forecast_plan(
        plan,
        catalogue,
        cycle=settings.plan.general_cycle_years,
        cool_down=args.cool_down,
        trials=args.years,
        seed=args.seed,
    )
    if args.json:
        print_json({"plan": args.plan, "version": plan.view.summary.version, **write_forecast(found)})
    else:
        print(forecast_page(plan, found, terminal_language()))
    return 0


def run_fairness(args: argparse.Namespace) -> int:
    """Show what the past draws of a plan look like beside chance."""
    from scheduler.analysis.fairness import judge_fairness
    from scheduler.analysis.json_records import write_fairness
    from scheduler.analysis.queries import past_draws
    from scheduler.commands.fairness_page import fairness_page
    from scheduler.store.session import reading

    with reading(engine_of(args)) as session:
        draws, hidden = past_draws(session, args.plan)
    found = judge_fairness(draws, hidden)
    if args.json:
        print_json({"plan": args.plan, **write_fairness(found)})
    else:
        print(fairness_page(args.plan, found, terminal_language()))
    return 0


def _rates(args: argparse.Namespace) -> SimulationCatalogue:
    """Return the rates of the file the command names, else those of the service."""
    from config.catalogues.faults import CatalogueFault
    from config.catalogues.simulation import read_simulation, simulation_catalogue
    from scheduler.errors import InvalidInput

    if args.rates is None:
        return simulation_catalogue()
    try:
        return read_simulation(args.rates)
    except CatalogueFault as fault:
        raise InvalidInput("analysis-rates", faults=fault) from fault
