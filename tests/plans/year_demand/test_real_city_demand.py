"""The demand of the real city: every key enterprise in one class, counted again by SQL and by hand-written rules."""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from config.settings import load_settings
from scheduler.directory.importing import import_file
from scheduler.directory.models import Division, Enterprise
from scheduler.plans.figures import read_basis
from scheduler.plans.inputs import read_inputs
from scheduler.plans.json_input import parse_json
from scheduler.store.session import reading, writing

pytestmark = pytest.mark.shared

SECTORS = {
    "chemicals": ["hazardous-chemicals"],
    "coal": ["coal-mines"],
    "fireworks": ["fireworks"],
    "mines": ["non-coal-mines"],
    "metal": ["dust-explosion", "metallurgy"],
    "trade": ["industry-and-trade"],
}
# Visits a year and person-days on site of the delivered rules for enterprises whose grade nobody stated.
RULES = {
    "hazardous-chemicals": (2, 4),
    "coal-mines": (4, 4),
    "fireworks": (2, 3),
    "non-coal-mines": (2, 4),
    "metallurgy": (1, 3),
    "dust-explosion": (1, 3),
}
FAR = {"220221", "220281", "220282", "220283", "220284"}


def test_every_key_enterprise_of_the_real_city_is_in_one_class(
    sqlite_engine: Engine, shared: Path, tmp_path: Path
) -> None:
    days = {"staff": 10, "other_enforcement": 900, "non_enforcement": 500}
    given = {"year": 2026, "divisions": [{"name": name, **days} for name in SECTORS]}
    with writing(sqlite_engine) as session:
        for name, sectors in SECTORS.items():
            session.add(Division(id=name, name=name, sectors=sectors, staff=10, registered_staff=12))
        import_file(session, "enterprises", shared / "data" / "jilin_city_enterprises.csv", actor="li")
    settings = load_settings(tmp_path, {})
    with reading(sqlite_engine) as session:
        basis = read_basis(session, settings, read_inputs(parse_json(json.dumps(given).encode()), settings, 2026))
        counted = session.execute(
            select(Enterprise.sector, Enterprise.district, func.count())
            .where(Enterprise.tier == "key", Enterprise.left_on.is_(None))
            .group_by(Enterprise.sector, Enterprise.district)
        ).all()
    population = {(sector, district): count for sector, district, count in counted}
    assert sum(population.values()) > 100
    found: Counter[tuple[str, str]] = Counter()
    for each in basis.demand.ruled:
        visits, onsite = RULES.get(each.sector, (1, 2))
        assert each.visits.visits == visits <= each.rule.cap
        assert each.visits.workload == onsite + (Fraction(1) if each.visits.district in FAR else 0)
        found[each.sector, each.visits.district] += each.visits.population
    assert found == population
    assert Counter(basis.demand.class_of.values()) == {e.visits.id: e.visits.population for e in basis.demand.ruled}
    assert any(district == "undecided" for _, district in population)
