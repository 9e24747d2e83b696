"""Small years for the tests: by hand, and arbitrary ones."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from scheduler.analysis.year_model import BatchDraw, DivisionCause, DivisionYear, StratumPart, YearModel

SUBJECT = "ab" * 32
DAY = 1000


def division(
    name: str, visit: int, key: int, *causes: DivisionCause, staff: int = 4, last_month: int | None = None
) -> DivisionYear:
    """A division with the same days for visits and of key visits every month (or other ones in December)."""
    key_days = [key * DAY] * 11 + [(key if last_month is None else last_month) * DAY]
    return DivisionYear(name, f"处室 {name}", staff, (visit * DAY,) * 12, tuple(key_days), causes)


def accidents(mean: Fraction, days_each: int, set_aside: int = 0) -> DivisionCause:
    """Accidents with a mean a month."""
    return DivisionCause("accidents", days_each * DAY, (set_aside * DAY,) * 12, means=(mean,) * 12)


def sickness(people: int, chance: Fraction, days_each: int, workdays: int = 20) -> DivisionCause:
    """Sickness of so many people."""
    return DivisionCause("sickness", days_each * DAY, (0,) * 12, trials=(people * workdays,) * 12, chance=chance)


_days = st.integers(0, 40_000)
_months = st.lists(_days, min_size=12, max_size=12).map(tuple)


@st.composite
def causes(draw: st.DrawFn) -> tuple[DivisionCause, ...]:
    mean = Fraction(draw(st.integers(0, 30)), 10)
    people, chance = draw(st.integers(0, 3)), Fraction(draw(st.integers(0, 20)), 400)
    return (
        DivisionCause("accidents", draw(_days), draw(_months), means=(mean,) * 12),
        DivisionCause("sickness", draw(_days), draw(_months), trials=(people * 7,) * 12, chance=chance),
    )


@st.composite
def models(draw: st.DrawFn) -> YearModel:
    """Years of one to three divisions, up to two classes and up to three batches."""
    names = draw(st.lists(st.sampled_from("abcd"), min_size=1, max_size=3, unique=True).map(sorted))
    divisions = tuple(DivisionYear(name, name, 2, draw(_months), draw(_months), draw(causes())) for name in names)
    strata = {
        stratum: tuple(StratumPart(place, draw(st.integers(0, 6)), draw(_days)) for place in range(len(names)))
        for stratum in draw(st.sets(st.sampled_from("AB")).map(sorted))
    }
    months = draw(st.lists(st.integers(1, 12), max_size=3).map(sorted))
    batches = tuple(
        BatchDraw(number, month, {stratum: draw(st.integers(0, 5)) for stratum in strata})
        for number, month in enumerate(months, start=1)
    )
    return YearModel(divisions, strata, batches)
