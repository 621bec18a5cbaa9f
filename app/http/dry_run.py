"""``dry_run``: the answer as if, with nothing written; read in one way at every route."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypedDict

from flask import request
from marshmallow import Schema, ValidationError, fields as plain

from app.http.blueprint import Blueprint, DocumentedParameter
from app.http.faults import invalid
from app.http.fields import Strict

# For routes that read their body themselves: the parameter as the contract documents it.
DRY_RUN: DocumentedParameter = {
    "in": "query",
    "name": "dry_run",
    "schema": {"type": "boolean", "default": False},
    "description": "Answer as if, with status 200, and write nothing.",
}


class AsIf(TypedDict):
    """Whether to write nothing."""

    dry_run: bool


class DryRun(Strict):
    """``dry_run=true``: everything is checked and nothing moves."""

    dry_run = plain.Boolean(load_default=False)


_FIELD = DryRun().fields["dry_run"]


def dry_run() -> bool:
    """Whether the query of this request asks for a dry run."""
    if not request.query_string:
        return False
    return read_dry_run(request.args.get("dry_run"), pointer="?dry_run")


def read_dry_run(text: str | None, *, pointer: str) -> bool:
    """Whether a text asks for a dry run; what is neither yes nor no is refused at ``pointer``."""
    if text is None:
        return False
    try:
        return bool(_FIELD.deserialize(text))
    except ValidationError:
        raise invalid(pointer, "INVALID", "true_or_false") from None


def tried(
    blueprint: Blueprint, body: type[Schema], answer: type[Schema]
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Document a route that makes something once for its key, and can be tried before.

    The view is given the query, and what ``body`` loads.
    """
    decorators = (
        blueprint.alt_response(200, schema=answer, description="What a dry run would have made"),
        blueprint.response(201, answer),
        blueprint.arguments(body),
        blueprint.arguments(DryRun, location="query"),
        blueprint.keyed,
    )

    def document(view: Callable[..., Any]) -> Callable[..., Any]:
        for decorate in decorators:
            view = decorate(view)
        return view

    return document
