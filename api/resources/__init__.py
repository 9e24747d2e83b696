"""The REST interface under /api/v1, and the document that describes it."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app
from flask_smorest import Api

from api.access import rule_of
from api.resources import directory, draws, enterprises, office, plan_steps, plans, steps
from api.schemas.problem import ProblemSchema

VERSION = "1.0.0"
BLUEPRINTS = (
    office.resource, plans.resource, draws.resource, enterprises.resource, plan_steps.resource, steps.resource,
    directory.resource,
)  # fmt: skip
_METHODS = ("get", "post", "put", "patch", "delete")
_KEY = "double-random-interface"
_SECURITY: dict[str, Any] = {
    "basic": {"type": "http", "scheme": "basic", "description": "Account and password, over TLS."},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "session",
        "description": "The cookie of a login; a changing request also carries its token in X-CSRFToken.",
    },
}
ABOUT = (
    "Plans, draws and their records, for programs. Reading needs no login. Lists are read page by page: ask again with "
    "`after` set to the `next` of the page before, until `next` is null. Refusals are problem documents (RFC 9457) "
    "whose `code` never changes; their texts follow `Accept-Language` (zh, en). The records follow the draw protocol "
    "`double-random/1`."
)


class Interface(Api):  # type: ignore[misc] # flask-smorest has no types
    """The interface without flask-smorest's own error documents: `api.problems` answers every error."""

    ERROR_SCHEMA = ProblemSchema

    def _register_error_handlers(self) -> None:
        """Leave errors to `api.problems`."""


def register_resources(app: Flask) -> None:
    """Add the REST interface to an application."""
    app.config.update(API_TITLE="Double-random inspections", API_VERSION=VERSION, OPENAPI_VERSION="3.1.0")
    interface = Interface(app, spec_kwargs={"info": {"description": ABOUT}})
    for name, scheme in _SECURITY.items():
        interface.spec.components.security_scheme(name, scheme)
    for blueprint in BLUEPRINTS:
        interface.register_blueprint(blueprint)
    app.extensions[_KEY] = interface


def interface_document() -> dict[str, Any]:
    """Return the OpenAPI document: what flask-smorest gathered, with who may call and how refusals look."""
    document: dict[str, Any] = current_app.extensions[_KEY].spec.to_dict()
    rules = {rule.endpoint: rule for rule in current_app.url_map.iter_rules()}
    by_path = {_openapi_path(rule.rule): endpoint for endpoint, rule in rules.items()}
    components = document["components"]
    components["schemas"].pop("PaginationMetadata", None)
    components["responses"] = {"Problem": _problem_response()}
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if method in operations:
                _finish(operations[method], by_path[path], method)
    return document


def _openapi_path(rule: str) -> str:
    return rule.replace("<", "{").replace(">", "}").replace("{path:", "{").replace("{int:", "{")


def _finish(operation: dict[str, Any], endpoint: str, method: str) -> None:
    rule = rule_of(current_app, endpoint, method.upper())
    kept = {status: answer for status, answer in operation["responses"].items() if status.startswith("2")}
    operation["responses"] = {**kept, "default": {"$ref": "#/components/responses/Problem"}}
    if rule is not None and not rule.public:
        operation["security"] = [{"basic": []}, {"session": []}]
        operation["x-roles"] = sorted(rule.roles)


def _problem_response() -> dict[str, Any]:
    return {
        "description": "A refusal: what is wrong, and what to do.",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
