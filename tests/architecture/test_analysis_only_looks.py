"""An analysis looks: it reaches nothing that makes or changes a draw, writes nothing, and its chance is no draw's."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
MODULES = sorted((ROOT / "scheduler" / "analysis").glob("*.py"))
READERS = {"queries"}  # the one module that may know a database
FORBIDDEN = {
    f"scheduler.{name}"
    for name in (
        "draws.conducting", "draws.contributions", "draws.drafts", "draws.events", "draws.sealing", "plans.build",
        "plans.drafting", "plans.life_cycle.life", "plans.life_cycle.step_record", "plans.life_cycle.closing",
        "randomness", "records", "store",
    )
}  # fmt: skip
WRITES = {
    "add", "add_all", "append_entry", "bulk_save_objects", "commit", "delete", "flush", "insert", "merge", "update",
    "text", "add_files", "lock_draws",
}  # fmt: skip


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{each.name}" for each in node.names)


def is_under(name: str, packages: set[str]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def test_no_analysis_imports_what_makes_or_changes_a_draw_or_a_plan() -> None:
    assert len(MODULES) > 8
    found = [f"{path.stem}: {name}" for path in MODULES for name in imported(path) if is_under(name, FORBIDDEN)]
    assert found == []


def test_only_the_reading_module_knows_a_database() -> None:
    database = {"sqlalchemy", "scheduler.draws.models", "scheduler.directory", "scheduler.plans.models"}
    found = {path.stem for path in MODULES for name in imported(path) if is_under(name, database)}
    assert found == READERS


def test_nothing_is_written() -> None:
    found = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                found += [f"{path.stem}:{node.lineno} {name}"] if name in WRITES else []
    assert found == []


def test_chance_comes_from_words_alone_and_from_no_clock() -> None:
    """No sampler of NumPy (its streams may change), no random, secrets or time; PCG64 in one module only."""
    found = []
    for path in MODULES:
        names = set(imported(path))
        found += [
            f"{path.stem}: {name}"
            for name in names
            if is_under(name, {"random", "secrets", "time", "datetime", "numpy.random"})
            and name != "numpy.random.PCG64"
        ]
        source = path.read_text(encoding="utf-8")
        found += [f"{path.stem}: {word}" for word in ("default_rng", "np.random", "Generator(") if word in source]
    assert found == []


def test_the_import_contract_stands_in_the_project() -> None:
    """The checker follows imports of imports, which the tests above do not."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    contract = next(each for each in contracts if each["id"] == "analysis-only-looks")
    assert set(contract["forbidden_modules"]) >= FORBIDDEN - {"scheduler.records", "scheduler.store"}
    layers = next(each for each in contracts if each["id"] == "layers")["layers"]
    assert layers.index("scheduler.commands") < layers.index("scheduler.analysis") < layers.index("scheduler.records")


def test_nothing_but_commands_and_pages_imports_an_analysis() -> None:
    found = [
        path.relative_to(ROOT).as_posix()
        for top in ("scheduler", "config", "api")
        for path in (ROOT / top).rglob("*.py")
        if any(is_under(name, {"scheduler.analysis"}) for name in imported(path))
    ]
    allowed = ("scheduler/analysis/", "scheduler/commands/", "api/")
    assert [name for name in found if not name.startswith(allowed)] == []
