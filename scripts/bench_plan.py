"""The optimiser of key visits beside a greedy planner and beside CP-SAT: same instance, same run, figures and time.

The instance is a made-up city by hash. Every plan is judged by the same exact figures. CP-SAT gets a time limit and
both cores; what it has not proven by then is marked.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from scheduler.plans.exact import fixed
from scheduler.plans.full_coverage.coverage import CoveragePlan, CoverageProblem, judge_coverage
from scheduler.plans.full_coverage.coverage_spread import spread_visits
from scheduler.plans.month_patterns import allowed_patterns
from scheduler.plans.optimiser.optimum import Optimum, optimise
from scheduler.plans.optimiser.sample import sample_city
from scheduler.plans.optimiser.year import division_years

FOLDER = Path(__file__).parent
OWN_PYTHON = FOLDER.parent / ".venv" / "bench" / "bin" / "python"


@dataclass(frozen=True)
class Result:
    """What one planner made of the instance, and in what time."""

    name: str
    plan: CoveragePlan | None
    seconds: float
    proven: str


def timed(name: str, plan: Callable[[], CoveragePlan], proven: str) -> Result:
    """Run a planner and take its time."""
    began = time.perf_counter()
    made = plan()
    return Result(name, made, time.perf_counter() - began, proven)


def optimised(problem: CoverageProblem, budget: int) -> tuple[Result, Optimum]:
    """Run the optimiser with a budget for the journeys."""
    began = time.perf_counter()
    optimum = optimise(problem, time_budget_seconds=budget)
    seconds = time.perf_counter() - began
    name = "optimiser, three goals" if not budget else f"optimiser, journeys {budget} s"
    return Result(name, optimum.plan, seconds, "yes" if optimum.proven else "no"), optimum


def solved_by_cpsat(problem: CoverageProblem, seconds: int) -> Result:
    """Run CP-SAT in a process and an environment of its own."""
    years = division_years(problem)
    divisions = [
        {
            "capacity": year.capacity,
            "classes": [
                {
                    "id": group.members[0].id,
                    "population": group.population,
                    "workload": group.workload,
                    "patterns": list(allowed_patterns(group.months, group.visits, group.gap, group.stretches)),
                }
                for group in year.by_class().groups
            ],
        }
        for year in years
    ]
    given = json.dumps({"seconds": seconds, "workers": os.cpu_count() or 1, "divisions": divisions})
    command = [str(OWN_PYTHON), str(FOLDER / "bench_cpsat.py")]
    run = subprocess.run(command, input=given, check=True, capture_output=True, text=True)  # noqa: S603 (our script)
    answer = json.loads(run.stdout)
    counts = {
        name: {tuple(months): count for months, count in patterns}
        for division in answer["divisions"]
        for name, patterns in division["counts"].items()
    }
    found = all(division["found"] for division in answer["divisions"])
    booleans = sum(division["booleans"] for division in answer["divisions"])
    proven = sum(division["proven"] for division in answer["divisions"])
    plan = judge_coverage(problem, counts) if found else None
    told = f"{proven} of {len(years)}"
    return Result(f"CP-SAT, {booleans:,} booleans", plan, answer["seconds"], told)


def journeys(plan: CoveragePlan) -> int:
    """Count the district-months to travel to, division by division."""
    return len(
        {
            (each.division, each.district, month)
            for each, patterns in plan.classes
            for months, _ in patterns
            for month in months
        }
    )


def figures(plan: CoveragePlan) -> tuple[Fraction, Fraction, Fraction, int]:
    """Return overload, mean of the divisions' peaks, deviation, journeys."""
    peaks = [load.peak for load in plan.loads if load.peak is not None]
    overload = sum((load.overload for load in plan.loads), Fraction(0))
    deviation = sum((load.deviation for load in plan.loads), Fraction(0))
    return overload, sum(peaks, Fraction(0)) / max(1, len(peaks)), deviation, journeys(plan)


def show(results: list[Result]) -> None:
    """Print the results in a table; the last columns are ratios to the first."""
    first = results[0]
    heads = ("over", 9), ("peak %", 9), ("deviation", 11), ("journeys", 9), ("proven", 8), ("s", 9)
    print(" " * 32 + "".join(head.rjust(width) for head, width in (*heads, ("dev. x", 8), ("time x", 8))))
    for result in results:
        line = f"{result.name:32}"
        if result.plan is None or first.plan is None:
            line += f"{'no plan':>38}{'':>8}"
            apart = ""
        else:
            over, peak, deviation, trips = figures(result.plan)
            base = figures(first.plan)[2]
            apart = fixed(deviation / base, 2) if base else ""
            line += f"{fixed(over, 1):>9}{fixed(peak * 100, 3):>9}{fixed(deviation, 2):>11}{trips:>9}"
        line += f"{result.proven:>8}{result.seconds:9.2f}{apart:>8}{result.seconds / first.seconds:8.2f}"
        print(line)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="scripts/bench plan", description=__doc__)
    parser.add_argument("--enterprises", type=int, default=2000)
    parser.add_argument("--budget", type=int, default=10, help="seconds for the journeys")
    parser.add_argument("--cpsat", type=int, default=120, help="time limit of CP-SAT in seconds; 0 leaves it out")
    args = parser.parse_args()
    problem = sample_city(args.enterprises)
    visits = sum(each.population * each.visits for each in problem.classes)
    print(
        f"{args.enterprises:,} key enterprises, {visits:,} visits, {len(problem.classes)} classes,"
        f" {len(problem.capacities)} divisions"
    )
    proven, optimum = optimised(problem, 0)
    results = [proven]
    if args.budget:
        further, optimum = optimised(problem, args.budget)
        results.append(further)
    results.append(timed("greedy", lambda: spread_visits(problem), ""))
    if args.cpsat:
        results.append(solved_by_cpsat(problem, args.cpsat))
    show(results)
    trips = [division.goals[-1] for division in optimum.divisions]
    print(f"journeys: {sum(int(t.value) for t in trips)}, no plan below {sum(int(t.bound) for t in trips)}")


if __name__ == "__main__":
    main()
