"""Give points to a person by hand, or take them: two people of two roles, who say why."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.ids import new_id, public
from app.store.database import Connection
from app.store.platform.references import claim_reference, find_reference
from app.store.points.accounts import lock_accounts
from app.store.points.adjusting import (
    adjustments_of,
    expired_of,
    keep_adjustment,
    open_lots,
    widen_lot,
)
from app.store.points.posting import post
from app.usecases.organisations.find_actor import find_actor
from app.usecases.organisations.sign_proposal import sign_proposal
from behaviours.actions.refusals import UnknownParticipant
from behaviours.civil_time import civil_day
from behaviours.json_value import JsonObject
from behaviours.logbook import LoggedSubject
from behaviours.proposals import ADJUST_POINTS, Proposing
from behaviours.viewer import Viewer
from rewards.ledger.points import PersonsPoints, PointsPosting
from rewards.points.adjustment import (
    REINSTATED,
    Adjusting,
    Adjustment,
    check_reinstating,
    give,
    take,
)
from rewards.points.earning import Policies
from rewards.points.lot_window import lot_window


class AdjustingBy(NamedTuple):
    """The policy by which what is given expires, and the zone of its days."""

    policies: Policies
    zone: tzinfo


def adjust_points(
    connection: Connection, asked: Adjusting, rules: AdjustingBy, *, by: Viewer, clock: Clock
) -> tuple[Adjustment, list[str]]:
    """The adjustment, and the roles that have yet to sign the same; with none it is done.

    What was done under this reference before is answered again. Raises UsersOnly,
    UnknownParticipant, ReferenceReused, NotEnoughPoints, NothingIsReinstatedSo, NotSoManyExpired,
    NoPolicyInForce and SamePersonTwice.
    """
    actor = find_actor(connection, by)
    totals = lock_accounts(connection, [asked.participant_id]).get(asked.participant_id)
    if totals is None:
        raise UnknownParticipant
    now = clock.now()
    known = find_reference(connection, asked.key)
    if known is not None:
        (done,) = adjustments_of(connection, asked.participant_id, [known])
        return done, []
    if asked.ground == REINSTATED:
        check_reinstating(asked.points, expired_of(connection, asked.participant_id))
    adjustment = _adjustment(asked, actor.user_id, now)
    whose = PersonsPoints(asked.participant_id, adjustment.adjustment_id)
    taken = []
    if asked.points < 0:
        # More than can be spent is not signed either.
        lots = open_lots(connection, asked.participant_id, now=now)
        taken = take(whose, adjustment.adjustment_id, lots, -asked.points, now)
    if awaiting := sign_proposal(connection, _said(asked), by=by, now=now):
        return adjustment, awaiting
    claim_reference(connection, asked.key, adjustment.adjustment_id)
    postings = taken or _given(connection, adjustment, whose, rules, totals.debt)
    post(connection, postings, posted_at=now)
    keep_adjustment(connection, adjustment)
    return adjustment, []


def _adjustment(asked: Adjusting, by: UUID, now: datetime) -> Adjustment:
    return Adjustment(
        new_id(),
        asked.participant_id,
        asked.points,
        asked.ground,
        asked.reason,
        asked.key.fingerprint,
        by,
        now,
    )


def _said(asked: Adjusting) -> Proposing:
    named = LoggedSubject("participant", public("par", asked.participant_id))
    terms: JsonObject = {
        "points": asked.points,
        "ground": asked.ground,
        "asked": asked.key.fingerprint.hex(),
        "client_reference": asked.stated_reference,
    }
    return Proposing(named, ADJUST_POINTS, terms, asked.reason)


def _given(
    connection: Connection,
    adjustment: Adjustment,
    whose: PersonsPoints,
    rules: AdjustingBy,
    debt: int,
) -> list[PointsPosting]:
    """What is given, in a lot like what is earned today, but available at once."""
    today = civil_day(adjustment.adjusted_at, rules.zone)
    document = rules.policies.for_date(today).document
    window = lot_window(today, rules.zone, 0, document.validity)
    lot_id = widen_lot(connection, adjustment.participant_id, new_id(), window, adjustment.points)
    return give(whose, [adjustment.adjustment_id, new_id()], lot_id, adjustment.points, debt)
