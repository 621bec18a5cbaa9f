"""Settle what an organisation says of which of its users people are: linked, or only asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.ids import new_id
from app.secrecy.subjects import subject_digest
from app.store.database import Connection
from app.store.people.links import add_link, linked_to, ties_of
from behaviours.links import BY_PROVIDER, Link, SubjectTaken, opens_nobody_elses
from behaviours.requests import LINK, OPEN, PersonalRequest


def settle_links(
    connection: Connection,
    said: Sequence[tuple[UUID, str]],
    *,
    organisation_id: UUID,
    identity_key: bytes,
    now: datetime,
) -> list[tuple[UUID, PersonalRequest]]:
    """Link the accounts that nobody else has a part in; what is left is to be asked for.

    Refuses with SubjectTaken when a subject is linked to another account.
    """
    if not said:
        return []
    asked = []
    for who, subject in said:
        digest = subject_digest(organisation_id, subject, identity_key)
        linked = linked_to(connection, digest)
        if linked is not None:
            if linked.participant_id != who:
                raise SubjectTaken(pointer="/subject")
            continue
        ties = ties_of(connection, [who], organisation_id=organisation_id)[who]
        if opens_nobody_elses(ties):
            link = Link(new_id(), organisation_id, BY_PROVIDER, now)
            if not add_link(connection, who, link, subject_digest=digest):
                raise SubjectTaken(pointer="/subject")
        else:
            request = PersonalRequest(
                new_id(), organisation_id, LINK, None, None, digest, OPEN, now, None
            )
            asked.append((who, request))
    return asked
