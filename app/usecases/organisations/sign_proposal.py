"""Sign what takes two people of two roles, and has nothing that waits by itself."""

from __future__ import annotations

from datetime import datetime

from app.store.database import Connection
from app.store.proposals import add_proposal, end_proposal, hold_open_proposal
from app.store.signing import sign_by
from behaviours.proposals import PROPOSAL, SIGN, Proposing
from behaviours.viewer import Viewer
from rewards.signing import Matter


def sign_proposal(
    connection: Connection, said: Proposing, *, by: Viewer, now: datetime
) -> list[str]:
    """The roles that have yet to sign the same terms; with none the caller carries it out.

    Other terms than those that wait take their place. The caller holds what is decided of, so that
    whoever signs at the same moment waits and sees this. Raises SamePersonTwice.
    """
    assert by.user_id is not None, "a user signs"
    waits = hold_open_proposal(connection, said.subject, said.step)
    if waits is not None and waits.said.terms != said.terms:
        end_proposal(connection, waits.proposal_id, carried_out=False, now=now)
        waits = None
    proposal_id = (
        waits.proposal_id if waits else add_proposal(connection, said, by=by.user_id, now=now)
    )
    matter = Matter(PROPOSAL, proposal_id, SIGN)
    awaiting = sign_by(connection, matter, by, now, subject=said.subject)
    if not awaiting:
        end_proposal(connection, proposal_id, carried_out=True, now=now)
    return awaiting
