"""The directory: enterprises and their facts, people and their absences, items, divisions, and the ledger."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.store.base import Base, Json, UTCDateTime

UNDECIDED = "undecided"


class Division(Base):
    """A division of the bureau; `sectors` are the sectors it supervises, sorted."""

    __tablename__ = "division"

    id: Mapped[str] = mapped_column(String(48), primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    name_en: Mapped[str] = mapped_column(String(64), default="")
    sectors: Mapped[list[str]] = mapped_column(Json)
    staff: Mapped[int] = mapped_column(default=0)
    registered_staff: Mapped[int] = mapped_column(default=0)


class Enterprise(Base):
    """An enterprise under its unified social credit code, with what the rules or a person decided about it.

    `decisions` maps each aspect (sector, district, tier, risk) to {value, rule, evidence, by, reason}; the four
    columns repeat the values so that they can be asked for. `flags` holds the facts the criteria of the key tier
    ask for; `grade` is a grade of the catalogue as an authority gave it, "" when nobody stated one.
    """

    __tablename__ = "enterprise"

    uscc: Mapped[str] = mapped_column(String(18), primary_key=True)
    name: Mapped[str] = mapped_column(String(200), index=True)
    kind: Mapped[str] = mapped_column(String(100), default="")
    registered_on: Mapped[date | None]
    scope: Mapped[str] = mapped_column(Text, default="")
    region: Mapped[str] = mapped_column(String(100), default="")
    address: Mapped[str] = mapped_column(Text, default="")
    industry: Mapped[str] = mapped_column(String(8), default="")
    grade: Mapped[str] = mapped_column(String(12), default="", server_default="")
    flags: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    sector: Mapped[str] = mapped_column(String(48), default=UNDECIDED)
    district: Mapped[str] = mapped_column(String(12), default=UNDECIDED)
    tier: Mapped[str] = mapped_column(String(12), default=UNDECIDED)
    risk: Mapped[str] = mapped_column(String(12), default="U")
    decisions: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    left_on: Mapped[date | None]
    digest: Mapped[str] = mapped_column(String(64), default="")

    __table_args__ = (
        Index("ix_enterprise_tier_risk", "tier", "risk"),
        Index("ix_enterprise_sector_tier", "sector", "tier"),
        Index("ix_enterprise_district", "district"),
    )


class Inspector(Base):
    """An inspector under the public badge number; skills and denies are sorted tags of the draw protocol."""

    __tablename__ = "inspector"

    id: Mapped[str] = mapped_column(String(48), primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    department: Mapped[str] = mapped_column(String(100), default="")
    division_id: Mapped[str | None] = mapped_column(ForeignKey("division.id"))
    certificate: Mapped[str] = mapped_column(String(48), default="")
    certified_until: Mapped[date | None]
    capacity: Mapped[int] = mapped_column(default=0)
    skills: Mapped[list[str]] = mapped_column(Json, default=list)
    denies: Mapped[list[str]] = mapped_column(Json, default=list)
    left_on: Mapped[date | None]


class Expert(Base):
    """An expert under a public number; comes on top of the two inspectors, never counted among them."""

    __tablename__ = "expert"

    id: Mapped[str] = mapped_column(String(48), primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    organisation: Mapped[str] = mapped_column(String(200), default="")
    capacity: Mapped[int] = mapped_column(default=0)
    skills: Mapped[list[str]] = mapped_column(Json, default=list)
    denies: Mapped[list[str]] = mapped_column(Json, default=list)
    left_on: Mapped[date | None]


class Recusal(Base):
    """A standing recusal: this inspector or expert is never drawn for this enterprise."""

    __tablename__ = "recusal"

    person_id: Mapped[str] = mapped_column(String(48), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18), primary_key=True)
    reason: Mapped[str] = mapped_column(String(200), default="")


class Absence(Base):
    """Days, both ends included, on which an inspector is not there for visits; `left_on`: since when it is called off.

    `id` is the inspector's public number and the first day.
    """

    __tablename__ = "absence"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("inspector.id"))
    first: Mapped[date]
    last: Mapped[date]
    kind: Mapped[str] = mapped_column(String(16), default="other")
    note: Mapped[str] = mapped_column(String(200), default="")
    left_on: Mapped[date | None]

    __table_args__ = (Index("ix_absence_person", "person_id", "first"),)


class EnterpriseFact(Base):
    """What an enterprise went through on a day that may keep it out of a draw: inspected, penalised, closed.

    `id` is credit code, kind and day; `until` its last day where the document names one; `left_on`: since when the
    fact is withdrawn. The enterprise need not stand in the directory yet.
    """

    __tablename__ = "enterprise_fact"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    uscc: Mapped[str] = mapped_column(String(18))
    kind: Mapped[str] = mapped_column(String(24))
    on: Mapped[date]
    until: Mapped[date | None]
    basis: Mapped[str] = mapped_column(String(200), default="")
    left_on: Mapped[date | None]

    __table_args__ = (Index("ix_enterprise_fact_uscc", "uscc", "on"), Index("ix_enterprise_fact_kind", "kind", "on"))


class InspectionItem(Base):
    """An item of the published list; what is not on the list may not be inspected [law]."""

    __tablename__ = "inspection_item"

    id: Mapped[str] = mapped_column(String(48), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    sub_item: Mapped[str] = mapped_column(String(200), default="")
    basis: Mapped[str] = mapped_column(Text, default="")
    body: Mapped[str] = mapped_column(String(100), default="")
    objects: Mapped[str] = mapped_column(String(200), default="")
    sectors: Mapped[list[str]] = mapped_column(Json, default=list)
    method: Mapped[str] = mapped_column(String(100), default="")
    ratio: Mapped[str] = mapped_column(String(48), default="")
    frequency: Mapped[str] = mapped_column(String(48), default="")
    remark: Mapped[str] = mapped_column(Text, default="")
    left_on: Mapped[date | None]


class DirectoryChange(Base):
    """The ledger: who entered, left or changed, when, why and from which source. Grows only.

    `register` is the kind of register (enterprise, fact, inspector, expert, absence, item, ...); `kind` one of
    entered, left, returned, changed, decided, overridden; `before` and `after` hold the changed fields alone.
    """

    __tablename__ = "directory_change"
    append_only = True

    id: Mapped[int] = mapped_column(primary_key=True)
    register: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(16))
    before: Mapped[dict[str, Any]] = mapped_column(Json)
    after: Mapped[dict[str, Any]] = mapped_column(Json)
    reason: Mapped[str] = mapped_column(String(500))
    source: Mapped[str] = mapped_column(String(200))
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)

    __table_args__ = (Index("ix_directory_change_subject", "register", "subject"),)


class ImportRun(Base):
    """One file read into the directory: what it was and what came of it. Grows only."""

    __tablename__ = "import_run"
    append_only = True

    id: Mapped[int] = mapped_column(primary_key=True)
    register: Mapped[str] = mapped_column(String(16))
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    counts: Mapped[dict[str, int]] = mapped_column(Json)
    actor: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
