"""The shapes of paged lists."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

LARGEST_PAGE = 500
NEXT = {"description": "Give this as `after` for the next page; null on the last", "example": None}


class PageQuery(Schema):
    """Where a page of a list begins and how long it is."""

    after = fields.String(
        load_default="", validate=validate.Length(max=48), metadata={"description": "`next` of the page before"}
    )
    limit = fields.Integer(
        load_default=100,
        validate=validate.Range(1, LARGEST_PAGE),
        metadata={"description": "Items on a page", "example": 100},
    )


class RankQuery(Schema):
    """Where a page of an order begins and how long it is."""

    after = fields.Integer(
        load_default=0, validate=validate.Range(0, 2**31 - 1), metadata={"description": "`next` of the page before"}
    )
    limit = fields.Integer(
        load_default=100,
        validate=validate.Range(1, LARGEST_PAGE),
        metadata={"description": "Items on a page", "example": 100},
    )
