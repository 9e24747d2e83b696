"""Drawing the decisions about an enterprise (sector, district, tier, risk) from its facts, and keeping a person's own.

1. What a person decided (`by` is not `rules`) stays, whatever files and rules say, until it is withdrawn.
2. Where a person decided the sector, the rules of the tier are put to that sector. Without its kind they decide only
   what holds for every kind of the sector; nothing is guessed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

from config.catalogues import FOLDER, UNDECIDED, load_catalogues
from config.catalogues.tiers import FLAGS
from scheduler.directory.classification import Classification, Decision, EnterpriseFacts, classify
from scheduler.directory.classification.tiers import decide_tier

ASPECTS = ("sector", "district", "tier", "risk")
RULES = "rules"
FATAL_ACCIDENT = "fatal-accident"
PERSON = "person"
_RULE_FILES = ("sectors", "reading", "substances", "districts", "tiers", "risk")
_EVIDENCE = ("source", "start", "text", "reading")

Record = dict[str, Any]


@cache
def rules_fingerprint() -> str:
    """Return the SHA-256 of the rules that decide, so that entries decided by other rules are decided anew."""
    digest = hashlib.sha256()
    for name in _RULE_FILES:
        digest.update((FOLDER / f"{name}.toml").read_bytes())
    return digest.hexdigest()


def facts_of(uscc: str, columns: Mapping[str, Any], flags: Mapping[str, Any], today: date) -> EnterpriseFacts:
    """Return the facts of an enterprise as the rules read them, from its columns and its flags."""
    accident = flags.get(FATAL_ACCIDENT)
    return EnterpriseFacts(
        uscc=uscc,
        name=columns["name"],
        kind=columns["kind"],
        scope=columns["scope"],
        region=columns["region"],
        address=columns["address"],
        industry=columns["industry"],
        as_of=today,
        risk=flags.get("risk", ""),
        flags=frozenset(name for name in FLAGS if flags.get(name) is True),
        fatal_accident=date.fromisoformat(accident) if accident else None,
    )


def is_person(record: Mapping[str, Any] | None) -> bool:
    """Say whether a stored decision is a person's."""
    return record is not None and record["by"] != RULES


def decide(facts: EnterpriseFacts, stands: Mapping[str, Record]) -> dict[str, Record]:
    """Return the decisions about an enterprise by aspect; `stands` are those that stand now, none for a new entry."""
    found = classify(facts, load_catalogues())
    sector = stands.get("sector")
    tier = _tier_in(sector, facts, found) if sector is not None and is_person(sector) else found.tier
    decided = {
        "sector": decision_record(found.sector),
        "district": decision_record(found.district),
        "tier": decision_record(tier),
        "risk": decision_record(found.risk),
    }
    return {aspect: stands[aspect] if is_person(stands.get(aspect)) else decided[aspect] for aspect in ASPECTS}


def _tier_in(sector: Record, facts: EnterpriseFacts, found: Classification) -> Decision:
    """Return the tier in the sector that a person decided: by its kind, else what holds for all its kinds."""
    catalogues = load_catalogues()
    key = {each.id for each in catalogues.substances.substances if each.key}
    kinds = [sector["kind"]] if sector.get("kind") else catalogues.sectors.sectors[sector["value"]] or [""]
    tiers = [
        decide_tier(
            catalogues.tiers, facts, Decision(sector["value"], PERSON, kind=kind), not key.isdisjoint(found.substances)
        )
        for kind in kinds
    ]
    if len({each.value for each in tiers}) == 1:
        return tiers[0]
    return Decision(UNDECIDED, "kind-unknown", candidates=("general", "key"), look_at="tier-sector-undecided")


def decision_record(decision: Decision) -> Record:
    """Return a decision of the rules as it is stored: value, rule, evidence, and what a person has to look at."""
    record: Record = {
        "value": decision.value,
        "rule": decision.rule,
        "evidence": [{name: getattr(each, name) for name in _EVIDENCE} for each in decision.evidence],
        "by": RULES,
        "reason": "",
    }
    for name in ("kind", "candidates", "look_at"):
        if value := getattr(decision, name):
            record[name] = list(value) if isinstance(value, tuple) else value
    return record


def differing(was: Mapping[str, Record], now: Mapping[str, Record]) -> tuple[Record, Record]:
    """Return what differs between two sets of decisions as the ledger keeps it: changed values, and their decisions."""
    changed = [aspect for aspect in ASPECTS if was.get(aspect) != now.get(aspect)]
    before: Record = {"decisions": {aspect: was.get(aspect) for aspect in changed}} if changed else {}
    after: Record = {"decisions": {aspect: now.get(aspect) for aspect in changed}} if changed else {}
    for aspect in changed:
        values = [(each.get(aspect) or {"value": None})["value"] for each in (was, now)]
        if values[0] != values[1]:
            before[aspect], after[aspect] = values
    return before, after


def decided_columns(decisions: Mapping[str, Record]) -> dict[str, Any]:
    """Return the columns of an enterprise that hold its decisions and repeat their values."""
    return {**{aspect: decisions[aspect]["value"] for aspect in ASPECTS}, "decisions": dict(decisions)}
