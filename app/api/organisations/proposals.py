"""What one person proposed and another has yet to sign."""

from __future__ import annotations

from flask import Response

from app.auth import allow
from app.http.blueprint import Blueprint
from app.http.pages import read_page
from app.shown.proposals import ProposalAnswer, proposal_answer
from app.usecases.organisations.read_proposals import read_proposals
from rewards.signing import ROLES

blueprint = Blueprint("proposals", __name__, description="What a second person has yet to sign.")


@blueprint.route("/v1/proposals", methods=["GET"])
@allow(*reversed(ROLES))
@blueprint.lists(ProposalAnswer, "ProposalList")
def list_proposals() -> Response:
    """What one person proposed and somebody of the other role has yet to sign, newest first: who
    is of the pool of verifiers, ties that are stated, what an issuer's numbers are like, and users
    who are to answer for more than before.

    To sign, send the same to the route of the step; other terms take its place, and both sign anew.
    """
    return read_page(proposal_answer, read_proposals)
