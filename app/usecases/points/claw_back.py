"""Take back the points of reversed actions; what is already spent is owed, in the open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.ids import new_ids
from app.store.database import Connection
from app.store.points.accounts import lock_accounts, open_lots
from app.store.points.posting import post
from rewards.points.clawback import AwardToTakeBack, Clawback, claw_back_awards


def claw_back(
    connection: Connection, awards: Sequence[AwardToTakeBack], now: datetime
) -> list[Clawback]:
    """Take back each award, in order: its own lot first, then the person's others, rest owed.

    An award of no points takes nothing. The caller makes sure that each action comes here once
    (its reversal row is the guard), and that the people exist.
    """
    people = sorted({award.participant_id for award in awards})
    lock_accounts(connection, people)
    # An award's own lot gives even when it is past its expiry and waits for the sweep.
    oldest = min([now, *(award.expires_at for award in awards)])
    lots = open_lots(connection, people, expiring_after=oldest - timedelta(microseconds=1))
    # At most one posting for what is taken and one for what is owed.
    transfer_ids = iter(new_ids(2 * len(awards)))
    results, postings = claw_back_awards(awards, lots, transfer_ids, now=now)
    post(connection, postings, posted_at=now)
    return results
