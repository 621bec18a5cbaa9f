"""What an operator and an authority sign together: gates, seals and issues."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import moment
from app.http.once import once
from app.http.reasons import Reasoned, SentReason
from app.http.signing import unless_awaited
from app.ids import parse, public
from app.shown.bundles import Signed, signed
from app.usecases.pooling.approve_version import approve_version
from app.usecases.pooling.sign_issue import sign_issue
from app.usecases.pooling.sign_seal import sign_seal
from behaviours.json_value import JsonObject
from rewards.pooling.bundle import SIGN_ISSUE, SIGN_SEAL, roles_for
from rewards.signing import ROLES, Approval, two_people

blueprint = Blueprint("signatures", __name__, description="What takes two people of two roles.")


class ApprovalBody(Reasoned):
    """Why figures of a weak provenance may go into bundles."""

    EXAMPLE: ClassVar[JsonObject] = {"reason": "The issuer confirmed the figure."}


class Gate(Schema):
    """Who approved a version for bundles; open when both roles did."""

    methodology = plain.String(metadata={"example": "bj.low_carbon_travel@2024"})
    open = plain.Boolean()
    approvals = plain.List(plain.Dict())


@blueprint.route("/v1/methodologies/<code>/versions/<version>/gate-approvals", methods=["POST"])
@allow(*reversed(ROLES), step="methodology.approve_for_bundles")
@blueprint.arguments(ApprovalBody)
@blueprint.response(201, Gate)
def approve_for_bundles(body: SentReason, code: str, version: str) -> Response:
    """Approve a version on press figures or assumptions for bundles; it takes both roles."""
    # Refuses a version that was never published.
    published = wiring().rulebook.version(code, version)
    who = caller()

    def gate(given: Sequence[Approval]) -> JsonObject:
        return {
            "methodology": f"{code}@{version}",
            "open": two_people((each.role, each.user_id) for each in given),
            "approvals": [
                {
                    "by": public("usr", each.user_id),
                    "role": each.role,
                    "reason": each.reason,
                    "approved_at": moment(each.approved_at),
                }
                for each in given
            ],
        }

    return once(gate, status=201, required=False)(
        approve_version,
        methodology=published.code,
        version=published.version,
        user_id=who.user_id,
        role=who.role,
        reason=body["reason"],
        clock=wiring().clock,
    )


@blueprint.route("/v1/bundles/<bundle_id>/seal", methods=["POST"])
@allow(*roles_for(SIGN_SEAL), step="bundle.seal")
@blueprint.keyed
@blueprint.response(202, Signed)
def seal_bundle(bundle_id: str) -> Response:
    """Sign the sealing; the second signature, of the other role, starts it.

    Sealing takes out what was withdrawn or taken back, counts again, and builds the sum tree
    whose root and total are published. Refused while the public notice runs.
    """
    return once(signed, status=202)(
        sign_seal, parse("bdl", bundle_id), zone=wiring().zone, **by_caller()
    )


@blueprint.route("/v1/bundles/<bundle_id>/issue", methods=["POST"])
@allow(*roles_for(SIGN_ISSUE), step="bundle.issue")
@blueprint.keyed
@blueprint.signed(201, Signed)
def issue_bundle(bundle_id: str) -> Response:
    """Sign the issue; the second signature, of the other role, makes the units."""

    return once(signed, status=unless_awaited(201))(
        sign_issue, parse("bdl", bundle_id), **by_caller()
    )
