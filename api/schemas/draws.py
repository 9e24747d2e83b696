"""The shapes of draws and of where an enterprise stands in them."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, fields, validate

from api.schemas.paging import NEXT, PageQuery, RankQuery

HEX = {"example": "f7aa451394eeee68d221707f415da0c7250375b10b820b1f8b04a7d6fcf43665"}
STATES = ("sealed", "conducted", "published", "void")
KINDS = ("enterprises", "months")


def _hex(**words: Any) -> fields.String:
    return fields.String(required=True, allow_none=True, metadata={**HEX, **words})


class DrawQuery(PageQuery):
    """Which draws."""

    plan = fields.String(load_default=None, validate=validate.Length(max=48))
    kind = fields.String(load_default=None, validate=validate.OneOf(KINDS))
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class DrawSummarySchema(Schema):
    """A draw in a list."""

    id = fields.String(required=True, metadata={"example": "220200-2026-01"})
    kind = fields.String(required=True, validate=validate.OneOf(KINDS), metadata={"example": "enterprises"})
    plan_id = fields.String(required=True, metadata={"example": "220200-2026"})
    sequence = fields.Integer(required=True, metadata={"example": 1})
    batch = fields.Integer(required=True, allow_none=True, metadata={"example": 1})
    title = fields.String(required=True, metadata={"example": "2026年一般企业随机抽查第1批"})
    mode = fields.String(required=True, validate=validate.OneOf(("open", "sealed")), metadata={"example": "open"})
    demonstration = fields.Boolean(required=True, metadata={"description": "Not real", "example": False})
    state = fields.String(required=True, validate=validate.OneOf(STATES), metadata={"example": "published"})
    manifest_sha256 = fields.String(required=True, metadata={"description": "M of the draw protocol", **HEX})
    sealed_at = fields.DateTime(required=True)
    population = fields.Integer(required=True, metadata={"example": 176})
    take = fields.Integer(required=True, metadata={"example": 5})


class DrawPageSchema(Schema):
    """A page of draws, newest first."""

    items = fields.List(fields.Nested(DrawSummarySchema), required=True)
    next = fields.String(required=True, allow_none=True, metadata=NEXT)


class SourceSchema(Schema):
    """A source of randomness, as the manifest names it, and its value once it is there."""

    id = fields.String(required=True, metadata={"example": "dice"})
    type = fields.String(required=True, metadata={"example": "dice/d10"})
    named = fields.Dict(required=True, metadata={"example": {"id": "dice", "type": "dice/d10", "count": 24}})
    due = fields.DateTime(required=True, allow_none=True)
    value = fields.String(required=True, allow_none=True, metadata={"example": "314159265358979323846264"})
    arrived_at = fields.DateTime(required=True, allow_none=True)


class StratumSchema(Schema):
    """A stratum of a draw, or a class of a lottery."""

    id = fields.String(required=True, metadata={"example": "B"})
    population = fields.Integer(required=True, metadata={"example": 75})
    take = fields.Integer(required=True, metadata={"example": 1})
    rule = fields.Dict(
        required=True,
        metadata={
            "example": {"kind": "ratio", "numerator": 1, "denominator": 100, "rounding": "ceil", "minimum": 1},
        },
    )
    cutoff = _hex(description="The last lot number drawn; null when there is none to see")


class EventSchema(Schema):
    """Something that happened after the draw (protocol section 8)."""

    sequence = fields.Integer(required=True, metadata={"example": 1})
    kind = fields.String(required=True, metadata={"example": "exclude"})
    subject = fields.String(required=True, metadata={"example": "91220200MA000119XN"})
    detail = fields.String(required=True, metadata={"example": "closed"})
    evidence = fields.String(required=True)
    at = fields.DateTime(required=True)


class DrawSchema(Schema):
    """One draw; what is not public yet is empty or null."""

    summary = fields.Nested(DrawSummarySchema, required=True)
    manifest = fields.Dict(required=True, metadata={"description": "manifest.json, or plan.json of a lottery"})
    sources = fields.List(fields.Nested(SourceSchema), required=True)
    strata = fields.List(fields.Nested(StratumSchema), required=True)
    steps = fields.Dict(keys=fields.String(), values=fields.DateTime(), required=True)
    result = fields.Dict(required=True, allow_none=True, metadata={"description": "result.json"})
    seed = _hex(description="The seed; null while it is secret or not there")
    events = fields.List(fields.Nested(EventSchema), required=True)
    short = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": "Entries a stratum lacks"},
    )
    files = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": "Bytes of each public file", "example": {"manifest.json": 1923}},
    )


class OrderQuery(RankQuery):
    """Which part of the order."""

    stratum = fields.String(
        required=True, validate=validate.Length(1, 48), metadata={"description": "Id of the stratum", "example": "B"}
    )


class OrderLineSchema(Schema):
    """A line of order.tsv."""

    rank = fields.Integer(required=True, metadata={"example": 1})
    entry_id = fields.String(required=True, metadata={"example": "91220200MA000119XN"})
    ticket = fields.String(required=True, metadata=HEX)
    selected = fields.Boolean(required=True, metadata={"example": True})


class OrderPageSchema(Schema):
    """A page of a stratum's order, ascending by rank; empty while it is not public."""

    items = fields.List(fields.Nested(OrderLineSchema), required=True)
    next = fields.Integer(required=True, allow_none=True, metadata=NEXT)


