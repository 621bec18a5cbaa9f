"""SQL of series values: as they were proposed, and which of them two signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields, replace
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, text

from app.store.log.acting import tell
from behaviours.civil_time import civil_day
from behaviours.json_value import JsonObject
from behaviours.logged_things import subject_of
from behaviours.rules.series_value import SERIES_VALUE, NewSeriesValue, SeriesValue
from rewards.signing import Signature

_SAID = tuple(each.name for each in fields(NewSeriesValue))
_ALONE = text("select pg_advisory_xact_lock(hashtextextended('series_values', 0))")
_ADD = text(
    f"""
    insert into series_value (value_id, {", ".join(_SAID)}, proposed_at)
    values (:value_id, {", ".join(f":{name}" for name in _SAID)}, :proposed_at)
    """  # noqa: S608 - names of this code
)
# Published is what both roles signed, from the moment of the second signature.
_ALL = text(
    f"""
    select v.value_id, {", ".join(f"v.{name}" for name in _SAID)}, v.proposed_at, s.published_at
      from series_value v
      left join (select subject_id, max(signed_at) as published_at
                   from signature where subject_kind = '{SERIES_VALUE}'
                  group by subject_id having count(distinct role) = 2) s
        on s.subject_id = v.value_id
     order by v.value_id
    """  # noqa: S608 - names of this code
)


# Of one value each role signs once; whoever signed something else of it is not asked for here.
_SIGNED = text(
    f"""
    select subject_id, role, user_id, signed_at from signature
     where subject_kind = '{SERIES_VALUE}' order by subject_id, signed_at, role
    """  # noqa: S608 - a word of the domain
)


def lock_series(connection: Connection) -> None:
    """Until the transaction ends nobody else proposes or publishes a value."""
    connection.execute(_ALONE)


def add_values(connection: Connection, proposed: Sequence[SeriesValue]) -> None:
    """Keep proposals."""
    if not proposed:
        return
    rows = [
        {
            **asdict(each.said),
            "value": f"{each.said.value:f}",
            "value_id": each.value_id,
            "proposed_at": each.proposed_at,
        }
        for each in proposed
    ]
    connection.execute(_ADD, rows)
    for each in proposed:
        told: JsonObject = {
            "series": each.said.series,
            "value": f"{each.said.value:f}",
            "unit": each.said.unit,
            "published": False,
        }
        named = subject_of(SERIES_VALUE, each.value_id)
        tell(named.kind, named.name, told)


def all_values(connection: Connection, zone: ZoneInfo) -> list[SeriesValue]:
    """Every proposal, in order; there are a few dozen a year.

    ``zone`` is that of the programme, whose civil days tell when one was published.
    """
    found = [_value(row) for row in connection.execute(_ALL).mappings()]
    dated = [(each.published_at, each.value_id) for each in found if each.published_at]
    order = {value_id: at for at, (_, value_id) in enumerate(sorted(dated), start=1)}
    return [
        each
        if each.published_at is None
        else replace(
            each,
            published_on=civil_day(each.published_at, zone),
            order=order[each.value_id],
        )
        for each in found
    ]


def signatures_of_values(connection: Connection) -> dict[UUID, list[Signature]]:
    """Who signed each value, the one who proposed it first."""
    signed: dict[UUID, list[Signature]] = {}
    for value_id, *signature in connection.execute(_SIGNED):
        signed.setdefault(value_id, []).append(Signature(*signature))
    return signed


def published_values(connection: Connection, zone: ZoneInfo) -> list[SeriesValue]:
    """Those that two have signed, in the order of publication."""
    published = [each for each in all_values(connection, zone) if each.published_at is not None]
    return sorted(published, key=lambda each: each.order)


def _value(row: RowMapping) -> SeriesValue:
    said = NewSeriesValue(**{**{name: row[name] for name in _SAID}, "value": Decimal(row["value"])})
    return SeriesValue(row["value_id"], said, row["proposed_at"], row["published_at"])
