"""The monitoring report: what a bundle holds, counted and summed by sets."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

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


def report_lines(connection: Connection, bundle_id: UUID, *, zone: str) -> list[dict[str, Any]]:
    """Counts and sums by behaviour, by civil month, by region, by rule, and of everything."""
    rows = connection.execute(_LINES, {"bundle_id": bundle_id, "zone": zone}).mappings()
    return [dict(row) for row in rows]


def factors_used(connection: Connection, bundle_id: UUID) -> list[dict[str, str]]:
    """The series factors that any reduction of the bundle rests on."""
    return [dict(row) for row in connection.execute(_FACTORS, {"bundle_id": bundle_id}).mappings()]
