"""What is stored of a computation under way, so that every process of the service can tell how far it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.store.base import Base, Json, UTCDateTime


class Computation(Base):
    """One computation: what it is about, how far it is, what came of it. Rows are working state, removed after days.

    `given` says what was asked, `result` what was found (a first result while it is still refined), `error` the code
    and parameters of a refusal. Whoever computes keeps `touched_at` fresh; one that has not for long is lost.
    """

    __tablename__ = "computation"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(96))
    state: Mapped[str] = mapped_column(String(16))
    phase: Mapped[str] = mapped_column(String(16))
    division: Mapped[str] = mapped_column(String(64))
    done: Mapped[int]
    total: Mapped[int]
    given: Mapped[Any] = mapped_column(Json)
    result: Mapped[Any | None] = mapped_column(Json, deferred=True)
    shown: Mapped[int]
    error: Mapped[Any | None] = mapped_column(Json)
    cancel_asked: Mapped[bool]
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    touched_at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor: Mapped[str] = mapped_column(String(64))

    __table_args__ = (Index("ix_computation_subject", "kind", "subject"),)
