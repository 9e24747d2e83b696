"""The shapes of annual plans."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from api.schemas.paging import NEXT, PageQuery
from scheduler.plans.difference import SECTIONS
from scheduler.plans.life_cycle.steps import STATES


class PlanSummarySchema(Schema):
    """A plan in a list, at its newest published version."""

    plan_id = fields.String(required=True, metadata={"example": "220200-2026"})
    version = fields.Integer(required=True, metadata={"example": 1})
    year = fields.Integer(required=True, metadata={"example": 2026})
    title = fields.String(required=True, metadata={"example": "示范市应急管理局2026年度监督检查计划"})
    state = fields.String(required=True, validate=validate.OneOf(STATES), metadata={"example": "published"})
    demonstration = fields.Boolean(required=True, metadata={"description": "Not real", "example": True})


class PlanListSchema(Schema):
    """The published plans, latest year first."""

    items = fields.List(fields.Nested(PlanSummarySchema), required=True)


class PlanPaperSchema(Schema):
    """The approval or a filing of a plan: the document behind it."""

    step = fields.String(required=True, metadata={"example": "approved"})
    number = fields.String(required=True, metadata={"example": "示范〔2026〕1号"})
    date = fields.Date(required=True, attribute="dated", metadata={"example": "2026-01-12"})


class PlanVersionSchema(Schema):
    """A published version of a plan among the others."""

    version = fields.Integer(required=True, metadata={"example": 1})
    reason = fields.String(required=True, metadata={"description": "Why it differs from the one before"})
    published_at = fields.DateTime(required=True, allow_none=True)


class PlanSchema(Schema):
    """One version of a plan with its whole document (type `annual-plan/2`)."""

    summary = fields.Nested(PlanSummarySchema, required=True)
    document = fields.Dict(
        required=True,
        metadata={
            "description": "Budget, coverage, batches, warnings; person-days are integers or decimal texts",
            "example": {"type": "annual-plan/2", "plan": "220200-2026"},
        },
    )
    sha256 = fields.String(required=True, metadata={"description": "SHA-256 of the document's canonical bytes"})
    reason = fields.String(required=True, metadata={"description": "Why this version differs from the one before"})
    lottery_id = fields.String(required=True, metadata={"description": "The draw that gave the months"})
    versions = fields.List(fields.Integer(), required=True, metadata={"example": [1]})
    published_at = fields.DateTime(required=True, allow_none=True)
    papers = fields.List(fields.Nested(PlanPaperSchema), required=True)
    history = fields.List(fields.Nested(PlanVersionSchema), required=True)


class PlanQuery(Schema):
    """Which version of a plan."""

    version = fields.Integer(
        load_default=None, validate=validate.Range(1, 10_000), metadata={"description": "Default: the newest"}
    )


class VisitQuery(PageQuery):
    """Which visits of a plan."""

    version = fields.Integer(load_default=None, validate=validate.Range(1, 10_000))
    division = fields.String(load_default="", validate=validate.Length(max=48))
    month = fields.Integer(load_default=None, validate=validate.Range(1, 12))
    sector = fields.String(load_default="", validate=validate.Length(max=48))
    district = fields.String(load_default="", validate=validate.Length(max=12), metadata={"example": "220202"})
    text = fields.String(
        load_default="",
        validate=validate.Length(max=100),
        metadata={"description": "Part of a name or the beginning of a credit code"},
    )


class VisitSchema(Schema):
    """A key enterprise and the months of its visits."""

    uscc = fields.String(required=True, metadata={"example": "91220200MA00000157"})
    name = fields.String(required=True, metadata={"example": "示范001号有限公司"})
    division_id = fields.String(required=True, metadata={"example": "mines"})
    sector = fields.String(required=True, metadata={"example": "non-coal-mines"})
    district = fields.String(required=True, metadata={"example": "220202"})
    months = fields.List(fields.Integer(), required=True, metadata={"example": [7, 12]})


class VisitPageSchema(Schema):
    """A page of key enterprises, ascending by credit code."""

    items = fields.List(fields.Nested(VisitSchema), required=True)
    next = fields.String(required=True, allow_none=True, metadata=NEXT)


class DifferenceQuery(Schema):
    """Which two versions of a plan."""

    before = fields.Integer(
        load_default=None,
        data_key="from",
        validate=validate.Range(1, 10_000),
        metadata={"description": "Default: one before"},
    )
    after = fields.Integer(
        load_default=None,
        data_key="to",
        validate=validate.Range(1, 10_000),
        metadata={"description": "Default: newest"},
    )


class ChangeSchema(Schema):
    """A figure that differs; `before` or `after` is null where it stands in one version alone."""

    section = fields.String(required=True, validate=validate.OneOf(SECTIONS), metadata={"example": "budget"})
    subject = fields.String(required=True, metadata={"description": "Division, rule, class or batch; empty: the whole"})
    figure = fields.String(required=True, metadata={"example": "staff"})
    before = fields.Raw(required=True, allow_none=True, metadata={"example": 9})
    after = fields.Raw(required=True, allow_none=True, metadata={"example": 12})


class MonthRowSchema(Schema):
    """The twelve months of a division in both versions."""

    division = fields.String(required=True, metadata={"example": "mines"})
    before = fields.List(fields.Raw(), required=True, metadata={"example": [5] * 12})
    after = fields.List(fields.Raw(), required=True, metadata={"example": [6] * 12})


class DifferenceSchema(Schema):
    """Everything in which two published versions of a plan differ."""

    plan_id = fields.String(required=True, metadata={"example": "220200-2026"})
    before = fields.Integer(required=True, data_key="from", metadata={"example": 1})
    after = fields.Integer(required=True, data_key="to", metadata={"example": 2})
    changes = fields.List(fields.Nested(ChangeSchema), required=True)
    visits = fields.List(fields.Nested(MonthRowSchema), required=True)
    capacity = fields.List(fields.Nested(MonthRowSchema), required=True)
    new_warnings = fields.List(fields.Dict(), required=True)
    gone_warnings = fields.List(fields.Dict(), required=True)
