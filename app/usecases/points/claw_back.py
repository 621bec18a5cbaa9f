"""Take back the points of reversed actions; what is already spent is owed, in the open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.ids import new_ids
from app.store.database import Connection
from app.store.points.accounts import lock_accounts, open_lots
from app.store.points.posting import post
from rewards.ledger.points import LotUse, PersonsPoints, PointsPosting
from rewards.points.lots import Lot, take_back

# (participant_id, action_id, points, available_at, expires_at) of an action's award.
Award = tuple[UUID, UUID, int, datetime, datetime]


@dataclass(frozen=True, slots=True)
class Clawback:
    """Points taken from lots, and points that the person now owes; together the award."""

    taken: int
    owed: int


def claw_back(connection: Connection, awards: Sequence[Award], now: datetime) -> list[Clawback]:
    """Take back each award, in order: its own lot first, then the person's others, rest owed.

    An award of no points takes nothing. The caller makes sure that each action comes here once
    (its reversal row is the guard), and that the people exist.
    """
    people = sorted({award[0] for award in awards})
    lock_accounts(connection, people)
    lots_of = _lots_by_person(connection, people, awards, now)
    results: list[Clawback] = []
    postings: list[PointsPosting] = []
    for participant_id, action_id, points, available_at, expires_at in awards:
        if points == 0:
            results.append(Clawback(0, 0))
            continue
        lots = lots_of[participant_id]
        own = next(
            (
                lot.lot_id
                for lot in lots.values()
                if (lot.available_at, lot.expires_at) == (available_at, expires_at)
            ),
            None,
        )
        found = take_back(lots.values(), own, points, now)
        theirs = PersonsPoints(participant_id, action_id)
        taking, owing = new_ids(2)
        if found.taken:
            postings.append(theirs.claw_back(taking, found.uses))
        if found.owed:
            postings.append(theirs.owe(owing, found.owed))
        _use(lots, found.uses)
        results.append(Clawback(found.taken, found.owed))
    post(connection, postings, posted_at=now)
    return results


def _lots_by_person(
    connection: Connection, people: list[UUID], awards: Sequence[Award], now: datetime
) -> dict[UUID, dict[UUID, Lot]]:
    # An award's own lot gives even when it is past its expiry and waits for the sweep.
    oldest = min([now, *(award[4] for award in awards)])
    lots = open_lots(connection, people, expiring_after=oldest - timedelta(microseconds=1))
    return {person: {lot.lot_id: lot for lot in theirs} for person, theirs in lots.items()}


def _use(lots: dict[UUID, Lot], uses: Sequence[LotUse]) -> None:
    for use in uses:
        lot = lots[use.lot_id]
        lots[use.lot_id] = Lot(
            lot.lot_id, lot.available_at, lot.expires_at, lot.remaining + use.points
        )
