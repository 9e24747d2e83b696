"""The lottery of a plan on random classes."""

from __future__ import annotations

import hashlib
import json
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.draws.protocol.lottery import draw_days, draw_plan, parse_plan
from scheduler.draws.protocol.selection import derive_key, seed_of
from tests.draws.protocol.samples import VALUES, plan_of

MONTHS = st.sets(st.integers(1, 12), min_size=1, max_size=3).map(lambda months: tuple(sorted(months)))
CLASSES = st.dictionaries(
    st.sampled_from(["a", "b", "c"]), st.dictionaries(MONTHS, st.integers(1, 4), min_size=1, max_size=4), min_size=1
)


def enterprises_of(classes: dict[str, dict[tuple[int, ...], int]]) -> bytes:
    members = [name for name, patterns in sorted(classes.items()) for _ in range(sum(patterns.values()))]
    return "".join(f"E{n:03}\t{name}\n" for n, name in enumerate(members)).encode()


@given(CLASSES)
@settings(max_examples=60)
def test_each_pattern_goes_to_as_many_as_it_counts_in_the_order_of_their_lots(
    classes: dict[str, dict[tuple[int, ...], int]],
) -> None:
    table = enterprises_of(classes)
    plan = plan_of(classes=classes, enterprises=table)
    order, files = draw_plan(plan, table, {"dice": VALUES["dice"]})
    months = dict(line.split("\t") for line in files["months.tsv"].decode().splitlines())
    group = dict(line.split("\t") for line in table.decode().splitlines())
    assert list(months) == sorted(group)
    key = derive_key(seed_of(files["seed.txt"]), "plan-month")
    for name, patterns in classes.items():
        members = [entry for entry in group if group[entry] == name]
        ranked = sorted(members, key=lambda entry: (hashlib.sha256(f"{key}:{entry}".encode()).digest(), entry))
        assert order.ids(name) == ranked
        given_out = [",".join(map(str, pattern)) for pattern, count in sorted(patterns.items()) for _ in range(count)]
        assert [months[entry] for entry in ranked] == given_out


def test_a_plan_reads_back_with_its_classes() -> None:
    plan = parse_plan(plan_of())
    assert [group.id for group in plan.classes] == ["k1", "k2"]
    assert plan.digest == hashlib.sha256(plan_of()).hexdigest()
    assert json.loads(plan_of())["file"]["lines"] == 4


@given(
    st.dictionaries(st.integers(1, 28).map(lambda day: f"2026-03-{day:02}"), st.integers(0, 4), min_size=1), st.data()
)
@settings(max_examples=60)
def test_days_are_never_overfull_and_never_impossible(capacity: dict[str, int], data: st.DataObject) -> None:
    visits = [f"E{n}.1" for n in range(data.draw(st.integers(0, 10)))]
    pairs = [(visit, day) for visit in visits for day in capacity]
    impossible = set(data.draw(st.lists(st.sampled_from(pairs)))) if pairs else set()
    board, failures = draw_days("0" * 64, visits, capacity, impossible)
    days = {visit: day for (visit, _), day in board.holders.items()}
    assert not set(days.items()) & impossible
    assert all(count <= capacity[day] for day, count in Counter(days.values()).items())
    assert len(days) + len(failures) == len(visits)
