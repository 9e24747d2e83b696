"""What is stored of an annual plan: each version's canonical document, the steps of its life, the drawn visits."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.plans.life_cycle.steps import TakenStep
from scheduler.store.base import Base, Json, UTCDateTime


class PlanVersion(Base):
    """One version of a plan: `document` is the canonical JSON that everything else is read from. Grows only.

    `enterprises` is the table of protocol section 13: every key enterprise and its class. `inputs` is the JSON the
    version was built from (`scheduler.plans.inputs`); empty in versions older than it.
    """

    __tablename__ = "plan_version"
    append_only = True

    plan_id: Mapped[str] = mapped_column(String(48), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    year: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    document: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    enterprises: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    inputs: Mapped[bytes] = mapped_column(LargeBinary, deferred=True, server_default=text("''"))
    sha256: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(500), default="")
    demonstration: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[str] = mapped_column(String(64))


class PlanStep(Base):
    """A step of a version's life (`scheduler.plans.life_cycle.steps`), counted from 1 within the version. Grows only.

    `number` and `dated` are those of the document behind it, `about` the comment it answers or resolves.
    """

    __tablename__ = "plan_step"
    append_only = True

    plan_id: Mapped[str] = mapped_column(String(48), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    step: Mapped[str] = mapped_column(String(24))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor: Mapped[str] = mapped_column(String(64))
    note: Mapped[str] = mapped_column(String(2000), default="")
    number: Mapped[str] = mapped_column(String(80), default="")
    dated: Mapped[date | None]
    about: Mapped[int | None]
    detail: Mapped[Any] = mapped_column(Json)

    def taken(self) -> TakenStep:
        """Return the step as the pure rules read it."""
        return TakenStep(
            sequence=self.sequence,
            step=self.step,
            actor=self.actor,
            at=self.at,
            note=self.note,
            number=self.number,
            dated=self.dated,
            about=self.about,
            detail=self.detail,
        )


class KeyVisit(Base):
    """A visit to a key enterprise in the month the lottery gave it; `visit` counts from 1. Grows only."""

    __tablename__ = "key_visit"
    append_only = True

    plan_id: Mapped[str] = mapped_column(String(48), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    uscc: Mapped[str] = mapped_column(String(18), primary_key=True)
    visit: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    month: Mapped[int]
    division_id: Mapped[str] = mapped_column(String(48))

    __table_args__ = (Index("ix_key_visit_month", "plan_id", "version", "division_id", "month"),)


class PlanScenario(Base):
    """A kept what-if scenario of a plan version: the changes, and the outcome they were found to have.

    It is nobody's plan: no version, draw or paper is read from it. `changes` is JSON as `plans.scenarios.changes`
    reads it, `outcome` canonical JSON, `code` name and version of the program that computed it.
    """

    __tablename__ = "plan_scenario"

    plan_id: Mapped[str] = mapped_column(String(48), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    changes: Mapped[str] = mapped_column(Text)
    outcome: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    code: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[str] = mapped_column(String(64))

    __table_args__ = (UniqueConstraint("plan_id", "name"),)


class PlanDraft(Base):
    """A part of a year's inputs while it is drafted: a division's (`division/<id>`), or the bureau's (`bureau`).

    `revision` counts the saves and steps of the part; `content` is read by `scheduler.plans.drafting`. The table
    changes; the audit log keeps who saved which revision.
    """

    __tablename__ = "plan_draft"

    plan_id: Mapped[str] = mapped_column(String(48), primary_key=True)
    part: Mapped[str] = mapped_column(String(64), primary_key=True)
    year: Mapped[int]
    content: Mapped[Any] = mapped_column(Json)
    revision: Mapped[int]
    state: Mapped[str] = mapped_column(String(12), default="drafting")
    note: Mapped[str] = mapped_column(String(500), default="")
    updated_by: Mapped[str] = mapped_column(String(64))
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
