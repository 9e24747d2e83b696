"""The catalogue of cool-down: the facts that keep an enterprise out of a draw, the rules that read them, file words."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from config.catalogues.faults import Faults, Table, read_file
from config.catalogues.reasons import reason_codes

FILE = Path(__file__).parent / "cool_down.toml"
PERIODS = ("standing", "year", "months")
MOST_MONTHS = 60


@dataclass(frozen=True, slots=True)
class CoolDownRule:
    """Leaves an enterprise out for `reason`: `months` counts for the period `months`; `most` by risk class or empty."""

    reason: str
    facts: tuple[str, ...]
    period: str
    months: int
    most: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CoolDownCatalogue:
    """The names of each fact in both languages, the fact that each word names, and the rules in their order."""

    facts: Mapping[str, Mapping[str, str]]
    words: Mapping[str, str]
    rules: tuple[CoolDownRule, ...]

    def fact_of(self, word: str) -> str | None:
        """Return the fact that a word names, None when it names none."""
        return self.words.get(_folded(word))

    def takes(self, reason: str, change: object) -> bool:
        """Say whether a rule may be changed so: true as it stands, false not at all, or months where it counts them."""
        rule = next((rule for rule in self.rules if rule.reason == reason), None)
        if rule is None or isinstance(change, bool):
            return rule is not None
        return rule.period == "months" and isinstance(change, int) and 1 <= change <= MOST_MONTHS

    def changed(self, changes: Mapping[str, int | bool]) -> tuple[CoolDownRule, ...]:
        """Return the rules with changes that they take (`takes`)."""
        kept = (rule for rule in self.rules if changes.get(rule.reason, True) is not False)
        return tuple(
            rule if isinstance(changes.get(rule.reason, True), bool) else replace(rule, months=changes[rule.reason])
            for rule in kept
        )


def _folded(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold().strip()


def read_cool_down(path: Path) -> CoolDownCatalogue:
    """Read a catalogue of cool-down; raise `CatalogueFault` naming every fault."""
    faults = Faults()
    file = read_file(path, faults)
    file.only("fact", "rule")
    facts: dict[str, Mapping[str, str]] = {}
    words: dict[str, str] = {}
    for row in file.rows("fact"):
        row.only("code", "zh", "en", "names")
        code = row.text("code")
        if code in facts:
            row.fault("code", f"{code!r} stands twice")
        facts[code] = {language: row.text(language) for language in ("zh", "en")}
        for word in (code, *facts[code].values(), *row.texts("names")):
            if words.setdefault(_folded(word), code) != code:
                row.fault("names", f"{word!r} names {words[_folded(word)]} too")
    rules = tuple(_rule(row, facts) for row in file.rows("rule"))
    reasons = [rule.reason for rule in rules]
    for reason in sorted({reason for reason in reasons if reasons.count(reason) > 1}):
        file.fault("rule", f"{reason!r} stands twice")
    faults.raise_if_any()
    return CoolDownCatalogue(facts, words, rules)


def _rule(row: Table, facts: Mapping[str, object]) -> CoolDownRule:
    row.only("reason", "facts", "period", "months", "most", "mark")
    row.text("mark", choices=("law", "seen", "default"))
    period, months = row.text("period", choices=PERIODS), row.number("months", 0)
    if (period == "months") != (1 <= months <= MOST_MONTHS):
        row.fault("months", f"1 to {MOST_MONTHS} for the period months, none for the others")
    most = row.table("most")
    return CoolDownRule(
        reason=row.text("reason", choices=reason_codes("pool")),
        facts=row.texts("facts", tuple(facts)),
        period=period,
        months=months,
        most={risk: most.number(risk, 1) for risk in most.data},
    )


@cache
def cool_down_catalogue() -> CoolDownCatalogue:
    """Return the facts and rules of the service, read once."""
    return read_cool_down(FILE)
