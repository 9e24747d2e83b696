"""What the clock keeps: that it ticks, and what it could not do. Both are working notes, no record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.store.base import Base, Json, UTCDateTime


class ClockState(Base):
    """The clock: which process holds it, since when, and when it last ticked. One row."""

    __tablename__ = "clock_state"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    holder: Mapped[str] = mapped_column(String(120))
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    ticked_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ClockRefusal(Base):
    """Due work that was refused: the code and parameters of the last refusal, since when, and when it was tried last.

    The row goes when the work is done or no longer due.
    """

    __tablename__ = "clock_refusal"

    subject: Mapped[str] = mapped_column(String(48), primary_key=True)
    code: Mapped[str] = mapped_column(String(64))
    params: Mapped[dict[str, Any]] = mapped_column(Json)
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    tried_at: Mapped[datetime] = mapped_column(UTCDateTime)
