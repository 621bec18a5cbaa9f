"""Link an account to a user of a provider, as the person says."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.people.enrolment import hold_account
from app.store.people.links import add_link
from app.usecases.organisations.prove_subject import prove_subject
from app.usecases.people.decide_for import decide_for
from behaviours.links import BY_PERSON, Link, SubjectTaken
from behaviours.people import check_open


def link_provider(
    connection: Connection,
    participant_id: UUID,
    assertion: str,
    *,
    identity_key: bytes,
    clock: Clock,
) -> Link:
    """The link to the user whom the provider's ``assertion`` names.

    Refuses with InvalidGrant for an assertion that proves nobody, OrganisationSuspended,
    OrganisationClosed, SubjectTaken or GuardianDecides.
    """
    decide_for(connection, participant_id, guardian=None, now=clock.now())
    # How the provider stands comes before every other lock.
    proven = prove_subject(connection, assertion, identity_key=identity_key, now=clock.real_now())
    check_open(is_open=hold_account(connection, participant_id))
    decide_for(connection, participant_id, guardian=None, now=clock.now())
    link = Link(new_id(), proven.organisation_id, BY_PERSON, clock.now())
    if not add_link(connection, participant_id, link, subject_digest=proven.digest):
        raise SubjectTaken
    return link
