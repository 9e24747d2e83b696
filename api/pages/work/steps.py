"""Carrying out a step that a form asks for: done and on to the next page, or the form again with the refusal."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from api.language import t
from api.problems import refusal_text, status_of
from api.service import write_session
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.errors import InvalidInput, ServiceError

Again = Callable[[str], str]


def carry_out(
    step: Callable[[Session], object], *, done: str, target: str | Callable[[], str], again: Again
) -> ResponseReturnValue:
    """Run a step in one transaction.

    `done` is the text key told on the page at `target`; `again` renders the form with the text of the refusal.
    """
    try:
        with write_session() as session:
            step(session)
    except ServiceError as refusal:
        return again(refusal_text(refusal)), status_of(refusal)
    except ProtocolError as refusal:
        return again(refusal_text(refusal)), 422
    flash(t(done))
    return redirect(target if isinstance(target, str) else target(), 303)


def need_confirmation() -> None:
    """Raise `InvalidInput` unless the form's confirmation is ticked."""
    if request.form.get("confirmed") != "yes":
        raise InvalidInput("not-confirmed")
