"""The import contracts of the project know every package, allow no exception, and numbers stay where they belong."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {each["id"]: each for each in PROJECT["tool"]["importlinter"]["contracts"]}
IMPORTED_AS = {"argon2-cffi": "argon2", "python-docx": "docx"}  # where a distribution's name is not its package's
NUMBERS = ("scheduler/analysis/", "scheduler/plans/optimiser/")


def packages() -> set[str]:
    """Return what stands at the top of `scheduler`: packages and modules."""
    found = (ROOT / "scheduler").iterdir()
    names = {each.stem for each in found if each.suffix == ".py" or (each / "__init__.py").exists()}
    return {f"scheduler.{name}" for name in names - {"__init__"}}


def test_every_package_has_its_place_among_the_layers() -> None:
    listed = {name.strip() for layer in CONTRACTS["layers"]["layers"] for name in layer.split("|")}
    assert packages() | {"api"} == listed - {"config"} - {"scheduler.draws.protocol"}


def test_the_kernel_is_forbidden_all_of_ours_and_every_library_we_run_on() -> None:
    libraries = {re.split(r"[\[<>=]", line)[0] for line in PROJECT["project"]["dependencies"]}
    named = {IMPORTED_AS.get(name, name).replace("-", "_") for name in libraries}
    wanted = packages() - {"scheduler.draws", "scheduler.__main__"} | {"api", "config"} | named
    assert wanted <= set(CONTRACTS["kernel"]["forbidden_modules"])


def test_no_contract_has_an_exception() -> None:
    allowed = {"id", "name", "type", "layers", "source_modules", "forbidden_modules"}
    assert {name: set(each) - allowed for name, each in CONTRACTS.items() if set(each) - allowed} == {}


def test_numbers_with_a_point_are_computed_in_the_analysis_and_the_optimiser_alone() -> None:
    """Rule 2: NumPy and SciPy are imported nowhere else."""
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{node.lineno}"
        for top in ("config", "scheduler", "api")
        for path in (ROOT / top).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import | ast.ImportFrom)
        and {(name or "").split(".")[0] for name in names_of(node)} & {"numpy", "scipy"}
    ]
    assert found
    assert [where for where in found if not where.startswith(NUMBERS)] == []


def names_of(node: ast.Import | ast.ImportFrom) -> list[str | None]:
    return [node.module] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]


def test_every_link_of_the_readme_leads_to_a_file() -> None:
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    ours = [link for link in links if not link.startswith("http")]
    assert len(ours) > 20
    assert [link for link in ours if not (ROOT / link).exists()] == []
