"""Enrol by oneself, or come back: an identity service says who the person is.

The same identity is the same account, whoever enrolled it before; what comes of it is a login of
the person's own.
"""

from __future__ import annotations

import secrets
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.users import user_of_person
from app.usecases.organisations.create_user import NewUser, create_user
from app.usecases.organisations.start_login import LoginOrigin, start_login
from app.usecases.people.enrol import Enrolment, enrol
from app.usecases.people.prove_shown import ShownIdentity, prove_shown
from behaviours.guardians import Childhood
from behaviours.organisations import RenewableLogin
from behaviours.scenes import Scenes
from behaviours.staff_terms import SessionTerms
from behaviours.users import PARTICIPANT


class EnrolledOneself(NamedTuple):
    """Who the person is, whether the account is new, and their login."""

    participant_id: UUID
    is_new: bool
    login: RenewableLogin


def enrol_oneself(
    connection: Connection,
    shown: ShownIdentity,
    *,
    region: str,
    origin: LoginOrigin,
    terms: SessionTerms,
    identity_key: bytes,
    nonce_key: bytes,
    scenes: Scenes,
    childhood: Childhood,
    clock: Clock,
) -> EnrolledOneself:
    """The account of whom the document names, and a login; the document is good once.

    Refuses with IdentityNotProven, alike whatever is wrong, with UnknownRegion, or with
    GuardianNeeded a child that nobody has enrolled.
    """
    proven, service = prove_shown(connection, shown, nonce_key=nonce_key, clock=clock)
    [enrolled] = enrol(
        connection,
        [Enrolment(proven.person.identity, region, (), None, proven.person.digest, proven.born_on)],
        organisation_id=service.terms.organisation_id,
        identity_key=identity_key,
        scenes=scenes,
        clock=clock,
        childhood=childhood,
    )
    login = _login(connection, enrolled.participant_id, origin, terms, clock)
    return EnrolledOneself(enrolled.participant_id, enrolled.is_new, login)


def _login(
    connection: Connection,
    participant_id: UUID,
    origin: LoginOrigin,
    terms: SessionTerms,
    clock: Clock,
) -> RenewableLogin:
    user = user_of_person(connection, participant_id)
    if user is None:
        # They come in by the service: a password that nobody knows lets nobody in.
        new = NewUser(
            f"par_{participant_id.hex}", secrets.token_urlsafe(32), PARTICIPANT, participant_id
        )
        create_user(connection, [new], now=clock.now())
        user = user_of_person(connection, participant_id)
    assert user is not None, "the account is held: nobody ends its user meanwhile"
    return start_login(connection, user, origin=origin, terms=terms, clock=clock)
