"""The schema of the first version."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from scheduler.store.append_only import guard_table
from scheduler.store.base import Json, UTCDateTime

revision = "0001"
down_revision = None

APPEND_ONLY = [
    "audit_entry",
    "contribution",
    "directory_change",
    "draw",
    "draw_entry",
    "draw_event",
    "draw_exclusion",
    "draw_file",
    "draw_step",
    "import_run",
    "key_visit",
    "office_secret",
    "plan_step",
    "plan_version",
]


def upgrade() -> None:
    """Create every table, guard those that only grow, and write the head of the audit log."""
    op.create_table(
        "audit_entry",
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=96), nullable=False),
        sa.Column("detail", Json(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_entry")),
    )
    op.create_index(op.f("ix_audit_entry_action"), "audit_entry", ["action"], unique=False)
    op.create_index(op.f("ix_audit_entry_subject"), "audit_entry", ["subject"], unique=False)
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "directory_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("register", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("before", Json(), nullable=False),
        sa.Column("after", Json(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directory_change")),
    )
    op.create_index("ix_directory_change_subject", "directory_change", ["register", "subject"], unique=False)
    op.create_table(
        "division",
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("sectors", Json(), nullable=False),
        sa.Column("staff", sa.Integer(), nullable=False),
        sa.Column("registered_staff", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_division")),
    )
    op.create_table(
        "draw",
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("plan_id", sa.String(length=48), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("mode", sa.String(length=8), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("manifest_sha256", sa.String(length=64), nullable=False),
        sa.Column("sealed_at", UTCDateTime(), nullable=False),
        sa.Column("sealed_by", sa.String(length=64), nullable=False),
        sa.Column("draft_id", sa.String(length=48), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
        sa.UniqueConstraint("draft_id", name=op.f("uq_draw_draft_id")),
        sa.UniqueConstraint("plan_id", "kind", "sequence", name=op.f("uq_draw_plan_id_kind_sequence")),
    )
    op.create_table(
        "draw_draft",
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("plan_id", sa.String(length=48), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("settings", Json(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw_draft")),
    )
    op.create_index(op.f("ix_draw_draft_plan_id"), "draw_draft", ["plan_id"], unique=False)
    op.create_table(
        "enterprise",
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=100), nullable=False),
        sa.Column("registered_on", sa.Date(), nullable=True),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("region", sa.String(length=100), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("industry", sa.String(length=8), nullable=False),
        sa.Column("flags", Json(), nullable=False),
        sa.Column("sector", sa.String(length=48), nullable=False),
        sa.Column("district", sa.String(length=12), nullable=False),
        sa.Column("tier", sa.String(length=12), nullable=False),
        sa.Column("risk", sa.String(length=12), nullable=False),
        sa.Column("decisions", Json(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("uscc", name=op.f("pk_enterprise")),
    )
    op.create_index("ix_enterprise_district", "enterprise", ["district"], unique=False)
    op.create_index(op.f("ix_enterprise_name"), "enterprise", ["name"], unique=False)
    op.create_index("ix_enterprise_sector_tier", "enterprise", ["sector", "tier"], unique=False)
    op.create_index("ix_enterprise_tier_risk", "enterprise", ["tier", "risk"], unique=False)
    op.create_table(
        "expert",
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("skills", Json(), nullable=False),
        sa.Column("denies", Json(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expert")),
    )
    op.create_table(
        "import_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("register", sa.String(length=16), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("counts", Json(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
    )
    op.create_table(
        "inspection_item",
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sub_item", sa.String(length=200), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("body", sa.String(length=100), nullable=False),
        sa.Column("objects", sa.String(length=200), nullable=False),
        sa.Column("sectors", Json(), nullable=False),
        sa.Column("method", sa.String(length=100), nullable=False),
        sa.Column("ratio", sa.String(length=48), nullable=False),
        sa.Column("frequency", sa.String(length=48), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_item")),
    )
    op.create_table(
        "key_visit",
        sa.Column("plan_id", sa.String(length=48), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("visit", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("division_id", sa.String(length=48), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "version", "uscc", "visit", name=op.f("pk_key_visit")),
    )
    op.create_index("ix_key_visit_month", "key_visit", ["plan_id", "version", "division_id", "month"], unique=False)
    op.create_table(
        "login_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempt")),
    )
    op.create_index(op.f("ix_login_attempt_address"), "login_attempt", ["address"], unique=False)
    op.create_index(op.f("ix_login_attempt_at"), "login_attempt", ["at"], unique=False)
    op.create_index(op.f("ix_login_attempt_name"), "login_attempt", ["name"], unique=False)
    op.create_table(
        "office_secret",
        sa.Column("commitment", sa.String(length=64), nullable=False),
        sa.Column("draw_id", sa.String(length=48), nullable=False),
        sa.Column("source_id", sa.String(length=24), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("commitment", name=op.f("pk_office_secret")),
        sa.UniqueConstraint("secret", name=op.f("uq_office_secret_secret")),
    )
    op.create_table(
        "plan_step",
        sa.Column("plan_id", sa.String(length=48), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "version", "step", name=op.f("pk_plan_step")),
    )
    op.create_table(
        "plan_version",
        sa.Column("plan_id", sa.String(length=48), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("enterprises", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("demonstration", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("plan_id", "version", name=op.f("pk_plan_version")),
    )
    op.create_table(
        "recusal",
        sa.Column("person_id", sa.String(length=48), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "uscc", name=op.f("pk_recusal")),
    )
    op.create_table(
        "user_account",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("display_name", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("roles", Json(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_user_account")),
    )
    op.create_table(
        "contribution",
        sa.Column("draw_id", sa.String(length=48), nullable=False),
        sa.Column("source_id", sa.String(length=24), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("contributed_at", UTCDateTime(), nullable=False),
        sa.Column("contributed_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_contribution_draw_id")),
        sa.PrimaryKeyConstraint("draw_id", "source_id", name=op.f("pk_contribution")),
    )
    op.create_table(
        "draw_entry",
        sa.Column("draw_id", sa.String(length=48), nullable=False),
        sa.Column("entry_id", sa.String(length=48), nullable=False),
        sa.Column("stratum", sa.String(length=48), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.Column("selected", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_entry_draw_id")),
        sa.PrimaryKeyConstraint("draw_id", "entry_id", name=op.f("pk_draw_entry")),
    )
    op.create_index("ix_draw_entry_entry_id", "draw_entry", ["entry_id"], unique=False)
    op.create_index("ix_draw_entry_rank", "draw_entry", ["draw_id", "stratum", "rank"], unique=False)
    op.create_table(
        "draw_event",
        sa.Column("draw_id", sa.String(length=48), nullable=False),
        sa.Column("sequence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=48), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("evidence", sa.String(length=64), nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_event_draw_id")),
        sa.PrimaryKeyConstraint("draw_id", "sequence", name=op.f("pk_draw_event")),
    )
    op.create_table(
        "draw_exclusion",
        sa.Column("draw_id", sa.String(length=48), nullable=False),
        sa.Column("entry_id", sa.String(length=48), nullable=False),
        sa.Column("reason", sa.String(length=48), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_exclusion_draw_id")),
        sa.PrimaryKeyConstraint("draw_id", "entry_id", name=op.f("pk_draw_exclusion")),
    )
    op.create_index("ix_draw_exclusion_entry_id", "draw_exclusion", ["entry_id"], unique=False)
    op.create_table(
        "draw_file",
        sa.Column("draw_id", sa.String(length=48), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_file_draw_id")),
        sa.PrimaryKeyConstraint("draw_id", "name", name=op.f("pk_draw_file")),
    )
    op.create_table(
        "draw_state",
        sa.Column("draw_id", sa.String(length=48), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("short", Json(), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_state_draw_id")),
        sa.PrimaryKeyConstraint("draw_id", name=op.f("pk_draw_state")),
    )
    op.create_table(
        "draw_step",
        sa.Column("draw_id", sa.String(length=48), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["draw_id"], ["draw.id"], name=op.f("fk_draw_step_draw_id")),
        sa.PrimaryKeyConstraint("draw_id", "step", name=op.f("pk_draw_step")),
    )
    op.create_table(
        "inspector",
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("department", sa.String(length=100), nullable=False),
        sa.Column("division_id", sa.String(length=48), nullable=True),
        sa.Column("certificate", sa.String(length=48), nullable=False),
        sa.Column("certified_until", sa.Date(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("skills", Json(), nullable=False),
        sa.Column("denies", Json(), nullable=False),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["division_id"], ["division.id"], name=op.f("fk_inspector_division_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspector")),
    )
    op.execute(sa.text("INSERT INTO audit_head (id, sequence, hash) VALUES (1, 0, :hash)").bindparams(hash="0" * 64))
    for table in APPEND_ONLY:
        guard_table(op.get_bind(), table)
