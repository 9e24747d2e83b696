"""What an office decides about a draw before the seal: the settings of a draft, read strictly.

The JSON form is what `draw_draft.settings` holds and what `draw seal --settings FILE.json` reads. Whatever the manifest
itself checks (grammar of ids, takes, slots, sources) is left to the kernel, which sees it at the seal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from config.catalogues import load_catalogues
from config.catalogues.cool_down import CoolDownRule, cool_down_catalogue
from config.catalogues.reasons import reason_codes
from config.settings import Settings
from scheduler.draws.protocol.manifest import read_rule
from scheduler.draws.scope import FILTERS
from scheduler.errors import InvalidInput

STRATA = ("risk", "risk.district")
CEREMONY_SECONDS = 1800
DEMONSTRATION = "演示 (demonstration) "
TWO_INSPECTORS = [["role:inspector"], ["$need", "role:inspector"]]
_DAY = re.compile(r"(?a:\d{4}-\d\d-\d\d)")
_NAME = re.compile(r"[0-9A-Za-z._-]{1,48}")


@dataclass(frozen=True, slots=True)
class DraftSettings:
    """The settings of a draft, checked; `rules` by risk class, `left_out` maps credit codes to reason codes.

    `on` is the day of the batch: certificates must be valid then. `ceremony_seconds` is the time between the seal and
    the last contribution that a proposed beacon leaves. `needs` maps a sector to the skills its visits ask for.
    `items` are the inspection items of the visits; `cool_down` the rules by which facts keep enterprises out, in JSON
    the changes to the catalogue's rules by reason (`CoolDownCatalogue.takes`).
    """

    agency: str
    title: str
    on: date
    batch: int | None
    mode: str
    demonstration: bool
    lead_seconds: int
    ceremony_seconds: int
    slack: int
    reveal_by: str | None
    filter: Mapping[str, tuple[str, ...]]
    strata: str
    rules: Mapping[str, Mapping[str, Any]]
    slots: tuple[tuple[str, ...], ...]
    needs: Mapping[str, tuple[str, ...]]
    randomness: tuple[Mapping[str, Any], ...]
    exclusion_reasons: tuple[str, ...]
    void_reasons: tuple[str, ...]
    left_out: Mapping[str, str]
    repeat: bool
    items: tuple[str, ...]
    cool_down: tuple[CoolDownRule, ...]

    @property
    def full_title(self) -> str:
        """The title as the manifest carries it: a demonstration says so."""
        return DEMONSTRATION + self.title if self.demonstration else self.title


def default_settings(settings: Settings, title: str, on: date, **changes: Any) -> dict[str, Any]:
    """Return the settings of a new draft of this installation in JSON form, with `changes` laid over them."""
    sealed = changes.get("mode", settings.draw.mode) == "sealed"
    demonstration = bool(changes.get("demonstration", False))
    dice, drand = {"id": "dice", "type": "dice/d10", "count": 24}, {"id": "drand", "type": "drand/quicknet"}
    office = {"id": "office", "type": "commit/sha256"}
    open_sources = [dice] if demonstration else [dice, drand]
    return {
        "agency": settings.office.agency,
        "title": title,
        "on": on.isoformat(),
        "mode": settings.draw.mode,
        "lead_seconds": settings.draw.lead_seconds,
        "slack": settings.draw.slack,
        "rules": class_rules(),
        "randomness": [dice, drand, office] if sealed else open_sources,
        "reveal_by": f"{on.year}-12-31" if sealed else None,
        **changes,
    }


def class_rules(share: Fraction = Fraction(1)) -> dict[str, dict[str, Any]]:
    """Return the rule of each risk class in JSON form; `share` is the part of the year's ratio one draw takes."""
    return {
        each.id: {
            "kind": "ratio",
            "numerator": (each.ratio * share).numerator,
            "denominator": (each.ratio * share).denominator,
            "rounding": "ceil" if each.rounding == "up" else "half-up",
            "minimum": 1,
        }
        for each in load_catalogues().risk.classes
    }


def read_settings(given: Mapping[str, Any]) -> DraftSettings:
    """Read a draft's settings; raise `InvalidInput` (`draft-setting...`) naming the first fault."""
    for name in sorted(set(given) - set(DraftSettings.__dataclass_fields__)):
        raise InvalidInput("draft-setting-unknown", setting=name)
    read = _Reader(given)
    mode = read.choice("mode", ("open", "sealed"), "open")
    return DraftSettings(
        agency=read.text("agency"),
        title=read.text("title"),
        on=read.day("on"),
        batch=read.number("batch", 1, None),
        mode=mode,
        demonstration=read.flag("demonstration"),
        lead_seconds=read.number("lead_seconds", 0, 600) or 0,
        ceremony_seconds=read.number("ceremony_seconds", 0, CEREMONY_SECONDS) or 0,
        slack=read.number("slack", 0, 1) or 0,
        reveal_by=read.reveal_by(mode),
        filter=read.filter(),
        strata=read.choice("strata", STRATA, "risk"),
        rules=read.rules(),
        slots=tuple(tuple(sorted(slot)) for slot in read.lists("slots", TWO_INSPECTORS)),
        needs=read.needs(),
        randomness=read.sources(),
        exclusion_reasons=read.reasons("exclusion_reasons", "exclusion"),
        void_reasons=read.reasons("void_reasons", "void"),
        left_out=read.left_out(),
        repeat=read.flag("repeat"),
        items=read.items(),
        cool_down=read.cool_down(),
    )


