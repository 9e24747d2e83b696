"""The catalogue of rates: as delivered, an office's own file, every fault at once."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from config.catalogues.faults import CatalogueFault
from config.catalogues.simulation import FILE, read_simulation, simulation_catalogue
from config.workdays import workday_catalogue


def test_the_delivered_rates_name_rows_that_budgets_have() -> None:
    catalogue, rows = simulation_catalogue(), workday_catalogue()
    for cause in catalogue.causes:
        kind, name = cause.row
        assert name in {row.id for row in getattr(rows, kind)}
        assert cause.mark == "default"  # no rate is law or seen, and none may claim it
    assert [cause.id for cause in catalogue.causes] == ["accidents", "complaints", "sickness"]
    assert catalogue.horizons == (1, 3, 5)


def test_an_office_may_give_rates_of_its_own_by_division(tmp_path: Path) -> None:
    text = FILE.read_text(encoding="utf-8")
    own = text.replace('days_each = "30"', 'days_each = "12.5"').replace(
        '[[cause]]\nid = "complaints"', '[cause.by_division]\nchemicals = "2.5"\n\n[[cause]]\nid = "complaints"'
    )
    file = tmp_path / "rates.toml"
    file.write_text(own, encoding="utf-8")
    accidents = read_simulation(file).causes[0]
    assert accidents.days_each == Fraction(25, 2)
    assert accidents.by_division == {"chemicals": Fraction(5, 2)}


def test_every_fault_of_a_file_is_named_at_once(tmp_path: Path) -> None:
    file = tmp_path / "rates.toml"
    file.write_text(
        """
        [[cause]]
        id = "a"
        zh = "甲"
        en = "a"
        row = "elsewhere"
        average = "guess"
        rate = "-1"
        per = "division"
        days_each = "0"
        spread = "binomial"
        mark = "heard"
        rat = "2"

        [[cause]]
        id = "a"
        zh = "乙"
        en = "b"
        row = "non_enforcement.x"
        average = "rate"
        rate = "1e3"
        per = "person"
        days_each = "1.2345"
        spread = "poisson"
        mark = "default"
        by_division = {b = 3}

        [forecast]
        horizons = [3, 1]
        reached_percent = 100
        """,
        encoding="utf-8",
    )
    with pytest.raises(CatalogueFault) as fault:
        read_simulation(file)
    text = str(fault.value)
    for part in ("row:", "average:", "rate:", "days_each:", "spread:", "mark:", "rat:", "id a stands twice"):
        assert part in text
    for part in ("b: a text", "b: a number", "horizons:", "reached_percent:"):
        assert part in text


@pytest.mark.parametrize("content", [None, b"\xff", b"[[cause]", b"cause = 3\n[forecast]\nhorizons = [1]"])
def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "rates.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CatalogueFault, match=r"rates\.toml"):
        read_simulation(file)
