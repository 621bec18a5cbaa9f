"""The catalogue: what counts, by which published rule, and what an action would save."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, jsonify, request

from app.api.methodologies.lifecycle_body import in_progress
from app.auth import allow_public, viewer_if_any
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.pages import whole_or_page
from app.shown.catalogue import (
    BehaviourAnswer,
    Methodologies,
    StepAnswer,
    VersionAnswer,
    behaviour_answer,
    methodology_answer,
    step_answer,
)
from app.usecases.methodologies.read_draft import read_draft
from app.usecases.methodologies.read_drafts import read_drafts
from app.usecases.methodologies.read_history import read_history
from behaviours.civil_time import civil_day
from behaviours.json_value import JsonObject
from behaviours.rules.rulebook import UnknownMethodology
from behaviours.scenes import PROGRAMME

blueprint = Blueprint("catalogue", __name__, description="What counts, and by which rule.")


@blueprint.route("/v1/behaviours")
@allow_public
@blueprint.lists(BehaviourAnswer, "Catalogue")
def list_behaviours() -> JsonObject:
    """What earns, and what an app has to send for it."""
    rulebook, moment_now = wiring().rulebook, now()
    today = civil_day(moment_now, rulebook.zone)
    return whole_or_page([
        behaviour_answer(
            each, is_open=rulebook.scenes.is_open(PROGRAMME, each.code, moment_now)
        )
        for each in rulebook.behaviours(today)
    ])  # fmt: skip


@blueprint.route("/v1/methodologies")
@allow_public
@blueprint.lists(Methodologies)
def list_methodologies() -> JsonObject:
    """Every published version, by behaviour and then by the day it came into force.

    With the token of an operator, authority or verifier, versions on their way follow.
    """
    rulebook = wiring().rulebook
    today = civil_day(now(), rulebook.zone)
    rows = [methodology_answer(version, rulebook, today) for version in rulebook.versions()]
    viewer = viewer_if_any()
    if viewer is not None:
        # The public's list needs no database.
        drafts = wiring().database.transact(read_drafts, viewer=viewer)
        rows += [draft._asdict() for draft in drafts]
    return whole_or_page(rows)


@blueprint.route("/v1/methodologies/<code>")
@allow_public
@blueprint.lists(Methodologies)
def read_methodology(code: str) -> JsonObject:
    """The versions of one methodology, oldest first."""
    rulebook = wiring().rulebook
    today = civil_day(now(), rulebook.zone)
    versions = rulebook.versions_of(code)
    return whole_or_page([methodology_answer(version, rulebook, today) for version in versions])


@blueprint.route("/v1/methodologies/<code>/versions/<version>")
@allow_public
@blueprint.response(200, VersionAnswer)
def read_version(code: str, version: str) -> Response:
    """One version whole, with its digest: figures, units, sources, equations, what is missing.

    What was published never changes; the ETag is its digest and its state. With the token of an
    operator, authority or verifier, a version on its way is found too; its ETag is its revision.
    """
    rulebook = wiring().rulebook
    today = civil_day(now(), rulebook.zone)
    try:
        found = rulebook.version(code, version)
    except UnknownMethodology:
        viewer = viewer_if_any()
        if viewer is None:
            raise
        draft = wiring().database.transact(read_draft, code, version, viewer=viewer)
        answer = jsonify(in_progress(draft))
        answer.set_etag(str(draft.revision))
        return answer
    summary = methodology_answer(found, rulebook, today)
    tag = f"{found.digest};{summary['state']}"
    if tag in request.if_none_match:
        return Response(status=304)
    answer = jsonify(
        VersionAnswer().dump({**summary, "document": found.tree, "examples": found.examples})
    )
    answer.set_etag(tag)
    answer.cache_control.public = True
    answer.cache_control.max_age = int(timedelta(minutes=5).total_seconds())
    return answer


@blueprint.route("/v1/methodologies/<code>/versions/<version>/history")
@allow_public
@blueprint.lists(StepAnswer, "History")
def list_history(code: str, version: str) -> Response:
    """Who took which step and when; the public sees the steps of what was published."""
    seen = wiring().database.transact(
        read_history, code, version, viewer=viewer_if_any(), rulebook=wiring().rulebook
    )
    return json_answer(whole_or_page([step_answer(step, whole=seen.whole) for step in seen.steps]))
