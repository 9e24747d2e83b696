"""GET /api/v1: whose service this is."""

from __future__ import annotations

from api.access import public
from api.resources.blueprint import Resource
from api.schemas.office import OfficeSchema
from api.service import service
from config.settings import Office

resource = Resource("office", "Whose service this is")


@resource.get("/")
@public
@resource.response(200, OfficeSchema)
def show() -> Office:
    """Say whose service this is and which protocol its draws follow."""
    return service().settings.office
