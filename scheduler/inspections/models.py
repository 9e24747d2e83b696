"""What is stored of a month's visits: each version of its schedule, and the marks that people put on visits."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.store.base import Base, UTCDateTime


class MonthSchedule(Base):
    """One version of the schedule of a plan's month: `document` is the canonical JSON it can be recomputed from.

    Grows only. Its days are for the staff alone until the visits are made.
    """

    __tablename__ = "month_schedule"
    append_only = True

    plan_id: Mapped[str] = mapped_column(String(48), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    plan_version: Mapped[int]
    document: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    sha256: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(500))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[str] = mapped_column(String(64))


class VisitMark(Base):
    """A mark on a visit (`visit` is credit code `.` number): done on a day, pinned to a day, missed in a month.

    Grows only; `sequence` counts the marks of one visit from 1, `month` is the month the visit was due in.
    """

    __tablename__ = "visit_mark"
    append_only = True

    plan_id: Mapped[str] = mapped_column(String(48), primary_key=True)
    visit: Mapped[str] = mapped_column(String(24), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))
    month: Mapped[int]
    day: Mapped[date | None]
    reason: Mapped[str] = mapped_column(String(500))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor: Mapped[str] = mapped_column(String(64))

    __table_args__ = (Index("ix_visit_mark_month", "plan_id", "month"),)
