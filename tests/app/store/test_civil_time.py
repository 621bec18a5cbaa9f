"""Days in the database and days in the domain are the same, and moments come back in UTC."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import make_url, text

from app.settings import Settings
from app.store.database import Database
from app.wiring import Wiring
from behaviours.civil_time import civil_day, start_of_day

ZONES = (
    *("Asia/Shanghai", "Asia/Urumqi", "America/New_York", "America/Havana", "Asia/Beirut"),
    *("Australia/Lord_Howe", "America/Santiago", "Asia/Kathmandu", "Pacific/Chatham", "UTC"),
)
# As selection, caps and the audit write it.
_DAYS = text(
    """
    select cast(moment at time zone zone as date)
      from unnest(cast(:moments as timestamptz[]), cast(:zones as text[]))
           with ordinality as asked (moment, zone, place)
     order by place
    """
)


def test_postgresql_and_the_domain_agree_on_the_day_of_a_moment(wiring: Wiring) -> None:
    dice = Random("days")
    asked = []
    for zone in map(ZoneInfo, ZONES):
        for _ in range(300):
            day = datetime(2013, 1, 1, tzinfo=UTC).date() + timedelta(days=dice.randrange(6_000))
            # Around midnight, where it matters, and anywhere.
            near = timedelta(seconds=dice.choice((-1, 0, 1, 3_600, dice.randrange(86_400))))
            asked.append((start_of_day(day, zone) + near, zone))
    told = wiring.database.transact(
        lambda connection: list(
            connection.execute(
                _DAYS,
                {
                    "moments": [moment.isoformat() for moment, _ in asked],
                    "zones": [zone.key for _, zone in asked],
                },
            ).scalars()
        )
    )
    assert told == [civil_day(moment, zone) for moment, zone in asked]


def test_moments_come_back_in_utc_whatever_the_server_is_set_to(
    settings: Settings, fresh_database: str
) -> None:
    name = make_url(fresh_database).database
    own = replace(settings, database_url=fresh_database)
    assert own.database_url is not None
    first = Database(own.database_url)
    first.transact(
        lambda connection: connection.execute(
            text(f"alter database \"{name}\" set timezone = 'America/New_York'")
        )
    )
    first.close()
    second = Database(own.database_url)
    said = second.transact(
        lambda connection: connection.execute(
            text("select timestamptz '2026-11-01 05:30+00', timestamptz '2026-11-01 06:30+00'")
        ).one()
    )
    second.close()
    assert said[1] - said[0] == timedelta(hours=1)
    assert said[0].utcoffset() == timedelta(0)
