"""SQL of a search for people: their accounts, and what claims of theirs hold."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from behaviours.person_search import FoundPerson

_ACCOUNTS = text(
    """
    select p.participant_id, p.state, p.region, p.enrolled_at,
           array(select e.organisation_id from enrolment e
                  where e.participant_id = p.participant_id order by e.organisation_id)
      from participant p
     where p.participant_id = any(cast(:people as uuid[])) order by p.participant_id
    """
)
_HOLDERS = text(
    """
    select distinct participant_id, action_id from claim_key
     where claim_digest = any(cast(:digests as bytea[]))
     order by participant_id, action_id limit :most
    """
)


def accounts_of(connection: Connection, people: Sequence[UUID]) -> list[FoundPerson]:
    """The accounts of those that have one, open or closed, by their ids."""
    rows = connection.execute(_ACCOUNTS, {"people": list(people)})
    return [FoundPerson(*row) for row in rows]


def holders_of(
    connection: Connection, digests: Sequence[bytes], *, most: int
) -> list[tuple[UUID, UUID]]:
    """(participant, action) that hold one of these claims."""
    asked = {"digests": list(digests), "most": most}
    return [(row.participant_id, row.action_id) for row in connection.execute(_HOLDERS, asked)]
