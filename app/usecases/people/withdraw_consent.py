"""Take consents back: actions done from now on are no longer taken from the provider.

Who takes back that a provider says where they were ends that for whatever comes in from now on, and
what the provider has told of it is forgotten at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.people.consents import consents_of
from app.store.people.enrolment import hold_account
from app.usecases.people.decide_for import decide_for
from app.usecases.people.end_consents import end_consents
from behaviours.people import UnknownOfPerson, check_open


def withdraw_consent(
    connection: Connection,
    participant_id: UUID,
    consents: Sequence[UUID],
    *,
    clock: Clock,
    of: UUID | None = None,
    guardian: UUID | None = None,
) -> None:
    """End ``consents`` of this person. One that was withdrawn before keeps its first date.

    ``of`` narrows them to those given to one organisation. Taking back is open to a child and to
    the ``guardian`` alike.
    """
    check_open(is_open=hold_account(connection, participant_id), guardian=guardian)
    now = clock.now()
    if guardian is not None:
        decide_for(connection, participant_id, guardian=guardian, now=now)
    theirs = {
        each.consent_id
        for each in consents_of(connection, participant_id)
        if of in (None, each.organisation_id)
    }
    if not set(consents) <= theirs:
        raise UnknownOfPerson("consent")
    end_consents(connection, participant_id, consents, now=now)
