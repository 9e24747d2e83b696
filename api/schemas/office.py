"""The shape of what the service says about itself."""

from __future__ import annotations

from marshmallow import Schema, fields


class OfficeSchema(Schema):
    """Whose service this is and which protocol its draws follow."""

    agency = fields.String(required=True, metadata={"example": "112202000000000000"})
    name_zh = fields.String(required=True, metadata={"example": "示范市应急管理局"})
    name_en = fields.String(required=True, metadata={"example": "Sample City Emergency Management Bureau"})
    district = fields.String(required=True, metadata={"description": "GB/T 2260 code", "example": "220200"})
    protocol = fields.Constant("double-random/1", required=True)
