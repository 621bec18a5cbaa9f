"""Enrol a child by the guardian: an identity service says who both are."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.secrecy.identities import identity_digests, plain_identity
from app.store.database import Connection
from app.store.people.enrolment import hold_account
from app.store.people.guardians import add_guardianship, end_guardianship, guardianships_of
from app.store.people.texts import all_texts
from app.usecases.people.ask_again import ask_again
from app.usecases.people.decide_for import decide_for
from app.usecases.people.enrol import Enrolment, enrol
from app.usecases.people.find_people import find_people
from app.usecases.people.prove_shown import ShownIdentity, prove_shown
from behaviours.guardians import (
    BY_SERVICE,
    OF_AGE,
    BirthdateMissing,
    Childhood,
    DecidesAlone,
    GuardianNotNamed,
    Guardianship,
    HasGuardian,
    Ward,
    born_on_of,
)
from behaviours.identity_services import NamedPerson, ProvenIdentity
from behaviours.people import check_open
from behaviours.scenes import Scenes
from behaviours.texts import GUARDIAN, Texts


def enrol_ward(
    connection: Connection,
    guardian_id: UUID,
    shown: ShownIdentity,
    *,
    region: str,
    text_version: str,
    identity_key: bytes,
    nonce_key: bytes,
    scenes: Scenes,
    childhood: Childhood,
    clock: Clock,
) -> tuple[Ward, bool]:
    """The child, and whether the guardianship is new; what was agreed to before is asked again.

    Refuses with IdentityNotProven, GuardianNotNamed, BirthdateMissing, DecidesAlone, HasGuardian,
    GuardianDecides, TextNotInForce or UnknownRegion.
    """
    proven, service = prove_shown(connection, shown, nonce_key=nonce_key, clock=clock)
    _check_named(connection, guardian_id, proven.guardian, identity_key)
    ends = childhood.ends(_born_on(proven))
    if clock.now() >= ends:
        raise DecidesAlone(age=childhood.age)
    [enrolled] = enrol(
        connection,
        [Enrolment(proven.person.identity, region, (), None, proven.person.digest)],
        organisation_id=service.terms.organisation_id,
        identity_key=identity_key,
        scenes=scenes,
        clock=clock,
        childhood=childhood,
        accompanied=True,
    )
    child = enrolled.participant_id
    if child == guardian_id:
        raise GuardianNotNamed
    for each in (child, guardian_id):
        check_open(is_open=hold_account(connection, each))
    now = clock.now()
    decide_for(connection, guardian_id, guardian=None, now=now)
    standing = _standing(connection, child, guardian_id, now)
    if standing is not None:
        return Ward(child, standing), False
    Texts(all_texts(connection)).check([GUARDIAN], text_version, now, pointer="/text_version")
    # One that is over by its day may stand in the books until the task has come to it.
    end_guardianship(connection, child, because=OF_AGE, now=now)
    begun = Guardianship(new_id(), guardian_id, text_version, BY_SERVICE, now, ends)
    add_guardianship(connection, child, begun)
    ask_again(connection, [child], of_anybody=True, now=now)
    return Ward(child, begun), True


def _check_named(
    connection: Connection, guardian_id: UUID, named: NamedPerson | None, identity_key: bytes
) -> None:
    if named is None:
        raise GuardianNotNamed
    digests = (named.digest,) if named.digest else identity_digests(named.identity, identity_key)
    if find_people(connection, [digests]).get(digests) != guardian_id:
        raise GuardianNotNamed


def _born_on(proven: ProvenIdentity) -> date:
    born_on = proven.born_on or born_on_of(plain_identity(proven.person.identity))
    if born_on is None:
        raise BirthdateMissing
    return born_on


def _standing(
    connection: Connection, child: UUID, guardian_id: UUID, now: datetime
) -> Guardianship | None:
    """The guardianship that is the asker's already; raises HasGuardian."""
    last = guardianships_of(connection, [child]).get(child)
    if last is None:
        return None
    if last.stands(now) and last.guardian_id == guardian_id:
        return last
    if last.stands(now):
        raise HasGuardian("other")
    if last.is_paused(now):
        raise HasGuardian("left")
    return None
