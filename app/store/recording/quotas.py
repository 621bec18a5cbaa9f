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
from behaviours.quotas import Quota, Reported

# A row for each of so many; a thousand single actions of a second meet seldom in one.
STRIPES = 16

_LOCK = text("""
    SELECT pg_advisory_xact_lock(hashtextextended('provider_day ' || d.provider_id, 0))
    FROM unnest(cast(:provider_ids AS text[])) WITH ORDINALITY AS d (provider_id, position)
    ORDER BY d.position
""")
_USED = text("""
    SELECT provider_id, sum(actions)::bigint AS actions, sum(saved_mg)::bigint AS saved_mg
    FROM provider_day
    WHERE provider_id = ANY(cast(:provider_ids AS uuid[])) AND day = :day GROUP BY provider_id
""")
_ADD = text("""
    INSERT INTO provider_day (provider_id, day, stripe, actions, saved_mg)
    SELECT d.provider_id, :day, :stripe, d.actions, d.saved_mg
    FROM unnest(cast(:provider_ids AS uuid[]), cast(:actions AS bigint[]),
            cast(:saved_mg AS bigint[]))
        AS d (provider_id, actions, saved_mg)
    ORDER BY d.provider_id
    ON CONFLICT (provider_id, day, stripe) DO UPDATE
    SET actions = provider_day.actions + excluded.actions,
        saved_mg = provider_day.saved_mg + excluded.saved_mg
""")
_TELL = text("""
    INSERT INTO quota_alarm (alarm_id, provider_id, day, actions, quota, saved_mg, quota_mg,
        alarmed_at)
    SELECT d.alarm_id, d.provider_id, :day, d.actions, d.quota, d.saved_mg, d.quota_mg, :now
    FROM unnest(cast(:alarm_ids AS uuid[]), cast(:provider_ids AS uuid[]),
            cast(:actions AS bigint[]), cast(:quotas AS bigint[]),
            cast(:saved_mg AS bigint[]), cast(:quotas_mg AS bigint[]))
        AS d (alarm_id, provider_id, actions, quota, saved_mg, quota_mg)
    WHERE NOT EXISTS (
        SELECT 1 FROM quota_alarm q WHERE q.provider_id = d.provider_id AND q.day = :day
    )
    ORDER BY d.provider_id
    ON CONFLICT (provider_id, day) DO NOTHING
    RETURNING provider_id
""")
_ALARMS = text("""
    SELECT alarm_id, provider_id, day, actions, quota, saved_mg, quota_mg, alarmed_at
    FROM quota_alarm
    WHERE alarm_id < :before ORDER BY alarm_id DESC LIMIT :limit
""")
_ALARMED = text(
    "SELECT alarmed_at FROM quota_alarm WHERE provider_id = :provider_id AND day = :day"
)
_AFTER_ALL = UUID(int=(1 << 128) - 1)


class QuotaAlarm(NamedTuple):
    """That a provider's quota of a day was used so far, as the operators were told.

    ``quota`` and ``quota_mg`` are None where there was none; ``saved_mg`` is where it was not
    counted yet.
    """

    alarm_id: UUID
    provider_id: UUID
    day: date
    actions: int
    quota: int | None
    saved_mg: int | None
    quota_mg: int | None
    alarmed_at: datetime


def lock_provider_days(connection: Connection, providers: Sequence[str]) -> None:
    """Wait until no other list of these providers is being counted, to the transaction's end.

    Taken after the people's accounts and before any claim, by everybody in the order of the ids.
    """
    connection.execute(_LOCK, {"provider_ids": sorted(providers)})


def reported_on(connection: Connection, providers: Sequence[str], day: date) -> dict[str, Reported]:
    """What is counted of each provider on the day; those of whom nothing is are left out."""
    rows = connection.execute(_USED, {"provider_ids": list(providers), "day": day})
    return {row.provider_id.hex: Reported(row.actions, row.saved_mg) for row in rows}


def add_to_days(connection: Connection, counts: Mapping[str, Reported], day: date) -> None:
    """Add to the day of each provider; one stripe, by chance, takes a list whole."""
    stripe = new_id().int % STRIPES
    connection.execute(
        _ADD,
        {
            "provider_ids": list(counts),
            "actions": [each.actions for each in counts.values()],
            "saved_mg": [each.saved_mg for each in counts.values()],
            "day": day,
            "stripe": stripe,
        },
    )


def tell_quotas(
    connection: Connection,
    used: Mapping[str, tuple[Reported, Quota]],
    *,
    day: date,
    now: datetime,
) -> set[str]:
    """Note what is used of each provider's quota once a day; returns whose was not noted before."""
    rows = connection.execute(
        _TELL,
        {
            "alarm_ids": [new_id() for _ in used],
            "provider_ids": list(used),
            "actions": [reported.actions for reported, _ in used.values()],
            "quotas": [quota.actions for _, quota in used.values()],
            "saved_mg": [reported.saved_mg for reported, _ in used.values()],
            "quotas_mg": [quota.saved_mg for _, quota in used.values()],
            "day": day,
            "now": now,
        },
    )
    return {provider.hex for provider in rows.scalars()}


def alarmed_at(connection: Connection, provider_id: UUID, day: date) -> datetime | None:
    """When it was told that the provider's quota of the day is nearly used; None when not."""
    moment: datetime | None = connection.execute(
        _ALARMED, {"provider_id": provider_id, "day": day}
    ).scalar()
    return moment


def quota_alarms(connection: Connection, *, before: UUID | None, limit: int) -> list[QuotaAlarm]:
    """What was told, the last first, from before an id on."""
    rows = connection.execute(_ALARMS, {"before": before or _AFTER_ALL, "limit": limit})
    return [QuotaAlarm(*row) for row in rows]
