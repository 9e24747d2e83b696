"""A person decides what the rules could not, or otherwise than they did: always with a reason, always in the ledger."""

from __future__ import annotations

from sqlalchemy.orm import Session

from config.catalogues import load_catalogues
from config.catalogues.tiers import TIERS
from scheduler.directory.changes import Cause, Change, record_change
from scheduler.directory.deciding import (
    ASPECTS,
    PERSON,
    RULES,
    Record,
    decide,
    decided_columns,
    differing,
    facts_of,
    is_person,
)
from scheduler.directory.models import Enterprise
from scheduler.directory.uscc import check_uscc
from scheduler.errors import Conflict, InvalidInput, NotFound
from scheduler.store.audit import append_entry
from scheduler.store.base import utc_now

OUTSIDE = "none"
_REASON_LENGTH = 500


def override_decision(session: Session, uscc: str, aspect: str, value: str, reason: str, actor: str) -> Enterprise:
    """Decide an aspect of an enterprise (sector, district, tier, risk) in a person's name.

    A sector may name its kind behind a dot (`hazardous-chemicals.petrol-station`); the tier follows by the rules unless
    a person decided that too. Raises `InvalidInput` for a code, aspect, value or reason that is none, `NotFound` for
    an enterprise that is not in the directory, `Conflict` when the person's decision stands already.
    """
    enterprise, reason = _enterprise(session, uscc, aspect), _checked_reason(reason)
    value, _, kind = value.strip().partition(".")
    _check_value(aspect, value, kind)
    stands = enterprise.decisions.get(aspect)
    record: Record = {"value": value, "rule": PERSON, "evidence": [], "by": actor, "reason": reason}
    if kind:
        record["kind"] = kind
    if stands is not None:
        if is_person(stands) and (stands["value"], stands.get("kind", "")) == (value, kind):
            raise Conflict("decision-stands", uscc=enterprise.uscc, aspect=aspect, value=value, by=stands["by"])
        record["instead_of"] = {name: stands[name] for name in ("value", "rule", "by")}
    _decide(session, enterprise, {**enterprise.decisions, aspect: record}, aspect, reason, actor)
    return enterprise


def withdraw_override(session: Session, uscc: str, aspect: str, reason: str, actor: str) -> Enterprise:
    """Give an aspect back to the rules; raises `Conflict` when no person decided it, else as `override_decision`."""
    enterprise, reason = _enterprise(session, uscc, aspect), _checked_reason(reason)
    if not is_person(enterprise.decisions.get(aspect)):
        raise Conflict("decision-by-rules", uscc=enterprise.uscc, aspect=aspect)
    others = {name: record for name, record in enterprise.decisions.items() if name != aspect}
    _decide(session, enterprise, others, aspect, reason, actor)
    return enterprise


def values_of(aspect: str) -> list[str]:
    """Return the values a person may give an aspect, a sector's kinds behind a dot."""
    catalogues = load_catalogues()
    if aspect == "sector":
        kinds = catalogues.sectors.sectors.items()
        return [name for sector, of in kinds for name in (sector, *(f"{sector}.{kind}" for kind in of))]
    if aspect == "district":
        return [district.code for city in catalogues.districts.cities for district in city.districts]
    if aspect == "tier":
        return [*TIERS, OUTSIDE]
    return [each.id for each in catalogues.risk.classes]


def _enterprise(session: Session, uscc: str, aspect: str) -> Enterprise:
    if aspect not in ASPECTS:
        raise InvalidInput("aspect-unknown", aspect=aspect, known=", ".join(ASPECTS))
    code = check_uscc(uscc)
    enterprise = session.get(Enterprise, code, with_for_update=True)
    if enterprise is None:
        raise NotFound("enterprise-unknown", uscc=code)
    return enterprise


def _checked_reason(reason: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise InvalidInput("reason-missing")
    if len(reason) > _REASON_LENGTH:
        raise InvalidInput("reason-long", length=len(reason), longest=_REASON_LENGTH)
    return reason


def _check_value(aspect: str, value: str, kind: str) -> None:
    written = f"{value}.{kind}" if kind else value
    if written not in values_of(aspect):
        raise InvalidInput("decision-value", aspect=aspect, value=written, known=", ".join(values_of(aspect)))


def _decide(
    session: Session, enterprise: Enterprise, stands: dict[str, Record], aspect: str, reason: str, actor: str
) -> None:
    """Store the decisions that follow, and write ledger and audit log."""
    cause = Cause(actor, utc_now(), reason, PERSON)
    columns = {name: getattr(enterprise, name) for name in ("name", "kind", "scope", "region", "address", "industry")}
    facts = facts_of(enterprise.uscc, columns, enterprise.flags, cause.day)
    was, now = enterprise.decisions, decide(facts, stands)
    # only what this person asked for, and the tier that follows from a sector: other aspects wait for their import
    touched = {aspect, "tier"} if aspect == "sector" else {aspect}
    now = {name: now[name] if name in touched or name not in was else was[name] for name in ASPECTS}
    for column, value in decided_columns(now).items():
        setattr(enterprise, column, value)
    change = Change(enterprise.uscc, "overridden", *differing(was, now))
    record_change(session, "enterprise", change, cause)
    value = now[aspect]["value"]
    by_rules = now[aspect]["by"] == RULES
    action = "decision-withdrawn" if by_rules else "decision-overridden"
    append_entry(session, actor, action, enterprise.uscc, aspect=aspect, value=value, reason=reason)
