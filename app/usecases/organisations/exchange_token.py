"""Exchange a provider's assertion about one of its users for a token of the person (RFC 8693).

It opens the account that the person linked to this user of this provider, and no other; whoever is
not linked is answered like somebody unknown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.people.enrolment import share_account
from app.store.people.links import linked_to, note_word
from app.store.people.sessions import WordSession, add_word_session
from app.usecases.organisations.open_through import open_through
from app.usecases.organisations.prove_subject import TO_PROGRAMS, AssertionUse, prove_subject
from behaviours.organisations import InvalidGrant, NamedApp
from behaviours.refusal import found_or


@dataclass(frozen=True, slots=True)
class Exchanged:
    """The person and the session that began, by whose word, by which link and service, through
    which app, if one was named, and the moment at which the link stood."""

    participant_id: UUID
    organisation_id: UUID
    session_id: UUID
    link_id: UUID
    login_service_id: UUID
    app: NamedApp | None
    seen_at: datetime


def exchange_token(
    connection: Connection,
    subject_token: str,
    *,
    organisation_id: UUID | None,
    app_id: UUID | None,
    lifetime: timedelta,
    identity_key: bytes,
    clock: Clock,
    use: AssertionUse = TO_PROGRAMS,
) -> Exchanged:
    """The person who linked the user that ``subject_token`` names; refuses with InvalidGrant.

    ``app_id`` is the app of the provider in which the person asks; ``lifetime`` is how long what is
    made of it is good, and stands with the session. ``organisation_id`` is the provider that shows
    the assertion; None: the person does, whose browser a link of the provider brought here.

    Raises OrganisationSuspended and OrganisationClosed: nobody comes in by their word.
    """
    proven = prove_subject(
        connection,
        subject_token,
        organisation_id=organisation_id,
        identity_key=identity_key,
        now=clock.real_now(),
        use=use,
    )
    through = proven.organisation_id
    app = open_through(connection, app_id, by_word_of=through) if app_id else None
    linked = found_or(linked_to(connection, proven.digest), InvalidGrant("not_linked"))
    # Whoever unlinks or leaves at this moment waits for us, or we for them.
    share_account(connection, linked.participant_id)
    if linked_to(connection, proven.digest) != linked:
        raise InvalidGrant("not_linked")
    note_word(connection, linked, now=clock.now())
    session_id, now = new_id(), clock.real_now()
    began = WordSession(
        linked.participant_id,
        session_id,
        through,
        linked.link_id,
        app_id,
        started_at=now,
        expires_at=now + lifetime,
    )
    add_word_session(connection, began)
    return Exchanged(
        linked.participant_id,
        through,
        session_id,
        linked.link_id,
        proven.login_service_id,
        app.named if app else None,
        now,
    )
