"""What one person proposed and somebody of another role has yet to sign.

Some decisions are made in one call and have nothing that waits by itself: who may be drawn to
verify, what is stated of ties, what an issuer's numbers are like, that a user answers for more than
before, and that a settled sale or a provider's days are taken back. Each is a proposal, by its
terms, until both roles have signed the same terms. Other terms of the same matter take its place,
and are signed anew by both.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.json_value import JsonObject
from behaviours.logbook import LoggedSubject

# As a signature names it: what is signed of a proposal is all of it.
PROPOSAL: Final = "proposal"
SIGN: Final = "sign"

ADMIT_VERIFIER: Final = "verifier.admit"
REMOVE_VERIFIER: Final = "verifier.remove"
STATE_TIES: Final = "organisation.state_ties"
STATE_NUMBERS: Final = "issuer.state_numbers"
LIMIT_USER: Final = "user.limit"
REVERSE_FOR_MERCHANT: Final = "redemption.reverse_for_merchant"
REVERSE_DAYS: Final = "action.reverse_days"
ADJUST_POINTS: Final = "points.adjust"
# Everything that is proposed so, by the step that the log knows.
PROPOSED: Final = (
    ADMIT_VERIFIER,
    REMOVE_VERIFIER,
    STATE_TIES,
    STATE_NUMBERS,
    LIMIT_USER,
    REVERSE_FOR_MERCHANT,
    REVERSE_DAYS,
    ADJUST_POINTS,
)


class Proposing(NamedTuple):
    """What is to be done to what, by which terms, and why."""

    subject: LoggedSubject
    step: str
    terms: JsonObject
    reason: str | None = None


class Proposal(NamedTuple):
    """A proposal that waits, and the roles that have signed it."""

    proposal_id: UUID
    said: Proposing
    proposed_by: UUID
    proposed_at: datetime
    signed: Sequence[str] = ()
