"""The contract as pages to read: its subjects, the operations of each, and each by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from flask import Response, current_app
from werkzeug.exceptions import NotFound

from app.auth import allow_public
from app.http.languages import preferred_language
from app.http.openapi import contract
from app.http.openapi_subjects import SUBJECTS
from app.http.web_page import PLAIN_POLICY
from app.web.guides.rendering import rendered
from app.web.reading import Pages, page_in

blueprint = Pages("reference", __name__, description="The contract as pages to read.")
_METHODS: Final = ("get", "post", "put", "patch", "delete")


class ReferenceBody(NamedTuple):
    """A body or an answer: its status, its type, what it is, and an example as text."""

    status: str
    media: str
    description: str
    example: str


class Operation(NamedTuple):
    """One operation as a page shows it."""

    name: str
    method: str
    path: str
    subject: str
    said: Any


@blueprint.route("/docs/reference")
@allow_public
@blueprint.page
def list_subjects() -> Response:
    """What the operations are sorted by."""
    counts = dict.fromkeys(SUBJECTS, 0)
    for operation in _operations():
        counts[operation.subject] += 1
    return page_in(
        preferred_language(), "reference.html", PLAIN_POLICY, subjects=SUBJECTS, counts=counts
    )


@blueprint.route("/docs/reference/<subject>")
@allow_public
@blueprint.page
def list_operations(subject: str) -> Response:
    """The operations of a subject."""
    if subject not in SUBJECTS:
        raise NotFound
    found = [each for each in _operations() if each.subject == subject]
    return page_in(
        preferred_language(),
        "reference_subject.html",
        PLAIN_POLICY,
        subject=subject,
        told=SUBJECTS[subject],
        operations=found,
    )


@blueprint.route("/docs/reference/<subject>/<name>")
@allow_public
@blueprint.page
def read_operation(subject: str, name: str) -> Response:
    """One operation: who may ask, what it takes, what it answers."""
    for each in _operations():
        if (each.subject, each.name) == (subject, name):
            return _page_of(each)
    raise NotFound


def _page_of(operation: Operation) -> Response:
    said = operation.said
    bodies = [
        ReferenceBody("", media, "", _text(body.get("example")))
        for media, body in said.get("requestBody", {}).get("content", {}).items()
    ]
    return page_in(
        preferred_language(),
        "reference_operation.html",
        PLAIN_POLICY,
        operation=operation,
        description=rendered(said.get("description", "")),
        roles=said["x-roles"],
        parameters=said.get("parameters", []),
        bodies=bodies,
        answers=list(_answers(said["responses"])),
    )


def _answers(responses: Any) -> Iterator[ReferenceBody]:
    for status, answer in responses.items():
        if not status.startswith("5"):
            contents = answer.get("content") or {"": {}}
            for media, content in contents.items():
                example = _text(content.get("example"))
                yield ReferenceBody(status, media, answer.get("description", ""), example)


def _text(example: Any) -> str:
    if example is None or isinstance(example, str):
        return example or ""
    return json.dumps(example, ensure_ascii=False, indent=2)


def _operations() -> Iterator[Operation]:
    paths: Any = contract(current_app)["paths"]
    for path, methods in paths.items():
        for method in _METHODS:
            if method in methods:
                said = methods[method]
                yield Operation(said["operationId"], method.upper(), path, said["tags"][0], said)
