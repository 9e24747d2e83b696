"""The rules of the house that a reader of the source can check, checked."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from config.messages import catalogue, is_listed, placeholders

ROOT = Path(__file__).parent.parent.parent
SOURCES = sorted(path for top in ("config", "scheduler", "api") for path in (ROOT / top).rglob("*.py"))
ENTRY_POINTS = ("api", "scheduler/commands", "scheduler/demonstration", "scheduler/jobs", "scheduler/store")
VAGUE = {"utils", "util", "helpers", "common", "misc", "manager", "base"}
TOP = {
    ".ci",
    ".gitignore",
    "README.md",
    "api",
    "config",
    "docs",
    "pyproject.toml",
    "scheduler",
    "scripts",
    "tests",
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))


def called_name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def test_only_entry_points_open_or_end_a_transaction() -> None:
    """Rule 3: a capability function takes a Session and never commits."""
    ends = {"commit", "rollback", "writing", "reading", "sessionmaker"}
    found = [
        f"{name_of(path)}:{call.lineno} {called_name(call)}"
        for path in SOURCES
        if not name_of(path).startswith(ENTRY_POINTS)
        for call in calls(path)
        if called_name(call) in ends
    ]
    assert found == []


ERROR_CLASSES = {"ServiceError", "InvalidInput", "NotFound", "Conflict", "NotAllowed", "Unavailable", "ProtocolError"}


def raised_codes() -> list[tuple[str, str]]:
    return [
        (f"{name_of(path)}:{call.lineno}", call.args[0].value)
        for path in SOURCES
        for call in calls(path)
        if called_name(call) in ERROR_CLASSES
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    ]


def test_every_error_that_can_be_raised_has_its_text_in_both_languages() -> None:
    """Rule 7: an error has a code; its text stands in the catalogues."""
    codes = raised_codes()
    assert len(codes) > 20
    assert [f"{where} {code}" for where, code in codes if not is_listed(f"error.{code}")] == []


def prefixes(tree: ast.AST) -> dict[str, str]:
    """Return what a module's own short forms put before a key: `say("x")` for `render(f"page.plan.{name}", ...)`."""
    return {
        function.name: str(call.args[0].values[0].value)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call)
        and called_name(call) == "render"
        and isinstance(call.args[0], ast.JoinedStr)
        and isinstance(call.args[0].values[0], ast.Constant)
        and function.name in ("say", "_say")
    }


def texts_filled() -> Iterator[tuple[str, str, set[str]]]:
    """Yield (where, key, parameters given) of each call that names its text and its parameters in the source."""
    for path in SOURCES:
        short = {"render": ""} | prefixes(ast.parse(path.read_text(encoding="utf-8")))
        short |= dict.fromkeys(ERROR_CLASSES, "error.")
        for call in calls(path):
            key = call.args[0].value if call.args and isinstance(call.args[0], ast.Constant) else None
            if isinstance(key, str) and called_name(call) in short and all(keyword.arg for keyword in call.keywords):
                given = {str(keyword.arg) for keyword in call.keywords}
                given |= {"where"} if called_name(call) == "ProtocolError" else set()
                yield f"{name_of(path)}:{call.lineno}", short[called_name(call)] + key, given


def test_every_text_is_given_what_its_placeholders_ask_for() -> None:
    """A placeholder that is not given would reach the reader as a question mark."""
    filled = list(texts_filled())
    assert len(filled) > 200
    lacking = [
        f"{where} {key}: {sorted(missing)}"
        for where, key, given in filled
        if (missing := placeholders(catalogue().get(key, {}).get("zh", "")) - given)
    ]
    assert lacking == []


def test_every_text_a_template_asks_for_is_in_the_catalogues() -> None:
    asked = {
        (path.name, key)
        for path in (ROOT / "api" / "templates").rglob("*.html")
        for key in re.findall(r"""\bt\(\s*["']([\w.-]+)["']\s*[,)]""", path.read_text(encoding="utf-8"))
    }
    assert sorted(f"{name}: {key}" for name, key in asked if not is_listed(f"page.{key}")) == []


