"""Take back the points of reversed actions; what of them was spent is owed, in the open.

A budget has all of an award back at once: what the person owes is owed to the programme.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.ids import new_ids
from app.store.database import Connection
from app.store.points.accounts import lock_accounts
from app.store.points.own_lots import own_lots
from app.store.points.posting import post
from app.store.recording.budget_slots import sources_of
from app.usecases.points.return_to_budgets import return_to_budgets
from rewards.ledger.points import ISSUANCE, budget_of
from rewards.points.clawback import AwardToTakeBack, Clawback, claw_back_awards


def claw_back(
    connection: Connection, awards: Sequence[AwardToTakeBack], now: datetime
) -> list[Clawback]:
    """Take back each award, in order: what its own lot holds, what expired of it, rest owed.

    An award of no points takes nothing. The caller makes sure that each action comes here once
    (its reversal row is the guard), and that the people exist.
    """
    lock_accounts(connection, sorted({award.participant_id for award in awards}))
    sources = sources_of(connection, [(each.participant_id, each.action_id) for each in awards])
    awards = [each._replace(source=sources.get(each.action_id, each.source)) for each in awards]
    lots = own_lots(connection, {award.window for award in awards})
    # At most one posting for what is taken, one for what expired and one for what is owed.
    transfer_ids = iter(new_ids(3 * len(awards)))
    results, postings = claw_back_awards(awards, lots, transfer_ids)
    post(connection, postings, posted_at=now)
    return_to_budgets(connection, _by_budget(awards), now=now)
    return results


def _by_budget(awards: Sequence[AwardToTakeBack]) -> Counter[UUID]:
    """What of these awards each budget paid."""
    paid = Counter[UUID]()
    for each in awards:
        if each.source != ISSUANCE:
            paid[budget_of(each.source)] += each.points
    return paid
