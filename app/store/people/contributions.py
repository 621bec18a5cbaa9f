"""SQL of contributions: which reductions of a person may be pooled into bundles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, text

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
_KNOWN = text(
    """
    select contribution_id from contribution
     where participant_id = :participant_id
       and contribution_id = any(cast(:ids as uuid[]))
    """
)
_WITHDRAW = text(
    """
    update contribution set withdrawn_at = :now
     where participant_id = :participant_id and withdrawn_at is null
       and (cast(:ids as uuid[]) is null or contribution_id = any(cast(:ids as uuid[])))
    """
)


@dataclass(frozen=True, slots=True)
class Contribution:
    """An entrustment as it stands; both days belong to it."""

    contribution_id: UUID
    methodology: str | None
    occurred_from: date
    occurred_to: date
    text_version: str
    granted_at: datetime
    withdrawn_at: datetime | None


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


def known_contributions(
    connection: Connection, participant_id: UUID, ids: Sequence[UUID]
) -> set[UUID]:
    """Those of ``ids`` that are this person's."""
    rows = connection.execute(_KNOWN, {"participant_id": participant_id, "ids": list(ids)})
    return {row.contribution_id for row in rows}


def withdraw_contributions(
    connection: Connection, participant_id: UUID, *, ids: Sequence[UUID] | None, now: datetime
) -> None:
    """End some contributions of a person, or with None every one."""
    connection.execute(
        _WITHDRAW,
        {
            "participant_id": participant_id,
            "ids": None if ids is None else list(ids),
            "now": now,
        },
    )
