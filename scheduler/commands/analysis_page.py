"""Simulated years and coverage forecasts as a reader at the terminal sees them; the first line says what they are."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from config.catalogues.simulation import SimulationCatalogue
from config.messages import render
from scheduler.analysis.coverage_forecast import ClassForecast, CoverageForecast, NeverVisited
from scheduler.analysis.plan_analysis import model_sha256
from scheduler.analysis.proportions import Proportion
from scheduler.analysis.queries import PlanToday
from scheduler.analysis.simulation_result import Simulation, UnitOutcome
from scheduler.analysis.year_model import MONTHS, YearModel
from scheduler.commands.text_table import text_table
from scheduler.plans.exact import fixed, percent


def _say(name: str, language: str, /, **params: object) -> str:
    return render(f"page.analysis.{name}", language, **params)


def _head(names: Sequence[str], language: str) -> list[str]:
    return [_say(f"column-{name}", language) for name in names]


def simulation_page(
    plan: PlanToday, catalogue: SimulationCatalogue, model: YearModel, found: Simulation, language: str
) -> str:
    """Return the page of simulated years."""
    names = {division.id: division.name for division in model.divisions} | {found.bureau.id: _say("bureau", language)}
    units = [*found.divisions, found.bureau]
    sections = [
        _simulation_heading(plan, model, found, language),
        _chances(units, names, language),
        _backlog(units, names, language),
        _causes(found.bureau, catalogue, language),
        _say("assumptions", language),
        *_moved(plan, language),
    ]
    return "\n\n".join(sections)


def _simulation_heading(plan: PlanToday, model: YearModel, found: Simulation, language: str) -> str:
    summary, completed = plan.view.summary, found.bureau.completed
    return "\n".join(
        [
            _say("simulation", language),
            f"{summary.title}  {summary.plan_id}  v{summary.version}",
            _say("seed", language, years=found.years, seed=found.seed, plan=found.subject_sha256),
            _say("model", language, model=model_sha256(model)),
            _say(
                "completed",
                language,
                held=completed.held,
                years=found.years,
                percent=_percent(completed.share),
                bounds=_bounds(completed),
            ),
        ]
    )


def _chances(units: Sequence[UnitOutcome], names: dict[str, str], language: str) -> str:
    head = ["division", "completed", "bounds", "key", "planned", "unfinished", "one-in-ten", "peak"]
    rows = [
        [
            names[unit.id],
            f"{_percent(unit.completed.share)} %",
            _bounds(unit.completed),
            f"{_percent(unit.key_completed.share)} %",
            fixed(unit.planned, 1),
            fixed(unit.unfinished, 1),
            fixed(unit.one_in_ten, 1),
            "-" if unit.peak_month is None else str(unit.peak_month),
        ]
        for unit in units
    ]
    return _say("chances", language) + "\n" + text_table(_head(head, language), rows)


def _backlog(units: Sequence[UnitOutcome], names: dict[str, str], language: str) -> str:
    head = [_say("column-division", language), *map(str, MONTHS)]
    rows = [[names[unit.id], *(fixed(days, 1) for days in unit.backlog)] for unit in units]
    return _say("backlog", language) + "\n" + text_table(head, rows)


def _causes(bureau: UnitOutcome, catalogue: SimulationCatalogue, language: str) -> str:
    texts = {cause.id: cause for cause in catalogue.causes}
    rows = [
        [
            str(getattr(texts[each.id], language)),
            fixed(each.set_aside, 1),
            fixed(each.mean, 1),
            fixed(each.one_in_ten, 1),
            fixed(texts[each.id].days_each, 1),
            f"[{texts[each.id].mark}]",
        ]
        for each in bureau.causes
    ]
    head = ["cause", "set-aside", "mean", "one-in-ten", "days-each", "mark"]
    return _say("causes", language) + "\n" + text_table(_head(head, language), rows)


def _moved(plan: PlanToday, language: str) -> list[str]:
    if not plan.moved:
        return []
    classes = ", ".join(f"{name} {then} -> {now}" for name, (then, now) in plan.moved.items())
    return [_say("moved", language, classes=classes)]


def forecast_page(plan: PlanToday, found: CoverageForecast, language: str) -> str:
    """Return the page of a coverage forecast."""
    summary = plan.view.summary
    heading = [
        _say("forecast", language),
        f"{summary.title}  {summary.plan_id}  v{summary.version}",
        _say("seed", language, years=found.trials, seed=found.seed, plan=plan.view.sha256),
    ]
    sections = [
        "\n".join(heading),
        _say("never-free", language) + "\n" + _never(found, cooled=False, language=language),
        _say("never-cooled", language, years=found.cool_down) + "\n" + _never(found, cooled=True, language=language),
        _say("cycle", language, years=found.cycle, percent=found.reached_percent) + "\n" + _cycle(found, language),
        _say("forecast-limits", language, years=found.cycle, percent=found.reached_percent),
    ]
    return "\n\n".join(sections)


def _never(found: CoverageForecast, *, cooled: bool, language: str) -> str:
    head = [*_head(["class", "population", "drawn"], language)]
    head += [_say("column-years", language, years=years) for years in found.horizons]
    classes = [
        (each.given.id, each.given.population, each.given.drawn, each.never_cooled if cooled else each.never)
        for each in found.classes
    ]
    everyone = sum(each.given.population for each in found.classes)
    drawn = sum(each.given.drawn for each in found.classes)
    classes.append((_say("all", language), everyone, drawn, found.never_cooled if cooled else found.never))
    rows = [
        [name, str(population), str(taken), *(_expected(each) for each in figures)]
        for name, population, taken, figures in classes
    ]
    return text_table(head, rows)


def _expected(figure: NeverVisited) -> str:
    return f"{fixed(figure.expected, 1)} ({figure.low}-{figure.high})"


def _cycle(found: CoverageForecast, language: str) -> str:
    head = ["class", "ratio", "visited", "reached", "needed", "reached-cooled", "needed-cooled", "pass"]
    return text_table(_head(head, language), [_cycle_row(each, language) for each in found.classes])


def _cycle_row(each: ClassForecast, language: str) -> list[str]:
    def said(holds: bool) -> str:
        return _say("yes" if holds else "no", language)

    return [
        each.given.id,
        _ratio(each.given.drawn, each.given.population),
        f"{_percent(each.visited)} %",
        said(each.reached),
        f"{each.needed} = {_ratio(each.needed, each.given.population)}",
        said(each.reached_cooled),
        f"{each.needed_cooled} = {_ratio(each.needed_cooled, each.given.population)}",
        "-" if each.pass_years is None else str(each.pass_years),
    ]


def _ratio(number: int, population: int) -> str:
    return f"{percent(Fraction(number), Fraction(population), places=2)} %" if population else "-"


def _percent(share: Fraction) -> str:
    return fixed(share * 100, 1)


def _bounds(found: Proportion) -> str:
    return f"{_percent(found.low)}-{_percent(found.high)}"
