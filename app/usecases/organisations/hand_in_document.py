"""Hand in a document of an organisation; it is to take the place of the one before it.

Of one that applies it counts at once, and is assessed with the application; of one that takes part
it counts once it was assessed (``judge_document``), and the one before counts until then.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.organisations.applications import write_decision
from app.store.organisations.papers import add_document, papers_of
from app.usecases.organisations.find_actor import find_actor
from app.usecases.organisations.hold_application_of import hold_application_of
from behaviours.organisation_papers import OrganisationDocument, OrganisationPapers
from behaviours.paper_formats import check_days, check_document
from behaviours.paper_renewals import renewing
from behaviours.viewer import Viewer


class NewDocument(NamedTuple):
    """A document as it is sent, in the format that it is said to have, and good on the days that it
    states, if it does."""

    kind: str
    media_type: str
    content: bytes
    valid_from: date | None = None
    valid_until: date | None = None


def hand_in_document(
    connection: Connection,
    organisation_id: UUID,
    new: NewDocument,
    *,
    by: Viewer,
    identity_key: bytes,
    clock: Clock,
) -> OrganisationPapers:
    """The papers with the document; one that was handed in last already changes nothing.

    Raises UsersOnly, UnknownApplication, ApplicationDecided and DocumentUnfit.
    """
    check_document(new.content, new.media_type, pointer="/content")
    check_days(new.valid_from, new.valid_until, pointer="/valid_until")
    application = hold_application_of(connection, organisation_id, by=by)
    actor, now = find_actor(connection, by), clock.now()
    papers = papers_of(connection, application)
    document = OrganisationDocument(
        new_id(),
        organisation_id,
        new.kind,
        new.media_type,
        len(new.content),
        hashlib.sha256(new.content).digest(),
        actor.user_id,
        now,
        new.valid_from,
        new.valid_until,
    )
    if not application.is_open:
        renewal = renewing(papers, document)
        if renewal is None:
            return papers
        add_document(connection, renewal, new.content, identity_key=identity_key)
        return papers_of(connection, application)
    moved = papers.handing_in(document, now=now)
    if moved is None:
        return papers
    add_document(connection, document, new.content, identity_key=identity_key)
    write_decision(connection, moved)
    return papers_of(connection, moved)
