"""What providers reported on a civil day: read, locked, counted, and told when it is much.

No row is everybody's: a day of a provider is counted in stripes, and the sum decides. Lists take
turns by a lock that only providers with a quota meet; see ``lock_provider_days``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from app.ids import new_id
from app.store.database import Connection

# A row for each of so many; a thousand single actions of a second meet seldom in one.
STRIPES = 16

_LOCK = text("""
    SELECT pg_advisory_xact_lock(hashtextextended('provider_day ' || d.provider_id, 0))
    FROM unnest(cast(:provider_ids AS text[])) WITH ORDINALITY AS d (provider_id, position)
    ORDER BY d.position
""")
_USED = text("""
    SELECT provider_id, sum(actions)::bigint AS actions FROM provider_day
    WHERE provider_id = ANY(cast(:provider_ids AS uuid[])) AND day = :day GROUP BY provider_id
""")
_ADD = text("""
    INSERT INTO provider_day (provider_id, day, stripe, actions)
    SELECT d.provider_id, :day, :stripe, d.actions
    FROM unnest(cast(:provider_ids AS uuid[]), cast(:actions AS bigint[]))
        AS d (provider_id, actions)
    ORDER BY d.provider_id
    ON CONFLICT (provider_id, day, stripe) DO UPDATE
    SET actions = provider_day.actions + excluded.actions
""")
_TELL = text("""
    INSERT INTO quota_alarm (alarm_id, provider_id, day, actions, quota, alarmed_at)
    SELECT d.alarm_id, d.provider_id, :day, d.actions, d.quota, :now
    FROM unnest(cast(:alarm_ids AS uuid[]), cast(:provider_ids AS uuid[]),
            cast(:actions AS bigint[]), cast(:quotas AS bigint[]))
        AS d (alarm_id, provider_id, actions, quota)
    WHERE NOT EXISTS (
        SELECT 1 FROM quota_alarm q WHERE q.provider_id = d.provider_id AND q.day = :day
    )
    ORDER BY d.provider_id
    ON CONFLICT (provider_id, day) DO NOTHING
    RETURNING provider_id
""")
_ALARMS = text("""
    SELECT alarm_id, provider_id, day, actions, quota, alarmed_at FROM quota_alarm
    WHERE alarm_id < :before ORDER BY alarm_id DESC LIMIT :limit
""")
_AFTER_ALL = UUID(int=(1 << 128) - 1)


class QuotaAlarm(NamedTuple):
    """That a provider's quota of a day was used so far, as the operators were told."""

    alarm_id: UUID
    provider_id: UUID
    day: date
    actions: int
    quota: int
    alarmed_at: datetime


def lock_provider_days(connection: Connection, providers: Sequence[str]) -> None:
    """Wait until no other list of these providers is being counted, to the transaction's end.

    Taken after the people's accounts and before any claim, by everybody in the order of the ids.
    """
    connection.execute(_LOCK, {"provider_ids": sorted(providers)})


def actions_of_day(connection: Connection, providers: Sequence[str], day: date) -> dict[str, int]:
    """How many actions of each provider are counted on the day; those without any are left out."""
    rows = connection.execute(_USED, {"provider_ids": list(providers), "day": day})
    return {row.provider_id.hex: row.actions for row in rows}


def count_actions(connection: Connection, counts: Mapping[str, int], day: date) -> None:
    """Add to the day of each provider; one stripe, by chance, takes a list whole."""
    stripe = new_id().int % STRIPES
    connection.execute(
        _ADD,
        {
            "provider_ids": list(counts),
            "actions": list(counts.values()),
            "day": day,
            "stripe": stripe,
        },
    )


def tell_quotas(
    connection: Connection, used: Mapping[str, tuple[int, int]], *, day: date, now: datetime
) -> set[str]:
    """Note (actions, quota) of each provider once a day; returns whose was not noted before."""
    rows = connection.execute(
        _TELL,
        {
            "alarm_ids": [new_id() for _ in used],
            "provider_ids": list(used),
            "actions": [actions for actions, _ in used.values()],
            "quotas": [quota for _, quota in used.values()],
            "day": day,
            "now": now,
        },
    )
    return {provider.hex for provider in rows.scalars()}


def quota_alarms(connection: Connection, *, before: UUID | None, limit: int) -> list[QuotaAlarm]:
    """What was told, the last first, from before an id on."""
    rows = connection.execute(_ALARMS, {"before": before or _AFTER_ALL, "limit": limit})
    return [QuotaAlarm(*row) for row in rows]
