"""Shadow runs: what a rule would have changed, before anyone signs it."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import Day, Line, Moment, Points, PublicId, Strict
from app.http.languages import LANGUAGE, wanted_language
from app.http.once import once
from app.http.pages import read_page
from app.ids import parse, public
from app.messages.catalogues import DEFAULT
from app.shown.shadow_picture import shadow_picture
from app.usecases.methodologies.read_shadow_run import read_shadow_run
from app.usecases.methodologies.read_shadow_runs import read_shadow_runs
from app.usecases.methodologies.start_shadow_run import start_shadow_run
from behaviours.json_value import JsonObject
from behaviours.rules.lifecycle import INSIDERS
from behaviours.rules.shadow import ReportNotReady, RunOfARule
from behaviours.rules.shadow_report import ShadowReport

blueprint = Blueprint("shadow runs", __name__, description="A rule over actions of the past.")

_ROUTE = "/v1/methodologies/<code>/versions/<version>/shadow-runs"
MOST_SAMPLED = 1_000_000


class ShadowBody(Strict):
    """The civil days whose actions are looked at, both included; all of them, or a drawn sample."""

    EXAMPLE: ClassVar[JsonObject] = {"from": "2026-01-01", "to": "2026-03-31", "sample": 1000}

    starts_on = Day(required=True, data_key="from", metadata={"example": "2026-01-01"})
    ends_on = Day(required=True, data_key="to", metadata={"example": "2026-03-31"})
    sample = Points(least=1, most=MOST_SAMPLED, metadata={"description": "How many actions."})
    seed = Line(most=64, load_default="0", metadata={"description": "Draws the same ones again."})


class SentShadowPeriod(TypedDict):
    """As ``ShadowBody`` loads it."""

    starts_on: date
    ends_on: date
    sample: NotRequired[int]
    seed: str


class ShadowRunInAList(Schema):
    """One run of a version over actions of a period."""

    id = PublicId("tsk")
    task = plain.String(metadata={"example": "/v1/tasks/tsk_0199…"})
    starts_on = Day(data_key="from")
    ends_on = Day(data_key="to")
    sample = plain.Integer(allow_none=True)
    seed = plain.String()
    started_at = Moment()
    finished_at = Moment(allow_none=True)
    picture = plain.String()


class ShadowRun(ShadowRunInAList):
    """The run with its report, which is null until it is finished."""

    report = plain.Dict(allow_none=True)


class ShownRun(TypedDict):
    """What ``ShadowRun`` writes."""

    id: UUID
    task: str
    starts_on: date
    ends_on: date
    sample: int | None
    seed: str
    started_at: datetime
    finished_at: datetime | None
    picture: str
    report: ShadowReport | None


@blueprint.route(_ROUTE, methods=["POST"])
@allow("operator", "authority", step="methodology.run_in_shadow")
@blueprint.arguments(ShadowBody)
@blueprint.response(202, ShadowRun)
def start(body: SentShadowPeriod, code: str, version: str) -> Response:
    """Run a draft over recorded actions; the task tells its progress, nothing else is written."""
    return once(_started, status=202, required=False)(
        start_shadow_run,
        code=code,
        version=version,
        occurred_from=body["starts_on"],
        occurred_to=body["ends_on"],
        sample=body.get("sample"),
        seed=body["seed"],
        rulebook=wiring().rulebook,
        **by_caller(),
    )


@blueprint.route(_ROUTE)
@allow(*sorted(INSIDERS))
@blueprint.lists(ShadowRunInAList, "ShadowRuns")
def list_runs(code: str, version: str) -> Response:
    """The runs that were made of a version, newest first."""
    return read_page(
        lambda run: ShadowRunInAList().dump(_shown(run)), read_shadow_runs, code, version
    )


@blueprint.route(f"{_ROUTE}/<run_id>")
@allow(*sorted(INSIDERS))
@blueprint.response(200, ShadowRun)
def read_one(code: str, version: str, run_id: str) -> ShownRun:
    """A run with its report: totals, groups, people, distribution, extremes, refusals.

    Only operators see which actions change most by their ids.
    """
    return _shown(_found(code, version, run_id))


@blueprint.route(f"{_ROUTE}/<run_id>/picture.svg")
@allow(*sorted(INSIDERS))
@blueprint.doc(parameters=[LANGUAGE])
@blueprint.response(200, content_type="image/svg+xml")
def picture(code: str, version: str, run_id: str) -> Response:
    """The report as a picture, in the language of `lang` or `Accept-Language`, or in English."""
    language = wanted_language() or DEFAULT
    run = _found(code, version, run_id)
    if run.report is None:
        raise ReportNotReady(task=public("tsk", run.run_id))
    drawn = shadow_picture(run.report, wiring().rulebook.regions, language)
    response = Response(drawn, content_type="image/svg+xml")
    response.content_language.add(language)
    response.vary.add("Accept-Language")
    return response


def _found(code: str, version: str, run_id: str) -> RunOfARule:
    return wiring().database.transact(
        read_shadow_run, parse("tsk", run_id), code=code, version=version, viewer=caller().viewer
    )


def _started(run: RunOfARule) -> JsonObject:
    shown: JsonObject = ShadowRun().dump(_shown(run))
    return shown


def _shown(run: RunOfARule) -> ShownRun:
    run_id = public("tsk", run.run_id)
    path = f"/v1/methodologies/{run.code}/versions/{run.version}/shadow-runs/{run_id}"
    return {
        "id": run.run_id,
        "task": f"/v1/tasks/{run_id}",
        "starts_on": run.occurred_from,
        "ends_on": run.occurred_to,
        "sample": run.sample,
        "seed": run.seed,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "picture": f"{path}/picture.svg",
        "report": run.report,
    }
