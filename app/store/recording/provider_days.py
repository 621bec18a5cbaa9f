"""SQL of what a provider reported in a stretch of time and nobody took back: in sum, and by id."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, text

from app.store.tables.holds import WAITS
from behaviours.actions.days_reversal import ProviderStretch, TakenBackTally

_OF_STRETCH = """
    a.provider_id = :provider_id and a.occurred_at >= :from_at and a.occurred_at < :to_at
       and a.recorded_at <= :recorded_until
"""
# What was credited, and what still waits to be.
_LIVE = f"""
    select a.participant_id, a.action_id, a.saved_mg, a.points from action a
     where {_OF_STRETCH}
       and not exists (select from reversal r where r.participant_id = a.participant_id
                          and r.action_id = a.action_id)
     union all
    select a.participant_id, a.action_id, 0, 0 from waiting_action a
      join action_hold h on h.participant_id = a.participant_id and h.action_id = a.action_id
     where {_OF_STRETCH} and h.{WAITS}
"""  # noqa: S608 - only names of this code
_TALLY = text(
    f"""
    select count(*), count(distinct participant_id), coalesce(sum(saved_mg), 0)::bigint,
           coalesce(sum(points), 0)::bigint,
           count(*) filter (where exists (
               select from bundle_entry e join bundle b using (bundle_id)
                where e.participant_id = live.participant_id and e.action_id = live.action_id
                  and b.frozen_at is not null))
      from ({_LIVE}) live
    """  # noqa: S608
)
_SOME = text(
    f"""
    select action_id from ({_LIVE}) live
     where cast(:after as uuid) is null or action_id > :after
     order by action_id limit :most
    """  # noqa: S608
)


def tally_of_stretch(connection: Connection, stretch: ProviderStretch) -> TakenBackTally:
    """What would be taken back."""
    return TakenBackTally(*connection.execute(_TALLY, stretch._asdict()).one())


def some_of_stretch(
    connection: Connection, stretch: ProviderStretch, *, after: UUID | None, most: int
) -> list[UUID]:
    """Up to ``most`` of the actions that are left of it, by id, from after one on."""
    asked = {**stretch._asdict(), "after": after, "most": most}
    return list(connection.execute(_SOME, asked).scalars())
