"""How a refusal reaches the reader: RFC 9457 problem documents under /api, a page with a way out elsewhere.

Only errors of ours speak, by their listed text. Everything else says nothing specific: it is logged with the request's
number, and the reader gets that number.
"""

from __future__ import annotations

import logging
import secrets
from typing import Any

from flask import Flask, Response, current_app, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from api.access import LoginNeeded
from api.language import error_text, t
from config.messages import is_listed
from scheduler.draws.protocol.errors import ProtocolError
from scheduler.errors import Conflict, InvalidInput, NotAllowed, NotFound, ServiceError, Unavailable

log = logging.getLogger("api")
STATUS = {InvalidInput: 422, NotFound: 404, Conflict: 409, NotAllowed: 403, Unavailable: 503}
MEDIA_TYPE = "application/problem+json"


def status_of(error: ServiceError) -> int:
    """Return the HTTP status of an error of ours by its kind."""
    return next((status for kind, status in STATUS.items() if isinstance(error, kind)), 500)


def number_request() -> None:
    """Give the request a number that the log and the answer share."""
    g.request_id = secrets.token_hex(8)


def tell_number(response: Response) -> Response:
    """Write the request's number into the answer."""
    response.headers["X-Request-Id"] = g.get("request_id", "")
    return response


def answer_service_error(error: ServiceError) -> ResponseReturnValue:
    """Answer an error of ours with its own text."""
    if not is_listed(f"error.{error.code}"):
        return answer_unforeseen(error)
    log.info("request %s refused: %s", g.request_id, error)
    return answer(status_of(error), error.code, error_text(error.code, **error.params))


def answer_protocol_error(error: ProtocolError) -> ResponseReturnValue:
    """Answer a refusal of the draw protocol with its own text."""
    return answer_service_error(InvalidInput(error.code, **error.params))


def refusal_text(error: ServiceError | ProtocolError) -> str:
    """Return the text of a refusal, for a page that shows it beside the form; raise the error when it has none."""
    if not is_listed(f"error.{error.code}"):
        raise error
    return error_text(error.code, **error.params)


def answer_http_error(error: HTTPException) -> ResponseReturnValue:
    """Answer an error of the protocol (unknown address, method not allowed, malformed or invalid fields)."""
    if error.code is None or error.code < 400:
        return error.get_response()
    if isinstance(error, CSRFError):
        return answer(400, "form-expired", error_text("form-expired"))
    code = f"http-{error.code}"
    found = code if is_listed(f"error.{code}") else "http-400" if error.code < 500 else "unlisted"
    fields = _field_faults(getattr(error, "data", None))
    response = answer(error.code, found, error_text(found), fields)
    for name in ("Allow", "Retry-After"):
        if name in (kept := error.get_response().headers):
            response.headers[name] = kept[name]
    return response


def answer_login_needed(_error: LoginNeeded) -> ResponseReturnValue:
    """Send a reader of a page to the login and back; tell a program that it must log in."""
    if is_api():
        response = answer(401, "login-needed", error_text("login-needed"))
        response.headers["WWW-Authenticate"] = 'Session realm="double-random"'
        return response
    target = request.full_path.rstrip("?") if request.method == "GET" else None
    return redirect(url_for("session.login", next=target))


def answer_unforeseen(error: Exception) -> ResponseReturnValue:
    """Answer anything else: nothing specific to the reader, everything to the log."""
    log.error("request %s failed: %s %s", g.get("request_id"), request.method, request.path, exc_info=error)
    return answer(500, "unlisted", error_text("unlisted"))


def is_api() -> bool:
    """Say whether the request asks for a document of the REST interface."""
    return request.path.startswith("/api/")


def answer(status: int, code: str, detail: str, fields: list[dict[str, str]] | None = None) -> Response:
    """Return a problem document or an error page, by who asks."""
    title = t(f"status.s{status}") if is_listed(f"page.status.s{status}") else t("status.other")
    if is_api():
        body: dict[str, Any] = {
            "type": f"urn:double-random:problem:{code}",
            "title": title,
            "status": status,
            "detail": detail,
            "instance": f"urn:double-random:request:{g.request_id}",
            "code": code,
        }
        if fields:
            body["errors"] = fields
        response = jsonify(body)
        response.mimetype = MEDIA_TYPE
    else:
        page = render_template("problem.html", status=status, title=title, detail=detail, request_id=g.request_id)
        response = current_app.make_response(page)
    response.status_code = status
    return response


def _field_faults(data: Any) -> list[dict[str, str]]:
    """Flatten the validation messages of a request's fields into {field, message}."""
    messages = data.get("messages") if isinstance(data, dict) else None
    return list(_flatten("", messages)) if messages else []


def _flatten(path: str, messages: Any) -> list[dict[str, str]]:
    if isinstance(messages, dict):
        return [each for name, inner in messages.items() for each in _flatten(f"{path}/{name}", inner)]
    if isinstance(messages, list):
        return [each for inner in messages for each in _flatten(path, inner)]
    return [{"field": path, "message": str(messages)}]


def use_problems(app: Flask) -> None:
    """Install the answers to every kind of error."""
    app.before_request(number_request)
    app.after_request(tell_number)
    app.register_error_handler(ServiceError, answer_service_error)
    app.register_error_handler(ProtocolError, answer_protocol_error)
    app.register_error_handler(HTTPException, answer_http_error)
    app.register_error_handler(LoginNeeded, answer_login_needed)
    app.register_error_handler(Exception, answer_unforeseen)
