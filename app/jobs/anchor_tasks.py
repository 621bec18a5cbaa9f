"""Closing days: the books are closed for what is over, and each closed day is anchored in turn.

Killed anywhere, the next run goes on with the first day that has no anchor; two runs at once write
the same, and one of them stays.
"""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from app.jobs.task_run import TaskRun
from app.outbox import names
from app.store.database import Database
from app.store.registry.anchored_rows import TABLES
from app.usecases.registry.anchor_next_day import anchor_next_day
from app.usecases.registry.close_days_of import close_days_of
from app.usecases.registry.count_next_day import count_next_day
from app.usecases.registry.publish_key import publish_key
from app.wiring import Wiring
from behaviours.json_value import JsonObject


def close_books(database: Database, *, zone: ZoneInfo, now: datetime) -> list[str]:
    """Close every table of the books; those that were busy, to be closed another time."""
    return [
        table for table in TABLES if not database.transact(close_days_of, table, zone=zone, now=now)
    ]


def close_days(wiring: Wiring, run: TaskRun) -> JsonObject:
    """Close what is over, anchor day after day, and count those; ``busy`` is closed later."""
    busy = close_books(wiring.database, zone=wiring.zone, now=wiring.clock.now())
    wiring.database.transact(publish_key, wiring.settings.signing_key, now=wiring.clock.now())
    anchored = 0
    while wiring.database.transact(
        anchor_next_day, zone=wiring.zone, signing_key=wiring.settings.signing_key
    ):
        anchored += 1
        run.progress(anchored)
    # After the anchors: only what never changes again is counted.
    while wiring.database.transact(count_next_day):
        run.progress(anchored)
    return {"anchored": anchored, "busy": busy}


ANCHORS = {names.CLOSE_DAYS: close_days}
