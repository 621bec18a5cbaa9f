"""Seat a verifier: give a submitted bundle to one that is drawn, or that was approved by name."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from uuid import UUID

from app.ids import public
from app.store.database import Connection
from app.store.pooling.bundles import write_bundle
from app.store.pooling.population import secret_of
from app.store.pooling.steps import add_step
from app.store.pooling.verifiers import add_seat, seats_of
from behaviours.civil_time import utc_text
from behaviours.json_value import Json, JsonObject
from behaviours.projects.draw import drawn_of, verifier_seed
from behaviours.viewer import Viewer
from rewards.pooling.bundle import SEAT, Bundle
from rewards.pooling.terms import VerifierTerms
from rewards.pooling.verifiers import (
    APPROVED,
    BundleSurroundings,
    Obstacle,
    VerifierDraw,
    draw_from_pool,
    reasons_against,
)


def seat_verifier(
    connection: Connection,
    bundle: Bundle,
    around: BundleSurroundings,
    *,
    approved: UUID | None = None,
    instead_of: tuple[UUID, Obstacle] | None = None,
    terms: VerifierTerms,
    by: Viewer,
    now: datetime,
) -> Bundle:
    """Give the held bundle to ``approved``, or to whom is drawn; returns it as it is written.

    What the draw went by, who took part in it and who was left out for what is on record for
    everybody, at once. ``instead_of`` was seated, and may not verify any more for that reason.
    Raises VerifierConflict for who was approved, NoVerifierLeft for a draw.
    """
    attempt = len(seats_of(connection, bundle.bundle_id)) + 1
    said: dict[str, Json] = {"attempt": attempt}
    if approved is not None:
        around.check(approved, APPROVED)
        verifier_id, how = approved, APPROVED
        said["set_aside"] = around.set_aside(approved)
    else:
        seed = _seed(connection, bundle, attempt)
        drawn = draw_from_pool(around, partial(drawn_of, seed=seed))
        verifier_id, how = drawn.verifier_id, drawn.how
        said |= {"draw": seed, **_told(drawn)}
    if instead_of is not None:
        said["instead_of"] = reasons_against({instead_of[0]: [instead_of[1]]})
    name = public("org", verifier_id)
    until = terms.accept_by(now)
    said["until"] = utc_text(until)
    seated = bundle.seat(verifier_id, name, until=until, by=by)
    write_bundle(connection, seated)
    add_seat(connection, bundle.bundle_id, verifier_id, how, now=now)
    add_step(connection, bundle.bundle_id, SEAT, {"verifier_id": name, "how": how, **said}, now=now)
    return seated


def _seed(connection: Connection, bundle: Bundle, attempt: int) -> str:
    plan = bundle.sampling_plan
    assert plan is not None, "a submitted bundle has a plan"
    secret = secret_of(connection, bundle.bundle_id)
    return verifier_seed(secret, bytes.fromhex(plan.root or ""), attempt)


def _told(drawn: VerifierDraw) -> JsonObject:
    return {
        "candidates": [public("org", each) for each in drawn.candidates],
        "left_out": reasons_against(drawn.left_out),
    }
