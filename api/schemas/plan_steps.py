"""The shapes of the steps in a plan's life."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from scheduler.plans.life_cycle.step_record import LONGEST_NOTE, LONGEST_NUMBER
from scheduler.plans.life_cycle.steps import RULES, STATES, STEP_ROLES

_STEP = validate.OneOf(list(RULES))


class PlanStepSchema(Schema):
    """A step that was taken."""

    sequence = fields.Integer(required=True, metadata={"description": "Counts from 1", "example": 4})
    step = fields.String(required=True, validate=_STEP, metadata={"example": "approved"})
    actor = fields.String(required=True, metadata={"example": "approver"})
    at = fields.DateTime(required=True)
    note = fields.String(required=True, metadata={"description": "Comment, answer or reason"})
    number = fields.String(required=True, metadata={"example": "示范〔2026〕1号"})
    date = fields.Date(required=True, allow_none=True, attribute="dated", metadata={"example": "2026-01-12"})
    about = fields.Integer(
        required=True, allow_none=True, metadata={"description": "Sequence of the comment it answers or resolves"}
    )
    detail = fields.Dict(required=True, metadata={"description": "Of a closing: completion by division and month"})


class WaitingStepSchema(Schema):
    """A step that can be taken now, and by which roles."""

    step = fields.String(required=True, validate=_STEP, metadata={"example": "published"})
    roles = fields.List(fields.String(validate=validate.OneOf(STEP_ROLES)), required=True)


class PlanLifeSchema(Schema):
    """The life of a plan's newest version."""

    plan_id = fields.String(required=True, metadata={"example": "220200-2026"})
    version = fields.Integer(required=True, metadata={"example": 1})
    seen = fields.Integer(required=True, metadata={"description": "Number of steps; goes into the next request"})
    state = fields.String(required=True, validate=validate.OneOf(STATES), metadata={"example": "approved"})
    steps = fields.List(fields.Nested(PlanStepSchema), required=True)
    waiting = fields.List(fields.Nested(WaitingStepSchema), required=True)


class NewPlanStepSchema(Schema):
    """A step to take; `version` and `seen` say what the caller had seen, and when somebody was faster it is refused."""

    step = fields.String(required=True, validate=_STEP, metadata={"example": "handed-in"})
    version = fields.Integer(required=True, validate=validate.Range(1, 10_000), metadata={"example": 1})
    seen = fields.Integer(required=True, validate=validate.Range(0, 1_000_000), metadata={"example": 0})
    note = fields.String(load_default="", validate=validate.Length(max=LONGEST_NOTE))
    number = fields.String(load_default="", validate=validate.Length(max=LONGEST_NUMBER))
    date = fields.Date(load_default=None, metadata={"example": "2026-01-12"})
    about = fields.Integer(load_default=None, validate=validate.Range(1, 1_000_000))
