"""Write off debts that are older than the programme lets a debt be."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from app.clock import Clock
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
    clock: Clock,
    people: int = CHUNK_PEOPLE,
) -> int:
    """Let go what ``people`` at most have owed for more than ``months``; how many it concerned.

    Run it again until it reports none. What was paid went to the oldest debt first.
    """
    before = _oldest(clock.now(), months, zone)
    found = [each.participant_id for each in aged_debts(connection, before=before, most=people)]
    if not found:
        return 0
    lock_accounts(connection, found)
    now = clock.now()
    before = _oldest(now, months, zone)
    # Again under the locks: an award may have paid meanwhile.
    aged = aged_debts(connection, before=before, most=len(found), people=found)
    post(connection, write_off_old(aged, iter(new_ids(len(aged)))), posted_at=now)
    return len(found)


def _oldest(now: datetime, months: int, zone: ZoneInfo) -> datetime:
    """From when on a debt is not yet too old."""
    return start_of_day(months_later(civil_day(now, zone), -months), zone)
