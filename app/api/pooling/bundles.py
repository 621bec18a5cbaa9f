"""Building a bundle: opened, selected, reported, submitted, noticed; or let go."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask import Response, jsonify
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.fields import Day, DecimalText, Line, PublicId, Region, Strict
from app.http.once import answer_once
from app.http.pages import as_page, cursor_id
from app.http.validators import Between
from app.ids import UnknownId, parse
from app.shown.bundles import Bundles, WorkedOn, worked_on
from app.store.database import Connection
from app.store.pooling.bundles import list_bundles, read_bundle
from app.usecases.pooling.give_notice import give_notice
from app.usecases.pooling.let_go import let_go
from app.usecases.pooling.open_bundle import open_bundle
from app.usecases.pooling.start_report import start_report
from app.usecases.pooling.start_selection import start_selection
from app.usecases.pooling.submit_bundle import Plan, submit_bundle
from behaviours.civil_time import civil_day

blueprint = Blueprint("bundles", __name__, description="From verified reductions to a bundle.")

_DAYS = {
    "from": Day(required=True, metadata={"description": "First civil day of the actions."}),
    "to": Day(required=True, metadata={"description": "Last civil day of the actions, included."}),
}


# `from` is no name that Python lets a class body assign to.
class BundleBody(Strict.from_dict(_DAYS, name="BundleDays")):  # type: ignore[misc]
    """What a bundle may hold."""

    methodology_code = Line(metadata={"description": "Left out: every methodology."})
    vintage = plain.Integer(required=True, strict=True, validate=Between(2000, 2999))
    region = Region(metadata={"description": "Left out: every region."})
    unit_class = Line(required=True, metadata={"enum": ["compliance", "voluntary"]})


class PlanBody(Strict):
    """How the sample is drawn; the same seed draws the same sample."""

    confidence = DecimalText(load_default=Decimal("0.95"), metadata={"example": "0.95"})
    precision = DecimalText(load_default=Decimal("0.05"), metadata={"example": "0.05"})
    seed = Line(most=64, metadata={"description": "Left out: a random one, which is published."})


class SubmissionBody(Strict):
    """Who verifies, and by which plan; all of it may be left out."""

    verifier_id = PublicId(
        "org",
        metadata={"description": "Left out: one is drawn by the seed among all verifiers."},
    )
    plan = plain.Nested(PlanBody, load_default=dict)


class Report(Schema):
    """The monitoring report: counts and masses by behaviour, month, region and rule."""

    bundle_id = plain.String()
    written_at = plain.String()
    conditions = plain.Dict()
    reductions = plain.Integer()
    saved_mg = plain.String()
    carried_in_mg = plain.String()
    by_behaviour = plain.List(plain.Dict())
    by_month = plain.List(plain.Dict())
    by_region = plain.List(plain.Dict())
    by_version = plain.List(plain.Dict())
    factors = plain.List(plain.Dict())


@blueprint.route("/v1/bundles", methods=["POST"])
@allow("operator")
@blueprint.arguments(
    BundleBody,
    example={
        "methodology_code": "gd.distributed_pv",
        "vintage": 2026,
        "from": "2026-01-01",
        "to": "2026-06-30",
        "unit_class": "voluntary",
    },
)
@blueprint.response(201, WorkedOn)
def open_a_bundle(body: dict[str, Any]) -> Response:
    """Open a bundle for actions of certain civil days of one vintage year."""
    present, operator = now(), caller().user_id
    known = {version.code for version in wiring().rulebook.versions()}

    def work(connection: Connection) -> tuple[dict[str, Any], int]:
        made = open_bundle(
            connection,
            methodology=body.get("methodology_code"),
            vintage=body["vintage"],
            region=body.get("region"),
            occurred_from=body["from"],
            occurred_to=body["to"],
            class_code=body["unit_class"],
            created_by=operator,
            known_methodologies=known,
            now=present,
        )
        return worked_on(made), 201

    return answer_once(work, required=False)


@blueprint.route("/v1/bundles")
@allow("operator", "authority", "verifier")
@blueprint.paged
@blueprint.response(200, Bundles)
def list_all_bundles() -> Response:
    """Bundles, newest first; a verifier sees those that were submitted to it."""
    most, before = cursor_id()
    rows = wiring().database.transact(
        list_bundles, before=before, most=most, verifier_id=caller().tenant_id
    )
    return as_page([worked_on(row) for row in rows])


@blueprint.route("/v1/bundles/<bundle_id>")
@allow("operator", "authority", "verifier")
@blueprint.response(200, WorkedOn)
def read_one_bundle(bundle_id: str) -> Response:
    """A bundle as it stands."""
    return jsonify(worked_on(_found(bundle_id)))


@blueprint.route("/v1/bundles/<bundle_id>/report")
@allow("operator", "authority", "verifier")
@blueprint.response(200, Report)
def read_report(bundle_id: str) -> Response:
    """The monitoring report."""
    report = _found(bundle_id)["report"]
    if report is None:
        raise UnknownId("The report of this bundle is not written yet.")
    return jsonify(report)


@blueprint.route("/v1/bundles/<bundle_id>/select", methods=["POST"])
@allow("operator")
@blueprint.response(202, WorkedOn)
def select_reductions(bundle_id: str) -> Response:
    """Start selecting: everything that qualifies and is in no other bundle, exactly once.

    What qualifies: of the bundle's methodology, region, vintage and days; entrusted by the
    person; not taken back; of an official source or approved by two people; not behaviour-only;
    not reported by a covered emitter. `task_id` tells the progress.
    """
    return _step(bundle_id, start_selection, 202)


@blueprint.route("/v1/bundles/<bundle_id>/report", methods=["POST"])
@allow("operator")
@blueprint.response(202, WorkedOn)
def write_a_report(bundle_id: str) -> Response:
    """Start writing the monitoring report of a selected bundle."""
    return _step(bundle_id, start_report, 202)


@blueprint.route("/v1/bundles/<bundle_id>/submit", methods=["POST"])
@allow("operator")
@blueprint.arguments(
    SubmissionBody,
    required=False,
    example={
        "verifier_id": "org_0199b2c3d4e57f0080000000000000aa",
        "plan": {"confidence": "0.95", "precision": "0.05", "seed": "2026-07"},
    },
)
@blueprint.response(200, WorkedOn)
def submit_to_verifier(body: dict[str, Any], bundle_id: str) -> Response:
    """Submit a reported bundle to a verifier and draw the sample."""
    plan = body["plan"] or {"confidence": Decimal("0.95"), "precision": Decimal("0.05")}
    seed = plan.get("seed") or secrets.token_hex(8)
    present, known = now(), parse("bdl", bundle_id)

    def work(connection: Connection) -> tuple[dict[str, Any], int]:
        made = submit_bundle(
            connection,
            known,
            verifier_id=body.get("verifier_id"),
            plan=Plan(plan["confidence"], plan["precision"], seed),
            now=present,
        )
        return worked_on(made), 200

    return answer_once(work, required=False)


@blueprint.route("/v1/bundles/<bundle_id>/notice", methods=["POST"])
@allow("operator")
@blueprint.response(200, WorkedOn)
def give_public_notice(bundle_id: str) -> Response:
    """Publish a verified bundle; it may be sealed when the notice has run out.

    How many working days it runs, and by which calendar, the programme's document says.
    """
    terms, zone = wiring().programme.notice, wiring().zone

    def notice(connection: Connection, known: UUID, *, now: Any, **_who: Any) -> dict[str, Any]:
        return give_notice(connection, known, terms=terms, today=civil_day(now, zone), now=now)

    return _step(bundle_id, notice, 200)


@blueprint.route("/v1/bundles/<bundle_id>/cancel", methods=["POST"])
@allow("operator")
@blueprint.response(202, WorkedOn)
def cancel_bundle(bundle_id: str) -> Response:
    """Let an unsealed bundle go: its reductions return to the pool."""

    def cancel(
        connection: Connection, known: UUID, *, started_by: UUID, now: Any
    ) -> dict[str, Any]:
        return let_go(connection, known, state="cancelled", started_by=started_by, now=now)

    return _step(bundle_id, cancel, 202)


def _step(bundle_id: str, verb: Callable[..., dict[str, Any]], status: int) -> Response:
    present, operator, known = now(), caller().user_id, parse("bdl", bundle_id)

    def work(connection: Connection) -> tuple[dict[str, Any], int]:
        return worked_on(verb(connection, known, started_by=operator, now=present)), status

    return answer_once(work, required=False)


def _found(bundle_id: str) -> dict[str, Any]:
    """The bundle; a verifier finds only its own."""
    known, who = parse("bdl", bundle_id), caller()
    row = wiring().database.transact(read_bundle, known)
    if row is None or (who.role == "verifier" and row["verifier_id"] != who.tenant_id):
        raise UnknownId("There is no bundle with this id. Check that it was copied whole.")
    return row
