"""The message catalogues: every text a reader sees, in zh and en side by side, one file per capability.

A key is `error.<code>` for a refusal and `page.<area>.<name>` for a page. Texts hold `{name}` placeholders.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Formatter

LANGUAGES = ("zh", "en")
FOLDER = Path(__file__).parent


class CatalogueFault(Exception):
    """A catalogue file is wrong: a key twice, a language missing, placeholders that differ."""


def _flatten(prefix: str, table: Mapping[str, object]) -> Iterator[tuple[str, dict[str, str]]]:
    texts = {name: text for name, text in table.items() if isinstance(text, str)}
    if texts:
        yield prefix, texts
    for name, inner in table.items():
        if isinstance(inner, dict):
            yield from _flatten(f"{prefix}.{name}" if prefix else name, inner)


def placeholders(text: str) -> set[str]:
    """Return the names of the placeholders in a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def load_catalogues(folder: Path) -> dict[str, dict[str, str]]:
    """Read every catalogue of a folder; raise `CatalogueFault` listing every fault at once."""
    merged: dict[str, dict[str, str]] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        for key, texts in _flatten("", tomllib.loads(path.read_text(encoding="utf-8"))):
            if key in merged:
                faults.append(f"{path.name}: {key} stands in two files")
            elif set(texts) != set(LANGUAGES):
                faults.append(f"{path.name}: {key} needs exactly {', '.join(LANGUAGES)}")
            elif placeholders(texts["zh"]) != placeholders(texts["en"]):
                faults.append(f"{path.name}: {key} has other placeholders in zh than in en")
            merged[key] = texts
    if faults:
        raise CatalogueFault("\n".join(faults))
    return merged


@cache
def catalogue() -> Mapping[str, dict[str, str]]:
    """Return the catalogues of the service, read once."""
    return load_catalogues(FOLDER)


class _Given(dict[str, object]):
    def __missing__(self, name: str) -> str:
        return "?"


def render(key: str, language: str, /, **params: object) -> str:
    """Return the text of a key in a language, its placeholders filled; an unknown key gives nothing specific.

    >>> render("error.unlisted", "en")
    'Something went wrong that has no message of its own; the log says more.'
    """
    texts = catalogue().get(key) or catalogue()["error.unlisted"]
    return texts[language].format_map(_Given(params))


def is_listed(key: str) -> bool:
    """Say whether the catalogues hold a key."""
    return key in catalogue()
