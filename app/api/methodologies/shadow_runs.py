"""Shadow runs: what a rule would have changed, before anyone signs it."""

from __future__ import annotations

from typing import Any

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.fields import Day, Line, Moment, Points, PublicId, Strict
from app.http.once import answer_once
from app.http.pages import limit_and_cursor, page, page_of
from app.ids import UnknownId, parse, public
from app.shown.shadow_picture import shadow_picture
from app.store.database import Connection
from app.store.methodologies.shadowing import read_run, runs_of
from app.usecases.methodologies.refusals import ReportNotReady
from app.usecases.methodologies.standing import Actor
from app.usecases.methodologies.start_shadow_run import start_shadow_run

blueprint = Blueprint("shadow runs", __name__, description="A rule over actions of the past.")

_ROUTE = "/v1/methodologies/<code>/versions/<version>/shadow-runs"
MOST_SAMPLED = 1_000_000


class ShadowBody(Strict):
    """The civil days whose actions are looked at, both included; all of them, or a drawn sample."""

    starts_on = Day(required=True, data_key="from", metadata={"example": "2026-01-01"})
    ends_on = Day(required=True, data_key="to", metadata={"example": "2026-03-31"})
    sample = Points(least=1, most=MOST_SAMPLED, metadata={"description": "How many actions."})
    seed = Line(most=64, load_default="0", metadata={"description": "Draws the same ones again."})


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


ShadowRuns = page_of(ShadowRunInAList, "ShadowRuns")


@blueprint.route(_ROUTE, methods=["POST"])
@allow("operator", "authority")
@blueprint.arguments(ShadowBody, example={"from": "2026-01-01", "to": "2026-03-31", "sample": 1000})
@blueprint.response(202, ShadowRun)
def start(body: dict[str, Any], code: str, version: str) -> Response:
    """Run a draft over recorded actions; the task tells its progress, nothing else is written."""
    present, who = now(), caller()

    def work(connection: Connection) -> tuple[dict[str, Any], int]:
        run_id = start_shadow_run(
            connection,
            code=code,
            version=version,
            occurred_from=body["starts_on"],
            occurred_to=body["ends_on"],
            sample=body.get("sample"),
            seed=body["seed"],
            by=Actor(who.user_id, who.role, who.tenant_id),
            rulebook=wiring().rulebook,
            now=present,
        )
        row = read_run(connection, run_id)
        assert row is not None
        return ShadowRun().dump(_shown(row)), 202

    return answer_once(work, required=False)


@blueprint.route(_ROUTE)
@allow("operator", "authority", "verifier")
@blueprint.paged
@blueprint.response(200, ShadowRuns)
def list_runs(code: str, version: str) -> dict[str, Any]:
    """The runs that were made of a version, newest first."""
    limit, before = limit_and_cursor()
    rows = wiring().database.transact(runs_of, code, version, before=before, most=limit + 1)
    shown = [{**_shown({**row, "report": None}), "_key": row["run_id"]} for row in rows]
    return page(shown, lambda row: row["_key"])


@blueprint.route(f"{_ROUTE}/<run_id>")
@allow("operator", "authority", "verifier")
@blueprint.response(200, ShadowRun)
def read_one(code: str, version: str, run_id: str) -> dict[str, Any]:
    """A run with its report: totals, groups, people, distribution, extremes, refusals.

    Only operators see which actions change most by their ids.
    """
    return _shown(_found(code, version, run_id))


@blueprint.route(f"{_ROUTE}/<run_id>/picture.svg")
@allow("operator", "authority", "verifier")
@blueprint.response(200, content_type="image/svg+xml")
def picture(code: str, version: str, run_id: str) -> Response:
    """The report as a picture."""
    row = _found(code, version, run_id)
    if row["report"] is None:
        raise ReportNotReady(
            f"The run is not finished. GET /v1/tasks/{public('tsk', row['run_id'])} tells how far "
            "it is."
        )
    regions = wiring().rulebook.regions
    return Response(shadow_picture(row["report"], regions), content_type="image/svg+xml")


def _found(code: str, version: str, run_id: str) -> dict[str, Any]:
    known = parse("tsk", run_id)
    row = wiring().database.transact(read_run, known)
    if row is None or (row["code"], row["version"]) != (code, version):
        raise UnknownId(f"There is no such shadow run of {code}@{version}.")
    return row


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    run_id = public("tsk", row["run_id"])
    path = f"/v1/methodologies/{row['code']}/versions/{row['version']}/shadow-runs/{run_id}"
    report = row["report"]
    if report is not None and caller().role != "operator":
        largest = [
            {name: value for name, value in each.items() if name != "action_id"}
            for each in report["largest"]
        ]
        report = {**report, "largest": largest}
    return {
        "id": row["run_id"],
        "task": f"/v1/tasks/{run_id}",
        "starts_on": row["occurred_from"],
        "ends_on": row["occurred_to"],
        "sample": row["sample"],
        "seed": row["seed"],
        "started_at": row["started_at"],
        "finished_at": row["finished_at"],
        "picture": f"{path}/picture.svg",
        "report": report,
    }
