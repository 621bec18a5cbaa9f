"""SQL of links: which of a provider's users a person is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.paging import newest_first, page_of_person
from behaviours.links import Link, Ties

_COLUMNS = (
    "link_id, organisation_id, linked_by, linked_at, unlinked_at, last_word_at, ended_because"
)
# Keyed by itself: of two accounts that claim one subject the second finds it taken.
_CLAIM = text(
    """
    insert into linked_subject (subject_digest, participant_id, link_id)
    values (:digest, :participant_id, :link_id)
        on conflict (subject_digest) do nothing
    """
)
_ADD = text(
    """
    insert into link (participant_id, link_id, organisation_id, subject_digest, linked_by,
                      linked_at)
    values (:participant_id, :link_id, :organisation_id, :digest, :linked_by, :linked_at)
    """
)
_OF_SUBJECT = text(
    "select participant_id, link_id from linked_subject where subject_digest = :digest"
)
_OF_PERSON = newest_first(
    f"select {_COLUMNS} from link where participant_id = :participant_id",  # noqa: S608 - constants of this file
    by="link_id",
)
_END = text(
    """
    update link set unlinked_at = :now, ended_because = :because
     where participant_id = :participant_id and unlinked_at is null
       and (cast(:ids as uuid[]) is null or link_id = any(cast(:ids as uuid[])))
    returning link_id, subject_digest
    """
)
_WORD = text(
    """
    update link set last_word_at = :now
     where participant_id = :participant_id and link_id = :link_id
    """
)
# The oldest first, a chunk at a time.
_END_OF = text(
    """
    update link set unlinked_at = :now, ended_because = :because
     where (participant_id, link_id) in (
         select participant_id, link_id from link
          where organisation_id = :organisation_id and unlinked_at is null
          order by link_id limit :most for update)
    returning subject_digest
    """
)
_FREE = text("delete from linked_subject where subject_digest = any(cast(:digests as bytea[]))")
_TIES = text(
    """
    select asked.participant_id,
           exists (select from enrolment e where e.participant_id = asked.participant_id
                      and e.organisation_id <> :organisation_id),
           exists (select from app_user u where u.participant_id = asked.participant_id
                      and u.ended_at is null),
           exists (select from link l where l.participant_id = asked.participant_id)
      from unnest(cast(:people as uuid[])) as asked (participant_id)
    """
)


class Linked(NamedTuple):
    """The account to which a subject is linked, and by which link."""

    participant_id: UUID
    link_id: UUID


def add_link(
    connection: Connection, participant_id: UUID, link: Link, *, subject_digest: bytes
) -> bool:
    """Link a held account; False when the subject is linked already."""
    asked = {
        "participant_id": participant_id,
        "link_id": link.link_id,
        "organisation_id": link.organisation_id,
        "digest": subject_digest,
        "linked_by": link.linked_by,
        "linked_at": link.linked_at,
    }
    if connection.execute(_CLAIM, asked).rowcount != 1:
        return False
    connection.execute(_ADD, asked)
    return True


def linked_to(connection: Connection, subject_digest: bytes) -> Linked | None:
    """Whom this subject is linked to now."""
    row = connection.execute(_OF_SUBJECT, {"digest": subject_digest}).one_or_none()
    return Linked(*row) if row else None


def links_of(
    connection: Connection,
    participant_id: UUID,
    *,
    before: UUID | None = None,
    limit: int | None = None,
) -> list[Link]:
    """A person's links, newest first, also those that ended."""
    rows = page_of_person(connection, _OF_PERSON, participant_id, before=before, most=limit)
    return [Link(*row) for row in rows]


def note_word(connection: Connection, linked: Linked, *, now: datetime) -> None:
    """Keep when a provider's word last opened the account."""
    connection.execute(_WORD, {**linked._asdict(), "now": now})


def end_links(
    connection: Connection,
    participant_id: UUID,
    *,
    ids: Sequence[UUID] | None,
    because: str,
    now: datetime,
) -> list[UUID]:
    """End some of a person's links, or with None every one; those that were ended by this."""
    asked = {
        "participant_id": participant_id,
        "ids": None if ids is None else list(ids),
        "because": because,
        "now": now,
    }
    ended = connection.execute(_END, asked).all()
    if ended:
        connection.execute(_FREE, {"digests": [row.subject_digest for row in ended]})
    return [row.link_id for row in ended]


def end_links_of(
    connection: Connection, organisation_id: UUID, *, because: str, most: int, now: datetime
) -> int:
    """End up to ``most`` links to users of an organisation; how many that were."""
    asked = {
        "organisation_id": organisation_id,
        "because": because,
        "most": most,
        "now": now,
    }
    digests = list(connection.execute(_END_OF, asked).scalars())
    if digests:
        connection.execute(_FREE, {"digests": digests})
    return len(digests)


def ties_of(
    connection: Connection, people: Sequence[UUID], *, organisation_id: UUID
) -> dict[UUID, Ties]:
    """Who besides this organisation has a part in the accounts of these people."""
    asked = {"people": list(people), "organisation_id": organisation_id}
    return {row[0]: Ties(*row[1:]) for row in connection.execute(_TIES, asked)}
