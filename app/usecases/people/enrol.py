"""Enrol people: one identity has one live account, whoever enrols it and however often."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.clock import Clock
from app.ids import new_ids
from app.secrecy.identities import identity_digests, plain_identity
from app.store.database import Connection
from app.store.people.enrolment import (
    add_enrolments,
    add_people,
    claim_identities,
    lock_people,
    release_identities,
)
from app.store.people.guardians import guardianships_of
from app.store.people.tombstones import hold_tombstones, inherit
from app.store.points.posting import post
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.people.ask_people import ask_people
from app.usecases.people.find_people import find_people
from app.usecases.people.settle_consents import settle_consents
from app.usecases.people.settle_links import settle_links
from behaviours.guardians import (
    USUAL_CHILDHOOD,
    Childhood,
    GuardianNeeded,
    born_on_of,
)
from behaviours.people import BY_API, Consenting, IdentityEmpty, check_given, check_scene
from behaviours.requests import PersonalRequest
from behaviours.rules.factors import shipped_factors
from behaviours.scenes import Scenes
from rewards.ledger.points import PersonsPoints


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A person to be enrolled. The identity is whatever tells people apart: an id number.

    ``digest`` stands for it where whoever knows the person hashes identities by our key.
    """

    identity: str
    region: str
    consents: tuple[Consenting, ...] = ()
    # The enrolling organisation's own name of this user, for a link.
    subject: str | None = None
    digest: bytes | None = None
    # Where it is known; it is asked how old the person is, and not kept.
    born_on: date | None = None


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Who the person is; ``is_new`` tells a first enrolment from a repeat.

    ``requests`` is what the organisation's word did not reach: the person has to confirm it.
    """

    participant_id: UUID
    is_new: bool
    requests: tuple[PersonalRequest, ...] = ()


def enrol(
    connection: Connection,
    people: Sequence[Enrolment],
    *,
    organisation_id: UUID,
    identity_key: bytes,
    scenes: Scenes,
    clock: Clock,
    channel: str = BY_API,
    childhood: Childhood = USUAL_CHILDHOOD,
    accompanied: bool = False,
) -> list[Enrolled]:
    """Enrol ``people`` with their consents to ``organisation_id``; answers in order.

    ``channel`` says how the organisation told of it. Refuses with OrganisationSuspended,
    OrganisationClosed, UnknownRegion, UnknownScene, SceneNotAdmitted, ConsentInFuture,
    ConsentTooOld or IdentityEmpty. Who is enrolled already keeps the region and gets the new
    consents; after a withdrawal they are only asked for, and the person confirms them. Who is too
    young needs a guardian, unless that is who enrols (``accompanied``): GuardianNeeded.
    """
    check_taking_part(connection, [organisation_id])
    for person in people:
        _check(person, organisation_id, scenes, clock.now())
    spelled = [
        (person.digest,) if person.digest else identity_digests(person.identity, identity_key)
        for person in people
    ]
    digests = [plain for plain, *_ in spelled]
    of_old = _of_old(spelled)
    first_of = {digest: index for index, digest in reversed(list(enumerate(digests)))}
    candidates = dict(zip(first_of, new_ids(len(first_of)), strict=True))
    found = _settle(connection, candidates, of_old)
    now = clock.now()
    told = [(found[digest], person) for digest, person in zip(digests, people, strict=True)]
    if not accompanied:
        _check_age(connection, told, childhood, now)
    fresh = {digest for digest, candidate in candidates.items() if found[digest] == candidate}
    add_people(
        connection,
        [(found[digest], people[first_of[digest]].region) for digest in fresh],
        organisation_id=organisation_id,
        now=now,
    )
    left = {form: found[digest] for digest in fresh for form in (digest, *of_old.get(digest, ()))}
    _inherit(connection, left, now)
    add_enrolments(connection, list(set(found.values())), organisation_id=organisation_id, now=now)
    asked = settle_consents(
        connection,
        [(who, each) for who, person in told for each in person.consents],
        organisation_id=organisation_id,
        scenes=scenes,
        channel=channel,
        now=now,
    )
    asked += settle_links(
        connection,
        [(who, person.subject) for who, person in told if person.subject],
        organisation_id=organisation_id,
        identity_key=identity_key,
        now=now,
    )
    requests = ask_people(connection, asked)
    return [
        Enrolled(
            found[digest],
            digest in fresh and first_of[digest] == index,
            tuple(requests.get(found[digest], ())),
        )
        for index, digest in enumerate(digests)
    ]


def _check_age(
    connection: Connection,
    people: Sequence[tuple[UUID, Enrolment]],
    childhood: Childhood,
    now: datetime,
) -> None:
    born = [
        (who, person.born_on or born_on_of(plain_identity(person.identity)))
        for who, person in people
    ]
    young = [who for who, day in born if day is not None and now < childhood.ends(day)]
    guarded = guardianships_of(connection, young) if young else {}
    for who in young:
        minded = guarded.get(who)
        if minded is None or not (minded.stands(now) or minded.is_paused(now)):
            raise GuardianNeeded(pointer="/identity", age=childhood.age)


def _of_old(spelled: Iterable[tuple[bytes, ...]]) -> dict[bytes, set[bytes]]:
    """Under what else each identity may stand, where it is not the plain form alone."""
    forms: dict[bytes, set[bytes]] = {}
    for plain, *of_old in spelled:
        if of_old:
            forms.setdefault(plain, set()).update(of_old)
    return forms


def _inherit(connection: Connection, left: dict[bytes, UUID], now: datetime) -> None:
    """Who left and comes back goes on where they were with caps, limits and debts."""
    if not left:
        return
    owing = {who: debt for who, debt in inherit(connection, left).items() if debt}
    postings = [
        PersonsPoints(who, who).carry_in(transfer_id, debt)
        for (who, debt), transfer_id in zip(owing.items(), new_ids(len(owing)), strict=True)
    ]
    post(connection, postings, posted_at=now)


def _check(person: Enrolment, organisation_id: UUID, scenes: Scenes, now: datetime) -> None:
    shipped_factors().check_region(person.region)
    if person.digest is None and not plain_identity(person.identity):
        raise IdentityEmpty(pointer="/identity")
    for index, consent in enumerate(person.consents):
        pointer = f"/consents/{index}/scene"
        check_scene(consent.scene, scenes, pointer=pointer)
        scenes.check_consented(organisation_id.hex, consent.scene, now, pointer=pointer)
        if consent.granted_at is not None:
            check_given(consent.granted_at, now=now, pointer=f"/consents/{index}/granted_at")


def _settle(
    connection: Connection, candidates: dict[bytes, UUID], of_old: Mapping[bytes, set[bytes]]
) -> dict[bytes, UUID]:
    """Who each identity is, with every known person held until the transaction ends."""
    while True:
        found = _found(connection, of_old, of_old) if of_old else {}
        new = [digest for digest in candidates if digest not in found]
        found |= claim_identities(connection, new, [candidates[digest] for digest in new])
        if len(found) == len(candidates):
            found |= _led(connection, candidates, found, of_old)
            fresh = set(candidates.values())
            known = {each: who for each, who in found.items() if who not in fresh}
            if not _moved_meanwhile(connection, known, of_old):
                return found
        # Somebody closed the account, or got another number, between our two looks; the identity
        # is free again.


def _led(
    connection: Connection,
    candidates: Mapping[bytes, UUID],
    found: Mapping[bytes, UUID],
    of_old: Mapping[bytes, set[bytes]],
) -> dict[bytes, UUID]:
    """Of identities that look new: those whose person comes, or came, back by another of theirs."""
    fresh = [digest for digest, who in candidates.items() if found[digest] == who]
    forms = {form: digest for digest in fresh for form in (digest, *of_old.get(digest, ()))}
    led: dict[bytes, UUID] = {}
    first_of: dict[bytes, bytes] = {}
    for stone in hold_tombstones(connection, list(forms)) if forms else ():
        digest = forms[stone.digest]
        first = first_of.setdefault(stone.root, digest)
        if stone.leads_to is not None:
            led[digest] = stone.leads_to
        elif first != digest:
            led[digest] = candidates[first]
    release_identities(connection, list(led))
    return led


def _moved_meanwhile(
    connection: Connection, known: dict[bytes, UUID], of_old: Mapping[bytes, set[bytes]]
) -> bool:
    if not known:
        return False
    lock_people(connection, list(known.values()))
    return _found(connection, known, of_old) != known


def _found(
    connection: Connection, digests: Iterable[bytes], of_old: Mapping[bytes, set[bytes]]
) -> dict[bytes, UUID]:
    spelled = [(plain, *of_old.get(plain, ())) for plain in digests]
    return {forms[0]: who for forms, who in find_people(connection, spelled).items()}
