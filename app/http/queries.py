"""Queries are as strict as bodies: a name that a route does not take, or that stands twice or
empty, is refused. A misspelt ``dryrun=true`` would otherwise be carried out.

What a route takes is what it documents, so that the contract and the refusal cannot differ. Every
route that writes takes ``dry_run`` besides: it is carried out whole, answered with status 200 and
``Dry-Run: true``, and taken back; unless the route has a dry run of its own or cannot offer one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from http import HTTPStatus
from typing import Any, Final, TypeVar

from flask import Flask, Response, current_app, g, request
from marshmallow import Schema

from app.http.dry_run import DRY_RUN, dry_run
from app.http.faults import Fault, ValidationFailed, said
from app.store.database import begin_rehearsal, end_rehearsal
from behaviours.refusal import Invalid

WRITING: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# Pages have no contract; this is what all of them take.
OF_PAGES: Final = frozenset({"lang", "theme", "size"})
View = TypeVar("View", bound=Callable[..., Any])


class DryRunNotOffered(Invalid):
    """What this route does cannot be taken back, so it cannot be tried either."""


def no_dry_run(view: View) -> View:
    """Mark a view whose effect does not lie in one transaction; place it under its route."""
    view.__dict__["dry_run_offered"] = False
    return view


def rehearses(view: Any, method: str) -> bool:
    """Whether a dry run of this view is its work taken back, rather than an answer of its own."""
    own = DRY_RUN["name"] in _documented(view)
    return method in WRITING and getattr(view, "dry_run_offered", True) and not own


def install(app: Flask) -> None:
    """Let ``app`` check the query of every request before its view is called."""
    app.before_request(_check)
    app.after_request(_mark)
    app.teardown_request(_end)


def _check() -> None:
    if not request.query_string or request.endpoint is None:
        return
    view = current_app.view_functions[request.endpoint]
    writes = request.method in WRITING
    # Also where it is refused: that refusal says more than that it is unknown.
    faults = list(_faults(_documented(view) | ({DRY_RUN["name"]} if writes else set())))
    if faults:
        raise ValidationFailed(faults)
    if writes and dry_run():
        if not getattr(view, "dry_run_offered", True):
            raise DryRunNotOffered(pointer="?dry_run")
        g.rehearsal = begin_rehearsal()


def _mark(response: Response) -> Response:
    if "rehearsal" in g and response.status_code < HTTPStatus.MULTIPLE_CHOICES:
        response.headers["Dry-Run"] = "true"
        if rehearses(current_app.view_functions[request.endpoint or ""], request.method):
            response.status_code = HTTPStatus.OK
    return response


def _end(_error: BaseException | None) -> None:
    rehearsal = g.pop("rehearsal", None)
    if rehearsal is not None:
        end_rehearsal(rehearsal)


def _faults(known: frozenset[str]) -> Iterator[Fault]:
    for name, values in request.args.lists():
        shown = f"?{name[:64]}"
        if name not in known:
            yield Fault(shown, said("UNKNOWN_QUERY", known=", ".join(sorted(known)) or "-"))
        elif len(values) > 1:
            yield Fault(shown, said("TWICE"))
        elif not values[0]:
            yield Fault(shown, said("EMPTY_QUERY"))


def _names_of(schema: Schema) -> set[str]:
    return {field.data_key or name for name, field in schema.fields.items()}


@cache
def _documented(view: Any) -> frozenset[str]:
    """The names of the query that a view documents; of a page, what all pages take."""
    told = getattr(view, "_apidoc", None)
    if told is None:
        return OF_PAGES
    parameters = [
        *told.get("arguments", {}).get("parameters", ()),
        *told.get("manual_doc", {}).get("parameters", ()),
    ]
    names: set[str] = set()
    for each in parameters:
        if each["in"] == "query":
            names |= {each["name"]} if "name" in each else _names_of(each["schema"])
    return frozenset(names)
