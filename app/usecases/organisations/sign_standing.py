"""Sign for a step that two people of two roles take with an organisation.

What is signed is the organisation as it stands, by its revision: what was signed for one suspension
counts for no other, and a closing that was signed before a suspension is signed anew after it.
"""

from __future__ import annotations

from datetime import datetime

from app.store.database import Connection
from app.store.organisations.standing import keep_standing_step
from app.store.signing import sign
from behaviours.standing import SIGNS, OrganisationStanding, StandingStep
from behaviours.viewer import Viewer
from rewards.signing import Matter, missing_roles, signature_of

# What is signed.
STANDING = "standing"


def sign_standing(
    connection: Connection,
    held: OrganisationStanding,
    step: str,
    *,
    reason: str,
    by: Viewer,
    now: datetime,
) -> list[str]:
    """The roles that have yet to sign for ``step`` with the held organisation.

    Signing twice changes nothing. Raises SamePersonTwice.
    """
    matter = Matter(STANDING, held.organisation_id, f"{step}:{held.revision}")
    ours = signature_of(by, now)
    signatures = sign(connection, matter, ours)
    awaiting = missing_roles(signatures)
    if ours in signatures:
        taken = SIGNS[step] if awaiting else step
        said = StandingStep(taken, None, reason, ours.user_id, ours.role, now)
        keep_standing_step(connection, held.organisation_id, said)
    return awaiting
