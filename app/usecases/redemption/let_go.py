"""End a hold: the points return to their lots, the items to the stock, the count to the person."""

from __future__ import annotations

from datetime import datetime

from app.ids import new_id
from app.store.database import Connection
from app.store.points.posting import post
from app.store.redemption.redemptions import close_held, paid
from app.store.redemption.stock import put_back
from app.usecases.points.pay_debt import pay_debt
from rewards.ledger.points import PersonsPoints
from rewards.points.lots import give_back
from rewards.redemption.redemption import Redemption


def let_go(
    connection: Connection, held: Redemption, *, debt: int, state: str, now: datetime
) -> int:
    """Close a held redemption as ``state``; the person's account is locked by the caller.

    An old debt is paid first from what returns. Returns how much of it was paid.
    """
    spent = paid(connection, held.participant_id, held.redemption_id).spent
    uses = give_back(spent, [], held.points)
    points = PersonsPoints(held.participant_id, held.redemption_id)
    release = points.release(new_id(), uses)
    postings = [release, *pay_debt(points, uses, debt)]
    close_held(connection, held, state=state, now=now)
    post(connection, postings, posted_at=now)
    put_back(connection, held.offer_id, held.quantity)
    return sum(posting.points for posting in postings[1:])
