"""Write off debts that are older than the programme lets a debt be."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from app.ids import new_ids
from app.store.database import Connection
from app.store.points.accounts import lock_accounts
from app.store.points.debts import aged_debts
from app.store.points.posting import post
from behaviours.civil_time import civil_day, months_later, start_of_day
from rewards.points.debt import write_off_old

CHUNK_PEOPLE = 1_000


def write_off_debts(
    connection: Connection,
    *,
    months: int,
    zone: ZoneInfo,
    now: datetime,
    people: int = CHUNK_PEOPLE,
) -> int:
    """Let go what ``people`` at most have owed for more than ``months``; how many it concerned.

    Run it again until it reports none. What was paid went to the oldest debt first.
    """
    before = start_of_day(months_later(civil_day(now, zone), -months), zone)
    found = [each.participant_id for each in aged_debts(connection, before=before, most=people)]
    if not found:
        return 0
    lock_accounts(connection, found)
    # Again under the locks: an award may have paid meanwhile.
    aged = aged_debts(connection, before=before, most=len(found), people=found)
    post(connection, write_off_old(aged, iter(new_ids(len(aged)))), posted_at=now)
    return len(found)
