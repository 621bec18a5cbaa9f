"""End the seat of a verifier whose days are over, or against whom something came up."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.pooling.bundles import write_bundle
from app.store.pooling.seat_ends import add_seat_end, renew_secret
from app.store.pooling.steps import add_step
from app.store.pooling.verifiers import Seat, seats_of, surroundings_of, surroundings_of_one
from behaviours.civil_time import utc_text
from behaviours.json_value import Json
from behaviours.projects.draw import SECRET_BYTES, commitment_of
from rewards.pooling.bundle import UNSEAT, Bundle
from rewards.pooling.terms import VerifierTerms
from rewards.pooling.verifiers import LAPSED, UNANSWERED, UNFINISHED, UNFREE, Obstacle, about


class EndedSeat(NamedTuple):
    """The bundle without a verifier, who had it, and what stands in that one's way."""

    bundle: Bundle
    verifier_id: UUID
    obstacle: Obstacle


def end_seat(
    connection: Connection, bundle: Bundle, *, terms: VerifierTerms, now: datetime
) -> EndedSeat | None:
    """None while the verifier of the held bundle may go on; the caller has locked the verifiers.

    What it drew and found stays on record, and nothing of it counts. Where the secret of the draw
    had been revealed, there is a new one from here on, and its commitment is published at once.
    """
    seats = seats_of(connection, bundle.bundle_id)
    ended = _ended(connection, bundle, seats[-1], terms=terms, now=now) if seats else None
    if ended is None:
        return None
    why, obstacle = ended
    verifier_id = seats[-1].verifier_id
    kept = add_seat_end(connection, bundle.bundle_id, len(seats), verifier_id, why, now=now)
    commitment = _renewed(connection, bundle)
    free = bundle.unseat(commitment)
    write_bundle(connection, free)
    said: dict[str, Json] = {
        **about(verifier_id, obstacle.organisation_id),
        "attempt": len(seats),
        "why": why,
        "obstacle": obstacle.reason,
        "until": utc_text(bundle.verify_by) if bundle.verify_by else None,
        "from": bundle.state,
    }
    if commitment is not None:
        said["commitment"] = commitment.hex()
        said["commitment_before"] = bundle.commitment.hex() if bundle.commitment else None
        said |= {"drawn": kept.drawn, "found": kept.found}
        said["overstated_mg"] = str(kept.overstated_mg)
    add_step(connection, bundle.bundle_id, UNSEAT, said, now=now)
    return EndedSeat(free, verifier_id, obstacle)


def _renewed(connection: Connection, bundle: Bundle) -> bytes | None:
    """The commitment to a new secret, where the one before was revealed."""
    if not bundle.is_accepted:
        return None
    secret = secrets.token_bytes(SECRET_BYTES)
    renew_secret(connection, bundle.bundle_id, secret)
    return commitment_of(secret)


def _ended(
    connection: Connection, bundle: Bundle, seat: Seat, *, terms: VerifierTerms, now: datetime
) -> tuple[str, Obstacle] | None:
    """Why the seat ends, if it does: its days, a tie, or (before it is accepted) the pool."""
    if not bundle.awaits_seal:
        return None
    if bundle.is_overdue(now):
        return UNFINISHED if bundle.is_accepted else UNANSWERED, Obstacle(LAPSED)
    if bundle.is_accepted:
        around = surroundings_of_one(connection, bundle.bundle_id, seat.verifier_id)
        found = around.tie(seat.verifier_id)
    else:
        around = surroundings_of(connection, bundle.bundle_id, rotation=terms.rotation)
        found = around.barred(seat.verifier_id, seat.how)
    return (UNFREE, found) if found else None
