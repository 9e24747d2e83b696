"""The shapes of drafts and of the steps of a draw, for the staff's programs."""

from __future__ import annotations

from marshmallow import Schema, fields, validate


class DraftSchema(Schema):
    """A draw being prepared."""

    id = fields.String(required=True, metadata={"example": "220200-2026-batch-2"})
    plan_id = fields.String(required=True, metadata={"example": "220200-2026"})
    settings = fields.Dict(
        required=True, metadata={"description": "What `draw seal --settings` reads", "example": {"title": "第2批"}}
    )
    created_at = fields.DateTime(required=True)
    created_by = fields.String(required=True, metadata={"example": "planner"})


class DraftListSchema(Schema):
    """The drafts, by id."""

    items = fields.List(fields.Nested(DraftSchema), required=True)


class NewDraftSchema(Schema):
    """A draw to prepare: the settings of the installation with `settings` laid over them."""

    plan = fields.String(required=True, validate=validate.Length(1, 48), metadata={"example": "220200-2026"})
    title = fields.String(required=True, validate=validate.Length(1, 160), metadata={"example": "3月专项抽查"})
    on = fields.Date(required=True, metadata={"description": "Day of the batch", "example": "2026-03-16"})
    settings = fields.Dict(keys=fields.String(), load_default=dict, metadata={"example": {"strata": "risk.district"}})


class DraftChangeSchema(Schema):
    """Settings of a draft to change."""

    settings = fields.Dict(keys=fields.String(), required=True, metadata={"example": {"title": "第2批"}})


class ContributionSchema(Schema):
    """The value of one source: digits, numbers, or a pulse as its beacon gives it."""

    source = fields.String(required=True, validate=validate.Length(1, 24), metadata={"example": "dice"})
    value = fields.String(
        required=True, validate=validate.Length(1, 20_000), metadata={"example": "314159265358979323846264"}
    )
    certificate = fields.String(
        load_default="", validate=validate.Length(max=20_000), metadata={"description": "PEM, for nist/2.0 alone"}
    )


class ContributedSchema(Schema):
    """A value as it was taken in."""

    draw_id = fields.String(required=True, metadata={"example": "220200-2026-02"})
    source_id = fields.String(required=True, metadata={"example": "dice"})
    value = fields.String(required=True, metadata={"example": "314159265358979323846264"})
    contributed_at = fields.DateTime(required=True)
    contributed_by = fields.String(required=True, metadata={"example": "witness"})
