"""SQL of contributions: which reductions of a person may be pooled into bundles."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from behaviours.people import Contribution

_ADD = text(
    """
    insert into contribution (participant_id, contribution_id, methodology, occurred_from,
                              occurred_to, text_version, granted_at)
    values (:participant_id, :contribution_id, :methodology, :occurred_from, :occurred_to,
            :text_version, :granted_at)
    """
)
_OF_PERSON = text(
    """
    select contribution_id, methodology, occurred_from, occurred_to, text_version, granted_at,
           withdrawn_at
      from contribution
     where participant_id = :participant_id
       and (cast(:after as uuid) is null or contribution_id < :after)
     order by contribution_id desc
     limit :limit
    """
)


def add_contributions(
    connection: Connection, participant_id: UUID, contributions: Sequence[Contribution]
) -> None:
    if contributions:
        connection.execute(
            _ADD,
            [
                {
                    "participant_id": participant_id,
                    "contribution_id": each.contribution_id,
                    "methodology": each.methodology,
                    "occurred_from": each.occurred_from,
                    "occurred_to": each.occurred_to,
                    "text_version": each.text_version,
                    "granted_at": each.granted_at,
                }
                for each in contributions
            ],
        )


def contributions_of(
    connection: Connection, participant_id: UUID, *, after: UUID | None, limit: int
) -> list[Contribution]:
    """A person's contributions, newest first, also the withdrawn ones."""
    rows = connection.execute(
        _OF_PERSON, {"participant_id": participant_id, "after": after, "limit": limit}
    )
    return [Contribution(*row) for row in rows]
