"""/api/v1/drafts and the steps of a draw: prepare, seal, contribute, conduct, publish."""

from __future__ import annotations

from typing import Any

from api.access import roles
from api.login import actor
from api.resources.blueprint import Resource
from api.schemas.draws import DrawSchema
from api.schemas.steps import (
    ContributedSchema,
    ContributionSchema,
    DraftChangeSchema,
    DraftListSchema,
    DraftSchema,
    NewDraftSchema,
)
from api.service import read_session, service, write_session
from api.witness import check_witness
from scheduler.draws.contributions import contribute
from scheduler.draws.drafts import open_draft
from scheduler.draws.models import DrawDraft
from scheduler.draws.queries import DrawView, list_drafts, show_draw
from scheduler.draws.settings import default_settings
from scheduler.plans.general_tier.batch_drafts import change_draft, prepare_draft, seal_draft
from scheduler.plans.life_cycle.life import conduct_by_id, publish_by_id

resource = Resource("steps", "Steps of a draw, for the staff")


@resource.get("/drafts")
@roles("planner", "operator", "auditor")
@resource.response(200, DraftListSchema)
def drafts() -> dict[str, Any]:
    """List the drafts."""
    with read_session() as session:
        return {"items": list_drafts(session)}


@resource.post("/drafts")
@roles("planner", "operator")
@resource.arguments(NewDraftSchema)
@resource.response(201, DraftSchema)
def prepare(body: dict[str, Any]) -> dict[str, Any]:
    """Prepare a draw of a plan with the settings of this installation."""
    given = default_settings(service().settings, body["title"], body["on"]) | body["settings"]
    with write_session() as session:
        return _shown(prepare_draft(session, actor(), body["plan"], given))


@resource.get("/drafts/<draft_id>")
@roles("planner", "operator", "auditor")
@resource.response(200, DraftSchema)
def draft(draft_id: str) -> dict[str, Any]:
    """Give one draft."""
    with read_session() as session:
        return _shown(open_draft(session, draft_id))


@resource.patch("/drafts/<draft_id>")
@roles("planner", "operator")
@resource.arguments(DraftChangeSchema)
@resource.response(200, DraftSchema)
def change(body: dict[str, Any], draft_id: str) -> dict[str, Any]:
    """Change settings of a draft; refused once it is sealed."""
    with write_session() as session:
        return _shown(change_draft(session, actor(), draft_id, body["settings"]))


@resource.post("/drafts/<draft_id>/seal")
@roles("operator")
@resource.response(201, DrawSchema)
def seal(draft_id: str) -> DrawView:
    """Freeze a draft into a draw; there is no way back."""
    with write_session() as session:
        draw_id = seal_draft(session, actor(), draft_id).id
        return show_draw(session, draw_id, public=False)


@resource.post("/draws/<draw_id>/contributions")
@roles("operator", "witness")
@resource.arguments(ContributionSchema)
@resource.response(201, ContributedSchema)
def add_value(body: dict[str, Any], draw_id: str) -> dict[str, Any]:
    """Take in the value of one source; a witness enters dice alone."""
    with write_session() as session:
        check_witness(session, draw_id, body["source"])
        row = contribute(session, actor(), draw_id, body["source"], body["value"], certificate=body["certificate"])
        return {name: getattr(row, name) for name in ContributedSchema().fields}


@resource.post("/draws/<draw_id>/conduct")
@roles("operator")
@resource.response(200, DrawSchema)
def conduct(draw_id: str) -> DrawView:
    """Draw; a second call gives the same result."""
    with write_session() as session:
        conduct_by_id(session, draw_id, actor=actor())
        return show_draw(session, draw_id, public=False)


@resource.post("/draws/<draw_id>/publish")
@roles("operator")
@resource.response(200, DrawSchema)
def publish(draw_id: str) -> DrawView:
    """Make the result public; a second call changes nothing."""
    with write_session() as session:
        publish_by_id(session, draw_id, actor=actor())
        return show_draw(session, draw_id, public=True)


def _shown(draft: DrawDraft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in DraftSchema().fields}
