"""Verifications as everybody reads them: plans, draws and what became of them, for ever."""

from __future__ import annotations

from uuid import UUID

from flask import Response, jsonify
from marshmallow import Schema, fields as plain

from app.auth import allow_public
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import Moment
from app.http.pages import limit_and_cursor, page, read_page
from app.ids import parse, public
from app.shown.verifications import shown_verification
from app.usecases.pooling.read_population import read_population
from app.usecases.pooling.read_verifications import read_verifications
from behaviours.json_value import JsonObject
from rewards.pooling.bundle import STATES

blueprint = Blueprint(
    "verifications",
    __name__,
    description="Plans, draws and attempts, also those that ended.",
)


class VerificationStepAnswer(Schema):
    """One step and what was said with it: approve, submit, seat, decline, unseat, accept, …

    `seat` says who verifies and how: `drawn` by `draw` out of `candidates`, without those in
    `left_out` and for which reasons; `kept` for the same actions after an operator cancelled;
    `approved` by the authority, and which reasons it has set aside. The draw takes the first of
    the candidates by SHA-256(draw, id), where draw = SHA-256("verifier", secret, root, attempt).
    `unseat` says why a seat ended (`unanswered`, `unfinished`: its days were over; `unfree`: with
    the `obstacle`), what was drawn and found by then, and the commitment to the next secret.
    """

    step = plain.String()
    taken_at = Moment()
    said = plain.Dict()


class VerificationAnswer(Schema):
    """A bundle as far as its verification goes."""

    id = plain.String(metadata={"description": "The bundle's."})
    state = plain.String(metadata={"enum": list(STATES)})
    created_at = Moment()
    sampling_commitment = plain.String(allow_none=True)
    sampling_plan = plain.Dict(
        allow_none=True,
        metadata={
            "description": "Its `strata` with bounds, population, mass and size; the one without a"
            " `behaviour` is the largest of all, taken whole."
        },
    )
    sampling_floor = plain.Dict(
        allow_none=True, metadata={"description": "What the programme asks of a plan at least."}
    )
    verify_by = plain.String(
        allow_none=True,
        metadata={
            "format": "date-time",
            "description": "From then on its verifier is late to accept, or to give its opinion.",
        },
    )
    steps = plain.List(plain.Nested(VerificationStepAnswer))


class MemberAnswer(Schema):
    """One submitted reduction, without anybody's person."""

    action_id = plain.String()
    stratum = plain.Integer()
    behaviour = plain.String()
    saved_mg = plain.String()
    gone = plain.Boolean(metadata={"description": "Taken back since it was submitted."})


@blueprint.route("/v1/registry/verifications")
@allow_public
@blueprint.lists(VerificationAnswer, "Verifications")
def list_verifications() -> Response:
    """Every bundle that was ever opened, newest first, with every step of its verification."""
    return read_page(shown_verification, read_verifications)


@blueprint.route("/v1/registry/verifications/<bundle_id>")
@allow_public
@blueprint.response(200, VerificationAnswer)
def read_verification(bundle_id: str) -> Response:
    """The commitment, plan and steps of one bundle, whatever became of it."""
    (found,) = wiring().database.transact(
        read_verifications, bundle_id=parse("bdl", bundle_id), before=None, most=1
    )
    return jsonify(shown_verification(found))


@blueprint.route("/v1/registry/verifications/<bundle_id>/population")
@allow_public
@blueprint.lists(MemberAnswer, "Population")
def read_submitted(bundle_id: str) -> Response:
    """What was submitted, by action id: the root is over it, and anybody draws the sample again.

    A leaf is SHA-256(0x00, 16 bytes 0x00, the id's 16 bytes, saved_mg in 8 bytes), in the tree of
    the inclusion proofs. The sample of a stratum is its first `size` by rank of those not `gone`.
    """
    limit, cursor = limit_and_cursor()
    found = wiring().database.transact(
        read_population,
        parse("bdl", bundle_id),
        after=UUID(hex=cursor) if cursor else None,
        most=limit + 1,
    )
    rows: list[JsonObject] = [
        {
            "action_id": public("act", each.action_id),
            "stratum": each.stratum,
            "behaviour": each.behaviour,
            "saved_mg": str(each.saved_mg),
            "gone": each.gone,
        }
        for each in found
    ]
    return jsonify(page(rows, lambda row: str(row["action_id"])[4:]))
