"""The contract, generated from the routes themselves: OpenAPI 3.1."""

from __future__ import annotations

import re
from threading import Lock
from typing import Any

import flask_smorest
from flask import Flask
from flask_smorest import Api

from app.auth import PUBLIC
from app.event_types import EVENT_TYPES
from app.http import fields
from app.http.answer_examples import with_answers
from app.http.dry_run import DRY_RUN
from app.http.openapi_subjects import SUBJECTS, subject_of
from app.http.openapi_webhooks import add_webhooks
from app.http.queries import rehearses
from behaviours.json_value import JsonObject

TITLE = "Tanpuhui"
VERSION = "1"

DESCRIPTION = """\
From small low-carbon actions to points at the till and to retired tonnes.

* Quantities are decimal strings with the unit in the name; points are whole numbers; money is an
  amount and a currency. Times are RFC 3339 with their offset; answers are in UTC.
* Every refusal is a problem document (RFC 9457): `code` is stable, `errors[].pointer` names the
  place, and the page behind `type` says what helps.
* Send an `Idempotency-Key` where it is asked for: a repeat is answered as before, with
  `Idempotency-Replayed: true`, for 24 hours.
* Lists take `limit` and `cursor`, and answer `{"data", "has_more", "next_cursor"}`.
* A name in the query that a route does not take, that stands twice or is empty, is refused.
* What writes takes `dry_run=true`: the answer as if, with status 200, and nothing is kept.
* Requests are counted by credential: see the `RateLimit` headers; 429 says when to come back.
"""

CONFIG = {
    "API_TITLE": TITLE,
    "API_VERSION": VERSION,
    "OPENAPI_VERSION": "3.1.0",
    "API_SPEC_OPTIONS": {
        "info": {
            "description": DESCRIPTION,
            "license": {"name": "Apache License 2.0", "identifier": "Apache-2.0"},
        }
    },
}

# Two that ask first would describe everything twice, which the generator refuses.
_ONE_AT_A_TIME = Lock()
_METHODS = ("get", "post", "put", "patch", "delete")
_PROBLEM = {
    "type": "object",
    "description": "Why not (RFC 9457). `code` is stable; `detail` says what to do.",
    "required": ["type", "title", "status", "detail", "code", "request_id", "errors"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "pattern": "^[A-Z][A-Z0-9_]{1,62}$"},
        "request_id": {"type": "string"},
        "details": {"type": "object", "description": "Facts that belong to the code."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the body."},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                    "file": {"type": "string", "description": "Of a rule: document or examples."},
                    "line": {"type": "integer", "description": "Of the text as it was sent."},
                    "field": {"type": "string", "description": "As `parameters.EF.values[0]`."},
                },
            },
        },
    },
    "example": {
        "type": "/docs/errors/VALIDATION_FAILED",
        "title": "Validation failed",
        "status": 422,
        "detail": "/region: This member is required.",
        "code": "VALIDATION_FAILED",
        "request_id": "req_5f0c6a3e9b1d4f7a8c2e6b0d9f3a1c75",
        "errors": [
            {"pointer": "/region", "code": "REQUIRED", "detail": "This member is required."}
        ],
    },
}
_REGION = "CN-33"
_PATTERNS = (
    (fields.DecimalText, "decimal", fields.DECIMAL),
    (fields.WholeText, "integer", fields.WHOLE),
    (fields.Moment, "date-time", None),
    (fields.Day, "date", None),
    (fields.Line, None, None),
    (fields.Month, None, fields.MONTH),
    (fields.Region, None, fields.REGION),
    (fields.FileDigest, None, fields.SHA256),
    (fields.PublicId, None, None),
    (fields.Amount, "decimal", fields.AMOUNT),
    (fields.Currency, None, None),
)


class QuietApi(Api):
    """flask-smorest's registry of documentation; errors are answered by ``app.http.errors``."""

    def _register_error_handlers(self) -> None:
        pass


def install(app: Flask) -> None:
    """The generator of the contract, which knows our fields and what every operation may answer."""
    api = QuietApi(app)
    for field, form, _ in _PATTERNS:
        api.register_field(field, "string", form)
    api.register_field(fields.Points, "integer", "int64")
    api.ma_plugin.converter.add_attribute_function(_pattern)
    api.spec.components.schema("Problem", _PROBLEM)
    api.spec.components.security_scheme(
        "bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
    )
    app.extensions["tanpuhui_api"] = api


