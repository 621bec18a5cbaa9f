"""SQL of what an account has when its person leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from behaviours.departure import Departure

# The end is counted as the tombstone counts it.
_COUNTED = text(
    """
    select asked.participant_id,
           (select count(*) from consent c
             where c.participant_id = asked.participant_id and c.withdrawn_at is null),
           (select count(*) from contribution c
             where c.participant_id = asked.participant_id and c.withdrawn_at is null),
           (select count(*) from link l
             where l.participant_id = asked.participant_id and l.unlinked_at is null),
           p.balance, p.debt, r.actions, r.saved_mg, cast(:now as timestamptz),
           cast(:now as timestamptz) + make_interval(months => :months)
      from unnest(cast(:people as uuid[])) as asked (participant_id)
      join points_account p using (participant_id)
      join reduction_account r using (participant_id)
     order by asked.participant_id
    """
)


def departures_of(
    connection: Connection, people: Sequence[UUID], *, months: int, now: datetime
) -> list[Departure]:
    """What these people have at the moment they leave; their accounts are held."""
    asked = {"people": list(people), "months": months, "now": now}
    return [Departure(*row) for row in connection.execute(_COUNTED, asked)]
