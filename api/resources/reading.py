"""The OpenAPI document, turned into what a page can show without a program: operations by tag, fields by schema."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Field:
    """One field or parameter: where it stands, its type, whether it must be given, what it means."""

    name: str
    place: str
    type: str
    required: bool
    description: str
    example: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of an operation."""

    status: str
    description: str
    media: str
    type: str
    example: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One method at one address."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    roles: tuple[str, ...] | None
    parameters: tuple[Field, ...]
    body: Answer | None
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Interface:
    """The whole document: text, operations by tag, schemas by name."""

    title: str
    version: str
    description: str
    groups: tuple[tuple[str, str, tuple[Operation, ...]], ...]
    schemas: tuple[tuple[str, str, tuple[Field, ...]], ...]


def read_document(document: dict[str, Any]) -> Interface:
    """Return what the page shows of an OpenAPI document."""
    info, schemas = document["info"], document["components"].get("schemas", {})

    def shared(methods: dict[str, Any]) -> list[dict[str, Any]]:
        return list(methods.get("parameters", []))

    operations = [
        (tag, _operation(path, method, {**raw, "parameters": [*shared(methods), *raw.get("parameters", [])]}, schemas))
        for path, methods in document["paths"].items()
        for method, raw in methods.items()
        if method in ("get", "post", "put", "patch", "delete")
        for tag in raw.get("tags", [""])[:1]
    ]
    groups = tuple(
        (tag["name"], tag.get("description", ""), tuple(op for name, op in operations if name == tag["name"]))
        for tag in document.get("tags", [])
    )
    shown = tuple((name, schema.get("description", ""), _fields(schema)) for name, schema in sorted(schemas.items()))
    return Interface(info["title"], info["version"], info.get("description", ""), groups, shown)


def _operation(path: str, method: str, raw: dict[str, Any], schemas: dict[str, Any]) -> Operation:
    body = raw.get("requestBody")
    return Operation(
        id=f"{method}-{path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}",
        method=method.upper(),
        path=path,
        summary=raw.get("summary", ""),
        description=raw.get("description", ""),
        roles=tuple(raw["x-roles"]) if "x-roles" in raw else None,
        parameters=tuple(_parameter(each) for each in raw.get("parameters", [])),
        body=_answer("", body, schemas) if body else None,
        answers=tuple(
            _answer(status, answer, schemas) for status, answer in raw["responses"].items() if status != "default"
        ),
    )


def _parameter(raw: dict[str, Any]) -> Field:
    schema = raw.get("schema", {})
    example = raw.get("example", schema.get("example", ""))
    return Field(
        raw["name"], raw["in"], type_name(schema), raw.get("required", False), raw.get("description", ""), str(example)
    )


def _answer(status: str, raw: dict[str, Any], schemas: dict[str, Any]) -> Answer:
    contents: dict[str, dict[str, Any]] = raw.get("content", {})
    media = next(iter(contents), "")
    content = contents.get(media, {})
    schema = content.get("schema", {})
    value = content.get("example", _example(schema, schemas) if media == "application/json" else None)
    example = json.dumps(value, ensure_ascii=False, indent=2) if value not in (None, {}, []) else ""
    return Answer(status, raw.get("description", ""), media, type_name(schema), example)


def _fields(schema: dict[str, Any]) -> tuple[Field, ...]:
    required = schema.get("required", [])
    return tuple(
        Field(name, "", type_name(inner), name in required, inner.get("description", ""), _short(inner.get("example")))
        for name, inner in schema.get("properties", {}).items()
    )


def _short(example: Any) -> str:
    return "" if example is None else example if isinstance(example, str) else json.dumps(example, ensure_ascii=False)


def type_name(schema: dict[str, Any]) -> str:
    """Name the type of a schema in words: `string`, `list of Plan`, `integer or null`.

    >>> type_name({"type": "array", "items": {"$ref": "#/components/schemas/Plan"}})
    'list of Plan'
    """
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    for word in ("anyOf", "allOf", "oneOf"):
        if word in schema:
            return " or ".join(type_name(each) for each in schema[word])
    if "const" in schema:
        return json.dumps(schema["const"])
    kind = schema.get("type", "any")
    if isinstance(kind, list):
        return " or ".join(str(each) for each in kind)
    if kind == "array":
        return f"list of {type_name(schema.get('items', {}))}"
    if schema.get("enum"):
        return " | ".join(str(each) for each in schema["enum"])
    return f"{kind} ({schema['format']})" if "format" in schema else str(kind)


def _example(schema: dict[str, Any], schemas: dict[str, Any], depth: int = 0) -> Any:
    """Put an example together from the examples of the fields."""
    if "$ref" in schema:
        schema = schemas.get(type_name(schema), {})
    if "example" in schema:
        return schema["example"]
    for word in ("anyOf", "allOf", "oneOf"):
        if word in schema:
            return _example(schema[word][0], schemas, depth)
    if depth > 6:
        return None
    if "properties" in schema:
        return {name: _example(inner, schemas, depth + 1) for name, inner in schema["properties"].items()}
    if schema.get("type") == "array":
        inner = _example(schema.get("items", {}), schemas, depth + 1)
        return [] if inner is None else [inner]
    return schema.get("const", (schema.get("enum") or [None])[0])
