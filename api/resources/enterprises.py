"""GET /api/v1/enterprises/<uscc>: where an enterprise stands in every public draw."""

from __future__ import annotations

from typing import Any

from api.access import public
from api.resources.blueprint import Resource
from api.schemas.draws import EnterpriseSchema
from api.service import read_session
from scheduler.directory.names import enterprise_names
from scheduler.directory.uscc import check_uscc
from scheduler.draws.lookup import look_up

resource = Resource("enterprises", "Look-up by credit code")


@resource.get("/enterprises/<uscc>")
@public
@resource.response(200, EnterpriseSchema)
def show(uscc: str) -> dict[str, Any]:
    """Say for each public draw: in the pool? lot, rank, cut-off, drawn or not; any spelling of a code will do."""
    code = check_uscc(uscc)
    with read_session() as session:
        return {
            "uscc": code,
            "name": enterprise_names(session, [code]).get(code),
            "draws": look_up(session, code),
        }
