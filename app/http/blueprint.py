"""Blueprint: a group of routes whose documentation is generated and whose arguments are strict."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from typing import Any, Literal, TypedDict, TypeVar, Unpack, cast

import flask_smorest
from flask import request
from marshmallow import Schema, ValidationError

from app.http.body import json_body
from app.http.faults import ValidationFailed, faults_of
from app.http.pages import page_of
from app.store.log.acting import tell_reason
from behaviours.json_value import Json, JsonObject

YET_TO_SIGN = "The other role has yet to sign"
View = TypeVar("View", bound=Callable[..., Any])
Location = Literal["header", "json", "query"]


class Documentation(TypedDict, total=False):
    """What is said of a body or a query besides its schema."""

    required: bool
    description: str
    example: Json
    examples: JsonObject


# `in` is no name that Python lets a class body assign to.
class DocumentedInput(TypedDict("Place", {"in": Location}), Documentation, total=False):
    """The whole body or query of an operation, and where it stands."""

    schema: Schema | JsonObject


class DocumentedParameter(DocumentedInput, total=False):
    """One parameter of an operation, as OpenAPI writes it."""

    name: str


class Blueprint(flask_smorest.Blueprint):
    """As flask-smorest's, reading bodies with ``json_body`` and refusing by ValidationFailed."""

    def arguments(
        self,
        schema: type[Schema] | Schema,
        *,
        location: Location = "json",
        keyed: bool = False,
        **documented: Unpack[Documentation],
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Give the view what ``schema`` loads from the body (``json``) or the ``query``.

        The view's argument is annotated with the TypedDict that stands beside the schema. With
        ``keyed`` the view needs an Idempotency-Key besides.
        """
        assert location in ("json", "query"), f"no reader for the location {location!r}"
        loader = schema() if isinstance(schema, type) else schema
        if (example := getattr(loader, "EXAMPLE", None)) is not None:
            documented.setdefault("example", example)

        def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(view)
            def reading(*args: Any, **kwargs: Any) -> Any:
                source = _source(location, required=documented.get("required", True))
                loaded = load(loader, source)
                if isinstance(loaded, dict) and isinstance(loaded.get("reason"), str):
                    tell_reason(loaded["reason"])
                return view(*args, loaded, **kwargs)

            told = _documenting(reading, location, loader, documented)
            return _parameters(told, IDEMPOTENCY_KEY) if keyed else told

        return decorate

    def document_body(
        self, schema: type[Schema] | Schema, **documented: Unpack[Documentation]
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Document a JSON body that the view reads and checks by itself."""

        def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
            loader = schema() if isinstance(schema, type) else schema
            return _documenting(_passing(view), "json", loader, documented)

        return decorate

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """As flask-smorest's, typed."""
        return cast(Callable[[View], View], super().route(rule, **options))

    def response(self, status: int, *args: Any, **documented: Any) -> Callable[[View], View]:
        """As flask-smorest's, typed; what is no JSON is typed by its content type alone."""
        content_type = documented.get("content_type")
        if not args and "schema" not in documented and content_type is not None:
            documented["schema"] = file_schema(content_type)
        decorate = super().response(status, *args, **documented)
        return cast(Callable[[View], View], decorate)

    def alt_response(self, status: int, *args: Any, **documented: Any) -> Callable[[View], View]:
        """As flask-smorest's, typed."""
        decorate = super().alt_response(status, *args, **documented)
        return cast(Callable[[View], View], decorate)

    def signed(
        self, status: int, schema: type[Schema], *, description: str = YET_TO_SIGN
    ) -> Callable[[View], View]:
        """Document what takes two people: ``status`` once it is done, 202 until then."""
        done = self.response(status, schema)
        awaited = self.alt_response(202, schema=schema, description=description)

        def document(view: View) -> View:
            return done(awaited(view))

        return document

    def lists(
        self, each: type[Schema], name: str = "", *, narrowed_by: type[Schema] | None = None
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Document a list that is read page by page, and ``name`` the page of ``each`` in the
        contract; without a name ``each`` is of ``page_of`` already.

        With ``narrowed_by``, of ``OfAPage``, the view is given what was asked for.
        """
        answered = self.response(200, page_of(each, name) if name else each)
        asking = self.arguments(narrowed_by, location="query") if narrowed_by else self.paged

        def document(view: Callable[..., Any]) -> Callable[..., Any]:
            return asking(answered(view))

        return document

    def doc(self, **documented: Any) -> Callable[[View], View]:
        """As flask-smorest's, typed."""
        return cast(Callable[[View], View], super().doc(**documented))

    @staticmethod
    def keyed(view: Callable[..., Any]) -> Callable[..., Any]:
        """Document that a view needs an Idempotency-Key; place it above ``arguments``."""
        return _parameters(_passing(view), IDEMPOTENCY_KEY)

    @staticmethod
    def paged(view: Callable[..., Any]) -> Callable[..., Any]:
        """Document that a view takes ``limit`` and ``cursor``."""
        return _parameters(_passing(view), LIMIT, CURSOR)


# A JSON document whose members are told elsewhere: by a schema that is published or by its text.
ANY_OBJECT: JsonObject = {"type": "object"}


def file_schema(content_type: str) -> JsonObject:
    """The schema of an answer that is a file: text, or bytes; GeoJSON is an object."""
    if content_type.endswith("+json"):
        return dict(ANY_OBJECT)
    if content_type.startswith("text/") or content_type in _WRITTEN:
        return {"type": "string"}
    return {"type": "string", "format": "binary"}


# What is text by other names.
_WRITTEN = ("image/svg+xml", "application/yaml", "application/jsonl", "application/javascript")
IDEMPOTENCY_KEY: DocumentedParameter = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "description": "Fresh for each new request, the same when it is sent again; kept for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
LIMIT: DocumentedParameter = {
    "in": "query",
    "name": "limit",
    "description": "How many rows at most.",
    "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
}
CURSOR: DocumentedParameter = {
    "in": "query",
    "name": "cursor",
    "description": "`next_cursor` of the page before, for the same list with the same filters.",
    "schema": {"type": "string"},
}


def _passing(view: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(view)
    def itself(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    return itself


def _documenting(
    view: Callable[..., Any], location: Location, schema: Schema, documented: Documentation
) -> Callable[..., Any]:
    told: DocumentedInput = {"in": location, "required": True, "schema": schema, **documented}
    return _parameters(view, told)


def _parameters(view: Callable[..., Any], *parameters: DocumentedInput) -> Callable[..., Any]:
    # Where flask-smorest looks for what the decorators of a view have documented.
    said = deepcopy(getattr(view, "_apidoc", {}))
    said.setdefault("arguments", {}).setdefault("parameters", []).extend(map(dict, parameters))
    view.__dict__["_apidoc"] = said
    return view


def _source(location: Location, *, required: bool) -> Any:
    if location == "query":
        return request.args.to_dict()
    # A body that may be left out is an empty object then.
    return json_body() if required or request.get_data(cache=True) else {}


def load(schema: Schema, source: Any) -> Any:
    """What ``schema`` makes of ``source``; refuses with every fault at once."""
    try:
        return schema.load(source)
    except ValidationError as problem:
        raise ValidationFailed(list(faults_of(problem.messages))) from None
