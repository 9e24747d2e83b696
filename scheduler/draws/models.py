"""What is stored of a draw. Everything but a draft grows only; a draw's state follows from the rows that exist.

A draft becomes a draw when it is sealed. The lottery of an annual plan (protocol section 13) is a draw of kind
`months`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from scheduler.store.base import Base, Json, UTCDateTime


class DrawDraft(Base):
    """A draw being prepared: nothing in it is public and all of it may change."""

    __tablename__ = "draw_draft"

    id: Mapped[str] = mapped_column(String(48), primary_key=True)
    plan_id: Mapped[str] = mapped_column(String(48), index=True)
    kind: Mapped[str] = mapped_column(String(16), default="enterprises")
    settings: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[str] = mapped_column(String(64))


class Draw(Base):
    """A sealed draw: its manifest is frozen, `manifest_sha256` (M) names it; `batch` is the plan's batch, if any.

    `draft_id` is the draft it was; for kind `months` the manifest is plan.json, the sequence is the plan's version.
    """

    __tablename__ = "draw"
    append_only = True

    id: Mapped[str] = mapped_column(String(48), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    plan_id: Mapped[str] = mapped_column(String(48))
    sequence: Mapped[int]
    batch: Mapped[int | None]
    title: Mapped[str] = mapped_column(String(200))
    mode: Mapped[str] = mapped_column(String(8))
    demonstration: Mapped[bool]
    manifest_sha256: Mapped[str] = mapped_column(String(64))
    sealed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sealed_by: Mapped[str] = mapped_column(String(64))
    draft_id: Mapped[str | None] = mapped_column(String(48))

    __table_args__ = (UniqueConstraint("plan_id", "kind", "sequence"), UniqueConstraint("draft_id"))


class DrawFile(Base):
    """A file of the published record, byte for byte (manifest.json, pool.tsv ... result.json)."""

    __tablename__ = "draw_file"
    append_only = True

    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class Contribution(Base):
    """A value of randomness as it arrived for one source of a sealed draw; `document` is its published JSON file."""

    __tablename__ = "contribution"
    append_only = True

    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    source_id: Mapped[str] = mapped_column(String(24), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    document: Mapped[bytes] = mapped_column(LargeBinary)
    contributed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    contributed_by: Mapped[str] = mapped_column(String(64))


class DrawStep(Base):
    """A step of a draw's life after the seal: conducted, published; at most once each."""

    __tablename__ = "draw_step"
    append_only = True

    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    step: Mapped[str] = mapped_column(String(16), primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor: Mapped[str] = mapped_column(String(64))


class DrawEvent(Base):
    """One line of events.tsv (protocol section 8), with when and who."""

    __tablename__ = "draw_event"
    append_only = True

    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    sequence: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(48))
    detail: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(String(64))
    salt: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor: Mapped[str] = mapped_column(String(64))


class DrawState(Base):
    """The state after the last event (state.tsv), kept for reading: it follows from the rows that only grow.

    `short` maps a stratum to the entries it lacks because nobody is left to come in.
    """

    __tablename__ = "draw_state"

    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    events: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    short: Mapped[dict[str, int]] = mapped_column(Json)


class DrawEntry(Base):
    """Where one enterprise stands in a conducted draw: the line of order.tsv, kept for look-up."""

    __tablename__ = "draw_entry"
    append_only = True

    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    entry_id: Mapped[str] = mapped_column(String(48), primary_key=True)
    stratum: Mapped[str] = mapped_column(String(48))
    rank: Mapped[int]
    ticket: Mapped[str] = mapped_column(String(64))
    selected: Mapped[bool]

    __table_args__ = (
        Index("ix_draw_entry_entry_id", "entry_id"),
        Index("ix_draw_entry_rank", "draw_id", "stratum", "rank"),
    )


class DrawExclusion(Base):
    """An enterprise this draw left out, and the reason code: the line of excluded.tsv, kept for look-up."""

    __tablename__ = "draw_exclusion"
    append_only = True

    draw_id: Mapped[str] = mapped_column(ForeignKey("draw.id"), primary_key=True)
    entry_id: Mapped[str] = mapped_column(String(48), primary_key=True)
    reason: Mapped[str] = mapped_column(String(48))

    __table_args__ = (Index("ix_draw_exclusion_entry_id", "entry_id"),)


class OfficeSecret(Base):
    """The secret behind a commitment of a sealed draw: kept from everyone until the reveal, never used twice."""

    __tablename__ = "office_secret"
    append_only = True

    commitment: Mapped[str] = mapped_column(String(64), primary_key=True)
    draw_id: Mapped[str] = mapped_column(String(48))
    source_id: Mapped[str] = mapped_column(String(24))
    secret: Mapped[str] = mapped_column(String(64), unique=True)
