"""A yardstick: CP-SAT with one boolean per enterprise and month pattern. Reads an instance, writes a plan, as JSON.

Runs in an environment of its own that holds ortools and nothing of ours: its solver library cannot be loaded beside
SciPy's. The same three goals in the same order, each within its share of a time limit.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from ortools.sat.python import cp_model

PEAK_PARTS = 10**6


def solve_division(division: dict[str, Any], seconds: float, workers: int) -> dict[str, Any]:
    """Return the counts by class and pattern and whether all three goals were proven."""
    model = cp_model.CpModel()
    loads: list[list[Any]] = [[] for _ in range(12)]
    chosen: list[list[list[Any]]] = []
    for each in division["classes"]:
        chosen.append([])
        for _ in range(each["population"]):
            booleans = [model.new_bool_var("") for _ in each["patterns"]]
            model.add_exactly_one(booleans)
            chosen[-1].append(booleans)
            for boolean, months in zip(booleans, each["patterns"], strict=True):
                for month in months:
                    loads[month - 1].append(each["workload"] * boolean)
    total = sum(each["population"] * each["workload"] * len(each["patterns"][0]) for each in division["classes"])
    load = [model.new_int_var(0, total, "") for _ in range(12)]
    for month in range(12):
        model.add(load[month] == sum(loads[month]))
    room = division["capacity"]
    over = [model.new_int_var(0, total, "") for _ in range(12)]
    for month in range(12):
        model.add(over[month] >= load[month] - room[month])
    peak = model.new_int_var(0, 10**12, "")
    for month in range(12):
        if room[month]:
            model.add(PEAK_PARTS * load[month] <= room[month] * peak)
    apart = [model.new_int_var(0, total * (sum(room) or 1), "") for _ in range(12)]
    for month in range(12):
        model.add(apart[month] >= sum(room) * load[month] - total * room[month])
        model.add(apart[month] >= total * room[month] - sum(room) * load[month])
    proven, answer = True, None
    for goal in (sum(over), peak, sum(apart)):
        solver = cp_model.CpSolver()
        solver.parameters.max_time_in_seconds = seconds / 3
        solver.parameters.num_workers = workers
        model.minimize(goal)
        status = solver.solve(model)
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            proven = False
            break
        proven = proven and status == cp_model.OPTIMAL
        answer = [[[solver.value(b) for b in booleans] for booleans in each] for each in chosen]
        model.add(goal <= int(solver.objective_value))
        model.clear_hints()
        for each, values in zip(chosen, answer, strict=True):
            for booleans, row in zip(each, values, strict=True):
                for boolean, value in zip(booleans, row, strict=True):
                    model.add_hint(boolean, value)
    counts = {}
    for each, values in zip(division["classes"], answer or [], strict=False):
        sums = [sum(column) for column in zip(*values, strict=True)]
        counts[each["id"]] = [[each["patterns"][at], count] for at, count in enumerate(sums) if count]
    booleans = sum(each["population"] * len(each["patterns"]) for each in division["classes"])
    return {"counts": counts, "proven": proven, "booleans": booleans, "found": answer is not None}


def main() -> None:
    """Read the instance from standard input, write plan and seconds to standard output."""
    given = json.load(sys.stdin)
    began = time.perf_counter()
    share = given["seconds"] / max(1, len(given["divisions"]))
    solved = [solve_division(division, share, given["workers"]) for division in given["divisions"]]
    json.dump({"seconds": time.perf_counter() - began, "divisions": solved}, sys.stdout)


if __name__ == "__main__":
    main()
