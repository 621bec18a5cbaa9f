"""Enrol people: one identity has one live account, whoever enrols it and however often."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.ids import new_ids
from app.secrecy.identities import identity_digest
from app.store.database import Connection
from app.store.people.consents import NewConsent, add_consents, live_consents
from app.store.people.enrolment import (
    add_enrolments,
    add_people,
    claim_identities,
    closed_among,
    lock_people,
)
from behaviours.people import IdentityEmpty, check_given, check_scene
from behaviours.rules.factors import shipped_factors


@dataclass(frozen=True, slots=True)
class Consenting:
    """One consent of a person to the enrolling organisation; given now when not stated."""

    scene: str
    text_version: str
    granted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A person to be enrolled. The identity is whatever tells people apart: an id number."""

    identity: str
    region: str
    consents: tuple[Consenting, ...] = ()


@dataclass(frozen=True, slots=True)
class Enrolled:
    """Who the person is; ``is_new`` tells a first enrolment from a repeat."""

    participant_id: UUID
    is_new: bool


def enrol(
    connection: Connection,
    people: Sequence[Enrolment],
    *,
    organisation_id: UUID,
    identity_key: bytes,
    scenes: Collection[str],
    now: datetime,
) -> list[Enrolled]:
    """Enrol ``people`` with their consents to ``organisation_id``; answers in order.

    ``scenes`` are the known ones. Refuses with UnknownRegion, UnknownScene, ConsentInFuture or
    IdentityEmpty. A person who is enrolled already keeps the region and gets the new consents.
    """
    for person in people:
        _check(person, scenes, now)
    digests = [identity_digest(person.identity, identity_key) for person in people]
    first_of = {digest: index for index, digest in reversed(list(enumerate(digests)))}
    candidates = dict(zip(first_of, new_ids(len(first_of)), strict=True))
    found = _settle(connection, candidates)
    fresh = {digest for digest, candidate in candidates.items() if found[digest] == candidate}
    add_people(
        connection,
        [(found[digest], people[first_of[digest]].region) for digest in fresh],
        organisation_id=organisation_id,
        now=now,
    )
    add_enrolments(connection, list(set(found.values())), organisation_id=organisation_id, now=now)
    _add_consents(
        connection,
        [(found[digest], person) for digest, person in zip(digests, people, strict=True)],
        organisation_id=organisation_id,
        now=now,
    )
    return [
        Enrolled(found[digest], is_new=digest in fresh and first_of[digest] == index)
        for index, digest in enumerate(digests)
    ]


def _check(person: Enrolment, scenes: Collection[str], now: datetime) -> None:
    shipped_factors().check_region(person.region)
    if not person.identity.strip():
        raise IdentityEmpty(pointer="/identity")
    for index, consent in enumerate(person.consents):
        check_scene(consent.scene, scenes, pointer=f"/consents/{index}/scene")
        if consent.granted_at is not None:
            check_given(consent.granted_at, now=now, pointer=f"/consents/{index}/granted_at")


def _settle(connection: Connection, candidates: dict[bytes, UUID]) -> dict[bytes, UUID]:
    """Who each identity is, with every known person held until the transaction ends."""
    while True:
        found = claim_identities(connection, list(candidates), list(candidates.values()))
        if len(found) == len(candidates):
            known = [found[digest] for digest, own in candidates.items() if found[digest] != own]
            if not _left_meanwhile(connection, known):
                return found
        # Somebody closed the account between our two looks; the identity is free again.


def _left_meanwhile(connection: Connection, known: Sequence[UUID]) -> bool:
    if not known:
        return False
    lock_people(connection, known)
    return bool(closed_among(connection, known))


def _add_consents(
    connection: Connection,
    people: Sequence[tuple[UUID, Enrolment]],
    *,
    organisation_id: UUID,
    now: datetime,
) -> None:
    since = live_consents(connection, [participant_id for participant_id, _ in people])
    added = []
    for participant_id, person in people:
        for consent in person.consents:
            key = (participant_id, organisation_id, consent.scene, consent.text_version)
            granted_at = consent.granted_at or now
            # Said again it is the same consent, unless it is now said to reach further back.
            further = consent.granted_at is not None and granted_at < since.get(key, now)
            if key not in since or further:
                since[key] = granted_at
                added.append((*key, granted_at))
    add_consents(
        connection,
        [
            NewConsent(participant_id, consent_id, organisation, scene, version, granted_at)
            for (participant_id, organisation, scene, version, granted_at), consent_id in zip(
                added, new_ids(len(added)), strict=True
            )
        ],
        now=now,
    )