def test_both_languages_of_every_text_are_filled() -> None:
    assert [key for key, texts in catalogue().items() if not all(text.strip() for text in texts.values())] == []


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    generated = {"scheduler/store/migrations/versions/0001_schema.py"}
    lengths = {name_of(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {name: lines for name, lines in lengths.items() if lines > 400 and name not in generated} == {}


def test_the_kernel_is_small_enough_to_be_read() -> None:
    kernel = (ROOT / "scheduler" / "draws" / "protocol").glob("*.py")
    assert 0 < sum(len(path.read_text(encoding="utf-8").splitlines()) for path in kernel) < 1200


KERNEL_MAY_IMPORT = {
    "__future__", "base64", "bisect", "collections", "dataclasses", "datetime", "enum", "fractions", "functools",
    "hashlib", "heapq", "hmac", "itertools", "json", "operator", "re", "typing", "unicodedata",
}  # fmt: skip


def test_the_kernel_has_no_clock_no_io_no_random_and_no_float() -> None:
    found = []
    for path in (ROOT / "scheduler" / "draws" / "protocol").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [each.name for each in node.names]
                found += [
                    f"{path.name}:{node.lineno} imports {name}"
                    for name in names
                    if name.split(".")[0] not in KERNEL_MAY_IMPORT and not name.startswith("scheduler.draws.protocol")
                ]
            if isinstance(node, ast.Constant) and isinstance(node.value, float):
                found.append(f"{path.name}:{node.lineno} float {node.value}")
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
                found.append(f"{path.name}:{node.lineno} divides to a float")
            if isinstance(node, ast.Call) and called_name(node) in {"open", "print", "float", "input", "now", "today"}:
                found.append(f"{path.name}:{node.lineno} calls {called_name(node)}")
    assert found == []


def test_the_arithmetic_of_a_plan_never_touches_a_float() -> None:
    """Figures of a plan are exact: no float literal and no float() in scheduler/plans but in the solver."""
    found = []
    plans = ROOT / "scheduler" / "plans"
    for path in sorted(set(plans.rglob("*.py")) - set((plans / "optimiser").rglob("*.py"))):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, float):
                found.append(f"{path.name}:{node.lineno} {node.value}")
            if isinstance(node, ast.Call) and called_name(node) == "float":
                found.append(f"{path.name}:{node.lineno} float()")
    assert found == []


def test_modules_are_named_for_what_they_hold() -> None:
    allowed = {"scheduler/store/base.py"}  # SQLAlchemy's own word for the class every table derives from
    found = [name_of(path) for path in SOURCES if path.stem in VAGUE or path.parent.name in VAGUE]
    assert set(found) <= allowed


def test_the_stand_alone_verifier_imports_nothing_of_ours() -> None:
    tree = ast.parse((ROOT / "scripts" / "verify_draw.py").read_text(encoding="utf-8"))
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {each.name.split(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    assert names - set(sys.stdlib_module_names) == set()


def tracked_files() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True)
    return [name for name in listed.stdout.split("\0") if name]


def test_nothing_else_stands_at_the_top() -> None:
    assert {name.split("/")[0] for name in tracked_files()} <= TOP


def test_every_dependency_is_pinned_by_hash() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    runtime = project["project"]["dependencies"]
    for lock, wanted in (("runtime", runtime), ("test", runtime + project["dependency-groups"]["test"])):
        text = (ROOT / "config" / "locks" / f"{lock}.txt").read_text(encoding="utf-8")
        pinned = set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE))
        names = {re.split(r"[\[<>=]", line)[0].lower().replace("_", "-") for line in wanted}
        assert names <= pinned
        assert "://" not in text
        for block in re.split(r"^(?=[a-z0-9-]+==)", text, flags=re.MULTILINE)[1:]:
            assert "--hash=sha256:" in block, block.splitlines()[0]


def test_the_two_locks_agree_on_versions() -> None:
    def pins(name: str) -> set[str]:
        text = (ROOT / "config" / "locks" / f"{name}.txt").read_text(encoding="utf-8")
        return set(re.findall(r"^([a-z0-9-]+==[^ \\]+)", text, re.MULTILINE))

    assert pins("runtime") <= pins("test")


# `(?>...)` and a quantifier followed by `+`: Python 3.11.0 to 3.11.4 match some of them wrongly.
UNSOUND_PATTERN = re.compile(r"\(\?>|[*+?}][+]")


def pattern_texts(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and text of what stands in the arguments of calls into `re`."""
    for call in calls(path):
        of = call.func.value if isinstance(call.func, ast.Attribute) else None
        for node in ast.walk(call) if isinstance(of, ast.Name) and of.id == "re" else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.lineno, node.value
            elif isinstance(node, ast.Constant) and isinstance(node.value, bytes):
                yield node.lineno, node.value.decode("latin-1")


def test_no_pattern_is_read_differently_by_another_python() -> None:
    """Only the kernel's rules decide which bytes are refused, not the version that reads them."""
    sources = [*SOURCES, ROOT / "scripts" / "verify_draw.py"]
    texts = [(f"{name_of(path)}:{line}", text) for path in sources for line, text in pattern_texts(path)]
    assert len(texts) > 50
    assert [where for where, text in texts if UNSOUND_PATTERN.search(text)] == []