class MemberSchema(Schema):
    """Someone of a team; `id` is empty while nobody holds the place."""

    id = fields.String(required=True, metadata={"example": "JL0014"})
    name = fields.String(required=True, metadata={"example": "检查员14"})
    department = fields.String(required=True, metadata={"example": "工贸监督管理处"})


class TeamSchema(Schema):
    """A drawn enterprise and its team by place."""

    entry = fields.String(required=True, metadata={"example": "91220200MA000119XN"})
    name = fields.String(required=True, metadata={"example": "示范119号有限公司"})
    status = fields.String(required=True, validate=validate.OneOf(("open", "done")), metadata={"example": "open"})
    members = fields.List(fields.Nested(MemberSchema), required=True)


class TeamPageSchema(Schema):
    """A page of drawn enterprises, ascending by credit code; empty while they are not public."""

    items = fields.List(fields.Nested(TeamSchema), required=True)
    next = fields.String(required=True, allow_none=True, metadata=NEXT)


class SeatSchema(Schema):
    """A place of a team."""

    slot = fields.Integer(required=True, metadata={"example": 0})
    inspector = fields.String(required=True, metadata={"example": "JL0014"})
    status = fields.String(required=True, metadata={"example": "open"})


class StandingSchema(Schema):
    """Where an enterprise stands in one public draw; `reason` alone is given when it was left out."""

    draw = fields.Nested(DrawSummarySchema, required=True)
    reason = fields.String(required=True, allow_none=True, metadata={"example": None})
    stratum = fields.String(required=True, allow_none=True, metadata={"example": "D"})
    rank = fields.Integer(required=True, allow_none=True, metadata={"example": 1})
    population = fields.Integer(required=True, allow_none=True, metadata={"example": 22})
    take = fields.Integer(required=True, allow_none=True, metadata={"example": 2})
    ticket = _hex(description="SHA-256 of key, colon, credit code")
    cutoff = _hex(description="The last lot number drawn in the stratum")
    key = _hex(description="The lot key of the draw")
    drawn = fields.Boolean(required=True, metadata={"description": "What the lot said", "example": True})
    standing = fields.Boolean(required=True, metadata={"description": "What holds after the events", "example": True})
    taken_out = fields.String(required=True, allow_none=True, metadata={"example": None})
    team = fields.List(fields.Nested(SeatSchema), required=True)
    months = fields.List(fields.Integer(), required=True, metadata={"example": []})


class EnterpriseSchema(Schema):
    """An enterprise in every public draw, newest first."""

    uscc = fields.String(required=True, metadata={"example": "91220200MA000119XN"})
    name = fields.String(required=True, allow_none=True, metadata={"example": "示范119号有限公司"})
    draws = fields.List(fields.Nested(StandingSchema), required=True)
