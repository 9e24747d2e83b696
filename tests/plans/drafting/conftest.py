"""A directory with three divisions, the settings of an installation, and parts of a year to draft with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from config.settings import Settings, load_settings
from config.workdays import workday_catalogue
from scheduler.directory.models import Division, Enterprise
from scheduler.plans.workday_budget.budget import DEDUCTIONS
from scheduler.store.session import writing

SECTORS = {"chem": ["hazardous-chemicals"], "mines": ["non-coal-mines"], "trade": ["industry-and-trade"]}
CATALOGUE = workday_catalogue()


def settle(session: Session) -> None:
    """Put three divisions and a few enterprises into an empty directory."""
    for name, sectors in SECTORS.items():
        session.add(Division(id=name, name=f"{name}处", sectors=sectors, staff=5, registered_staff=6))
    for number in range(12):
        sector = [each for listed in SECTORS.values() for each in listed][number % 3]
        tier = "key" if number < 6 else "general"
        code = f"91220200MA{number:08d}"
        session.add(Enterprise(uscc=code, name=f"企业{number}", sector=sector, district="220202", tier=tier, risk="B"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The settings of an installation in a folder of its own."""
    return load_settings(tmp_path / "installation", {})


@pytest.fixture
def city(engine: Engine) -> Engine:
    """A database with the small directory."""
    with writing(engine) as session:
        settle(session)
    return engine


def typed(staff: object = 5, days: object = 10, **cells: object) -> dict[str, str]:
    """Return the cells of a part as typed: the same days in every row, unless a cell says otherwise."""
    found = {f"{kind}.{row.id}": str(days) for kind in DEDUCTIONS for row in getattr(CATALOGUE, kind)}
    return {"staff": str(staff), **found, **{name: str(value) for name, value in cells.items()}}


def stated(name: str, staff: int = 5, days: int = 10, **more: Any) -> dict[str, Any]:
    """Return a division of a file with the same days in every row."""
    rows = {kind: {row.id: days for row in getattr(CATALOGUE, kind)} for kind in DEDUCTIONS}
    return {"name": name, "staff": staff, **rows, **more}
