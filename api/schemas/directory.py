"""The shapes of the directory, for the staff's programs."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from api.schemas.paging import NEXT, PageQuery
from scheduler.directory.deciding import ASPECTS


class EnterpriseQuery(PageQuery):
    """Which enterprises."""

    tier = fields.String(load_default="", validate=validate.Length(max=48))
    sector = fields.String(load_default="", validate=validate.Length(max=48))
    district = fields.String(load_default="", validate=validate.Length(max=48))
    risk = fields.String(load_default="", validate=validate.Length(max=48))
    division = fields.String(load_default="", validate=validate.Length(max=48))
    undecided = fields.String(load_default="", validate=validate.OneOf(("", "any", *ASPECTS)))
    text = fields.String(
        load_default="",
        validate=validate.Length(max=100),
        metadata={"description": "Part of a name, or the beginning of a code"},
    )
    left = fields.Boolean(load_default=False)


class DirectoryEnterpriseSchema(Schema):
    """An enterprise with what was decided about it and by which rule."""

    uscc = fields.String(required=True, metadata={"example": "91220200MA00000157"})
    name = fields.String(required=True, metadata={"example": "示范001号有限公司"})
    sector = fields.String(required=True, metadata={"example": "non-coal-mines"})
    district = fields.String(required=True, metadata={"example": "220202"})
    tier = fields.String(required=True, metadata={"example": "key"})
    risk = fields.String(required=True, metadata={"example": "B"})
    decisions = fields.Dict(required=True, metadata={"description": "Value, rule, evidence and author by aspect"})
    address = fields.String(required=True)
    left_on = fields.Date(required=True, allow_none=True)


class DirectoryPageSchema(Schema):
    """A page of enterprises, ascending by credit code."""

    items = fields.List(fields.Nested(DirectoryEnterpriseSchema), required=True)
    next = fields.String(required=True, allow_none=True, metadata=NEXT)


class DecisionSchema(Schema):
    """A person's decision; an empty value gives the aspect back to the rules."""

    aspect = fields.String(required=True, validate=validate.OneOf(ASPECTS), metadata={"example": "tier"})
    value = fields.String(required=True, validate=validate.Length(max=96), metadata={"example": "general"})
    reason = fields.String(required=True, validate=validate.Length(1, 500), metadata={"example": "现场核实已停产"})


class InspectorSchema(Schema):
    """An inspector, by public number."""

    id = fields.String(required=True, metadata={"example": "JL0014"})
    name = fields.String(required=True, metadata={"example": "检查员14"})
    department = fields.String(required=True, metadata={"example": "工贸监督管理处"})
    division_id = fields.String(required=True, allow_none=True, metadata={"example": "trade"})
    certified_until = fields.Date(required=True, allow_none=True)
    capacity = fields.Integer(required=True, metadata={"example": 40})
    skills = fields.List(fields.String(), required=True)
    denies = fields.List(fields.String(), required=True)


class InspectorListSchema(Schema):
    """The inspectors, by number."""

    items = fields.List(fields.Nested(InspectorSchema), required=True)


class ExpertSchema(Schema):
    """An expert, by public number."""

    id = fields.String(required=True, metadata={"example": "ZJ0003"})
    name = fields.String(required=True)
    organisation = fields.String(required=True)
    capacity = fields.Integer(required=True)
    skills = fields.List(fields.String(), required=True)
    denies = fields.List(fields.String(), required=True)


class ExpertListSchema(Schema):
    """The experts, by number."""

    items = fields.List(fields.Nested(ExpertSchema), required=True)


class DivisionSchema(Schema):
    """A division of the bureau."""

    id = fields.String(required=True, metadata={"example": "trade"})
    name = fields.String(required=True, metadata={"example": "工贸监督管理处"})
    name_en = fields.String(required=True)
    sectors = fields.List(fields.String(), required=True)
    staff = fields.Integer(required=True, metadata={"example": 12})


class DivisionListSchema(Schema):
    """The divisions, by number."""

    items = fields.List(fields.Nested(DivisionSchema), required=True)


class ItemSchema(Schema):
    """An inspection item of the published list."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    sub_item = fields.String(required=True)
    basis = fields.String(required=True)
    objects = fields.String(required=True)
    sectors = fields.List(fields.String(), required=True)
    method = fields.String(required=True)
    ratio = fields.String(required=True)
    frequency = fields.String(required=True)


class ItemListSchema(Schema):
    """The inspection items, by number."""

    items = fields.List(fields.Nested(ItemSchema), required=True)
