"""SQL of contributions: which reductions of a person may be pooled into bundles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from behaviours.mandates import Caps
from behaviours.people import Contribution

_ADD = text(
    """
    insert into contribution (participant_id, contribution_id, methodology, occurred_from,
                              occurred_to, text_version, granted_at, bundle_id,
                              most_mg_per_year, most_mg_per_bundle, most_percent)
    values (:participant_id, :contribution_id, :methodology, :occurred_from, :occurred_to,
            :text_version, :granted_at, :bundle_id, :per_year_mg, :per_bundle_mg, :percent)
    """
)
_READ = """
    select contribution_id, methodology, occurred_from, occurred_to, text_version, granted_at,
           withdrawn_at, bundle_id, most_mg_per_year, most_mg_per_bundle, most_percent
      from contribution
     where participant_id = :participant_id
"""
_OF_PERSON = text(
    f"""
    {_READ}
       and (cast(:after as uuid) is null or contribution_id < :after)
     order by contribution_id desc
     limit :limit
    """
)
_STANDING = text(f"{_READ} and withdrawn_at is null")


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
                    "bundle_id": each.bundle_id,
                    **(each.caps or Caps())._asdict(),
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
    return [_contribution(row) for row in rows]


def standing_of(connection: Connection, participant_id: UUID) -> list[Contribution]:
    """What a person has entrusted and not withdrawn."""
    rows = connection.execute(_STANDING, {"participant_id": participant_id})
    return [_contribution(row) for row in rows]


def _contribution(row: Sequence[Any]) -> Contribution:
    caps = Caps(*row[8:])
    contribution = Contribution(*row[:7])
    return replace(contribution, bundle_id=row[7], caps=None if caps == Caps() else caps)
