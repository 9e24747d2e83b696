"""The shape of a refusal (RFC 9457)."""

from __future__ import annotations

from marshmallow import Schema, fields


class FieldFaultSchema(Schema):
    """One field of a request that cannot be accepted."""

    field = fields.String(required=True, metadata={"description": "Where, as a path", "example": "/json/value"})
    message = fields.String(required=True, metadata={"example": "Missing data for required field."})


class ProblemSchema(Schema):
    """A refusal. `code` is stable; `title` and `detail` are for people, in their language."""

    type = fields.String(required=True, metadata={"example": "urn:double-random:problem:draw-unknown"})
    title = fields.String(required=True, metadata={"example": "Not found"})
    status = fields.Integer(required=True, metadata={"example": 404})
    detail = fields.String(required=True)
    instance = fields.String(required=True, metadata={"description": "The number of the request, for the log"})
    code = fields.String(required=True, metadata={"example": "draw-unknown"})
    errors = fields.List(fields.Nested(FieldFaultSchema))