class _Reader:
    """Takes checked values out of the given settings."""

    def __init__(self, given: Mapping[str, Any]) -> None:
        self.given = given

    def take(self, name: str, holds: Callable[[Any], bool], wanted: str, default: Any = None) -> Any:
        value = self.given.get(name)
        if value is None and default is not None:
            return default
        if not holds(value):
            raise InvalidInput("draft-setting", setting=name, value=repr(value)[:80], wanted=wanted)
        return value

    def text(self, name: str) -> str:
        return str(
            self.take(name, lambda v: isinstance(v, str) and 0 < len(v) <= 160, "a text of at most 160 characters")
        )

    def flag(self, name: str) -> bool:
        return bool(self.take(name, lambda v: isinstance(v, bool), "true or false", default=False))

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        return str(self.take(name, lambda v: v in allowed, " | ".join(allowed), default))

    def number(self, name: str, least: int, default: int | None) -> int | None:
        if default is None and self.given.get(name) is None:
            return None
        is_number = lambda v: type(v) is int and least <= v < 2**31  # noqa: E731
        return int(self.take(name, is_number, f"a whole number from {least}", default))

    def day(self, name: str) -> date:
        value = self.take(name, lambda v: isinstance(v, str) and bool(_DAY.fullmatch(v)), "YYYY-MM-DD")
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise InvalidInput("draft-setting", setting=name, value=repr(value), wanted="YYYY-MM-DD") from None

    def reveal_by(self, mode: str) -> str | None:
        if mode == "sealed":
            return self.day("reveal_by").isoformat()
        self.take("reveal_by", lambda v: v is None, "null, for an open draw hides nothing")
        return None

    def table(self, name: str) -> dict[str, Any]:
        wanted = "an object"
        return dict(
            self.take(name, lambda v: isinstance(v, Mapping) and all(isinstance(k, str) for k in v), wanted, {})
        )

    def lists(self, name: str, default: list[list[str]]) -> list[list[str]]:
        return list(
            self.take(name, lambda v: isinstance(v, list) and all(map(_is_texts, v)), "lists of texts", default)
        )

    def filter(self) -> dict[str, tuple[str, ...]]:
        given = self.table("filter")
        for name, values in given.items():
            if name not in FILTERS or not _is_texts(values):
                raise InvalidInput(
                    "draft-setting", setting=f"filter.{name}", value=repr(values)[:80], wanted=" | ".join(FILTERS)
                )
        return {name: tuple(sorted(set(values))) for name, values in given.items() if values}

    def needs(self) -> dict[str, tuple[str, ...]]:
        given = self.table("needs")
        for name, tags in given.items():
            if not _is_texts(tags):
                raise InvalidInput(
                    "draft-setting", setting=f"needs.{name}", value=repr(tags)[:80], wanted="a list of tags"
                )
        return {name: tuple(sorted(set(tags))) for name, tags in given.items()}

    def rules(self) -> dict[str, Mapping[str, Any]]:
        given = self.table("rules")
        if not given:
            raise InvalidInput("draft-setting", setting="rules", value="{}", wanted="a rule for each risk class")
        for name, rule in given.items():
            read_rule(rule, "settings", f"rules.{name}")
        return given

    def items(self) -> tuple[str, ...]:
        holds = lambda v: _is_texts(v) and all(map(_NAME.fullmatch, v)) and len(set(v)) == len(v)  # noqa: E731
        return tuple(self.take("items", holds, "numbers of inspection items, none twice", []))

    def cool_down(self) -> tuple[CoolDownRule, ...]:
        given = self.table("cool_down")
        catalogue = cool_down_catalogue()
        for reason, change in given.items():
            if not catalogue.takes(reason, change):
                known = ", ".join(rule.reason for rule in catalogue.rules)
                raise InvalidInput(
                    "draft-setting", setting=f"cool_down.{reason[:48]}", value=repr(change)[:80], wanted=known
                )
        return catalogue.changed(given)

    def sources(self) -> tuple[Mapping[str, Any], ...]:
        wanted = "sources, each with id and type"
        value = self.take("randomness", lambda v: isinstance(v, list) and bool(v) and all(map(_is_source, v)), wanted)
        return tuple(dict(source) for source in value)

    def reasons(self, name: str, use: str) -> tuple[str, ...]:
        known = reason_codes(use)
        value = self.take(name, lambda v: _is_texts(v) and set(v) <= set(known), ", ".join(known), list(known))
        return tuple(sorted(set(value)))

    def left_out(self) -> dict[str, str]:
        given = self.table("left_out")
        known = reason_codes("pool")
        for code, reason in given.items():
            if not _NAME.fullmatch(code) or reason not in known:
                raise InvalidInput(
                    "draft-setting", setting=f"left_out.{code[:48]}", value=repr(reason)[:80], wanted=", ".join(known)
                )
        return given


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_source(value: Any) -> bool:
    return isinstance(value, Mapping) and isinstance(value.get("id"), str) and isinstance(value.get("type"), str)
