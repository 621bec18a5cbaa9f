"""The monitoring report: what a bundle holds, counted and summed by sets."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from rewards.pooling.documents import Amounts, FactorUsed, NamedAmounts, VersionAmounts

_LINES = text(
    """
    select a.behaviour, a.methodology, a.version, a.digest, a.provenance, a.action_class,
           a.region, to_char(a.occurred_at at time zone :zone, 'YYYY-MM') as month,
           count(*) as reductions, cast(sum(e.saved_mg) as bigint) as saved_mg
      from bundle_entry e
      join action a on a.participant_id = e.participant_id and a.action_id = e.action_id
     where e.bundle_id = :bundle_id
     group by grouping sets (
        (a.behaviour), (month), (a.region),
        (a.methodology, a.version, a.digest, a.provenance, a.action_class), ())
    """
)
_FACTORS = text(
    """
    select distinct factor.key as name, factor.value as id
      from bundle_entry e
      join action a on a.participant_id = e.participant_id and a.action_id = e.action_id
     cross join lateral jsonb_each_text(
        case when jsonb_typeof(a.calculation -> 'factors') = 'object'
             then a.calculation -> 'factors' else '{}' end) factor
     where e.bundle_id = :bundle_id
     order by 1, 2 limit 1000
    """
)


class Contents(NamedTuple):
    """What a bundle holds, as a whole and by group; every list is in the order of its names."""

    whole: Amounts
    by_behaviour: list[NamedAmounts]
    by_month: list[NamedAmounts]
    by_region: list[NamedAmounts]
    by_version: list[VersionAmounts]


def contents_of(connection: Connection, bundle_id: UUID, *, zone: ZoneInfo) -> Contents:
    """Counts and sums by behaviour, by civil month, by region, by rule, and of everything."""
    found = Contents(Amounts(0, 0), [], [], [], [])
    for row in connection.execute(_LINES, {"bundle_id": bundle_id, "zone": zone.key}):
        amounts = Amounts(row.reductions, row.saved_mg)
        if row.behaviour is not None:
            found.by_behaviour.append(NamedAmounts(row.behaviour, amounts))
        elif row.month is not None:
            found.by_month.append(NamedAmounts(row.month, amounts))
        elif row.region is not None:
            found.by_region.append(NamedAmounts(row.region, amounts))
        elif row.methodology is not None:
            found.by_version.append(
                VersionAmounts(
                    row.methodology,
                    row.version,
                    bytes(row.digest),
                    row.provenance,
                    row.action_class,
                    amounts,
                )
            )
        else:
            found = found._replace(whole=amounts)
    for lines in found[1:]:
        lines.sort()
    return found


def factors_used(connection: Connection, bundle_id: UUID) -> list[FactorUsed]:
    """The series factors that any reduction of the bundle rests on, by name and id."""
    return [FactorUsed(*row) for row in connection.execute(_FACTORS, {"bundle_id": bundle_id})]
