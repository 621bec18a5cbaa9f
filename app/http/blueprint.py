"""Blueprint: a group of routes whose documentation is generated and whose arguments are strict."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import wraps
from typing import Any, TypeVar, cast

import flask_smorest
from flask import request
from marshmallow import Schema, ValidationError

from app.http.body import json_body
from app.http.faults import ValidationFailed, faults_of

View = TypeVar("View", bound=Callable[..., Any])


class Blueprint(flask_smorest.Blueprint):
    """As flask-smorest's, reading bodies with ``json_body`` and refusing by ValidationFailed."""

    def arguments(
        self, schema: type[Schema] | Schema, *, location: str = "json", **documented: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Give the view what ``schema`` loads from the body (``json``) or the ``query``.

        ``documented`` may hold ``required``, ``description``, ``example`` and ``examples``.
        """
        assert location in ("json", "query"), f"no reader for the location {location!r}"
        loader = schema() if isinstance(schema, type) else schema

        def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
            @wraps(view)
            def reading(*args: Any, **kwargs: Any) -> Any:
                source = _source(location, required=documented.get("required", True))
                return view(*args, load(loader, source), **kwargs)

            return _documenting(reading, location, loader, documented)

        return decorate

    def document_body(
        self, schema: type[Schema] | Schema, **documented: Any
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
        """As flask-smorest's, typed."""
        decorate = super().response(status, *args, **documented)
        return cast(Callable[[View], View], decorate)

    def alt_response(self, status: int, *args: Any, **documented: Any) -> Callable[[View], View]:
        """As flask-smorest's, typed."""
        decorate = super().alt_response(status, *args, **documented)
        return cast(Callable[[View], View], decorate)

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


IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "description": "Fresh for each new request, the same when it is sent again; kept for 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}
LIMIT = {
    "in": "query",
    "name": "limit",
    "description": "How many rows at most; more than 100 means 100.",
    "schema": {"type": "integer", "minimum": 1, "default": 20},
}
CURSOR = {
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
    view: Callable[..., Any], location: str, schema: Schema, documented: Mapping[str, Any]
) -> Callable[..., Any]:
    return _parameters(view, {"in": location, "required": True, "schema": schema, **documented})


def _parameters(view: Callable[..., Any], *parameters: Mapping[str, Any]) -> Callable[..., Any]:
    # Where flask-smorest looks for what the decorators of a view have documented.
    said = deepcopy(getattr(view, "_apidoc", {}))
    said.setdefault("arguments", {}).setdefault("parameters", []).extend(map(dict, parameters))
    view.__dict__["_apidoc"] = said
    return view


def _source(location: str, *, required: bool) -> Any:
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