def _pattern(_converter: Any, field: Any, **_options: Any) -> JsonObject:
    """The exact form of our fields of text; where nothing may be said, that is one of the words."""
    enum = field.metadata.get("enum")
    if enum is not None and field.allow_none and None not in enum:
        return {"enum": [*enum, None]}
    if isinstance(field, fields.PublicId):
        return {"pattern": f"^{field.prefix}_[0-9A-Fa-f]{{32}}$"}
    for kind, _, pattern in _PATTERNS:
        if pattern and isinstance(field, kind):
            example = {"example": _REGION} if kind is fields.Region else {}
            return {"pattern": pattern, **({} if "example" in field.metadata else example)}
    return {}


def contract(app: Flask) -> JsonObject:
    """The contract of ``app``, for programs: its pages are not in it. Made once for a process."""
    return _contracts(app)[0]


def described(app: Flask) -> JsonObject:
    """The same with the pages, and without examples of answers."""
    return _contracts(app)[1]


def _contracts(app: Flask) -> tuple[JsonObject, JsonObject]:
    with _ONE_AT_A_TIME:
        made: tuple[JsonObject, JsonObject] | None = app.extensions.get("tanpuhui_contract")
        if made is None:
            made = app.extensions["tanpuhui_contract"] = _make(app)
        return made


def _make(app: Flask) -> tuple[JsonObject, JsonObject]:
    api: Api = app.extensions["tanpuhui_api"]
    # Described when the contract is asked for: most of the time of a start went into it.
    for name, blueprint in app.blueprints.items():
        if isinstance(blueprint, flask_smorest.Blueprint):
            blueprint.register_views_in_doc(api, app, api.spec, name=name, parameters=None)
    document: dict[str, Any] = api.spec.to_dict()
    document["servers"] = [{"url": "/"}]
    # Of lists that flask-smorest would page; ours say where they go on themselves.
    document["components"]["schemas"].pop("PaginationMetadata", None)
    views, paths = _views(app), {}
    for path, operations in document["paths"].items():
        for method in _METHODS:
            if method in operations:
                endpoint, view = views[path, method]
                operation = operations[method]
                _complete(operation, endpoint, view)
                if rehearses(view, method.upper()):
                    operation.setdefault("parameters", []).append(DRY_RUN)
                _give_examples(operation, document["components"]["schemas"])
                subject = subject_of(view)
                operation["tags"] = [subject or "pages"]
                if subject is not None:
                    paths[path] = operations
    add_webhooks(document, EVENT_TYPES, "EventAnswer")
    document["tags"] = [{"name": name, "description": told} for name, told in SUBJECTS.items()]
    return {**document, "paths": with_answers(paths)}, document


def _views(app: Flask) -> dict[tuple[str, str], Any]:
    found = {}
    for rule in app.url_map.iter_rules():
        path = rule.rule
        for argument in rule.arguments:
            path = path.replace(f"<{argument}>", f"{{{argument}}}")
        for method in rule.methods or ():
            found[path, method.lower()] = (rule.endpoint, app.view_functions[rule.endpoint])
    return found


def _complete(operation: dict[str, Any], endpoint: str, view: Any) -> None:
    roles = list(view.roles)
    operation["x-roles"] = roles
    operation["operationId"] = re.sub(r"[^A-Za-z0-9]+", "_", endpoint)
    operation["security"] = [] if roles == [PUBLIC] else [{"bearer": []}]
    problem = {
        "content": {
            "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
        }
    }
    answers = operation.setdefault("responses", {})
    if not any(str(status)[0] in "123" for status in answers):
        answers["200"] = {"description": "OK"}
    answers["4XX"] = {"description": "Refused, with the reason and the remedy", **problem}
    answers["5XX"] = {"description": "Broken on our side", **problem}


def _give_examples(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """A body without an example gets one, made of the examples of its members."""
    for body in operation.get("requestBody", {}).get("content", {}).values():
        if "example" not in body and "examples" not in body:
            body["example"] = _example(body.get("schema", {}), schemas)


def _example(schema: dict[str, Any], schemas: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return _example(schemas[schema["$ref"].rsplit("/", 1)[1]], schemas)
    if "allOf" in schema:
        return _example(schema["allOf"][0], schemas)
    if "example" in schema:
        return schema["example"]
    if "enum" in schema:
        return schema["enum"][0]
    kinds = schema.get("type", "object")
    kind = kinds[0] if isinstance(kinds, list) else kinds
    if kind == "object":
        required = schema.get("required", ())
        return {
            name: _example(inner, schemas)
            for name, inner in schema.get("properties", {}).items()
            if name in required
        }
    if kind == "array":
        return [_example(schema.get("items", {}), schemas)]
    if kind == "string":
        return _TEXTS.get(schema.get("format", ""), "text")
    return {"integer": schema.get("minimum", 1), "boolean": False}.get(kind)


_TEXTS = {
    "decimal": "12.5",
    "integer": "12",
    "date": "2026-03-01",
    "date-time": "2026-03-01T08:30:00+08:00",
}
