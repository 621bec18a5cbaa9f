"""Agree that a provider reports actions of one kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.clock import Clock
from app.ids import new_ids
from app.store.database import Connection
from app.store.organisations.credentials import organisation_kinds
from app.store.people.consents import NewConsent, add_consents, consents_of
from app.store.people.enrolment import hold_account
from app.store.people.texts import all_texts
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.people.decide_for import decide_for
from behaviours.organisations import PROVIDER, UnknownProvider
from behaviours.people import BY_GUARDIAN, BY_LOGIN, Consent, check_open, check_scene
from behaviours.scenes import Scenes
from behaviours.texts import Texts, kinds_of_consent


@dataclass(frozen=True, slots=True)
class ConsentTerms:
    """What the person agrees to: this provider, this scene, this text."""

    organisation_id: UUID
    scene: str
    text_version: str


def give_consent(
    connection: Connection,
    participant_id: UUID,
    agreements: Sequence[ConsentTerms],
    *,
    scenes: Scenes,
    clock: Clock,
    guardian: UUID | None = None,
) -> list[tuple[Consent, bool]]:
    """Write ``agreements`` down as of now: each consent, and whether it is new.

    Agreeing twice to the same is one consent. For a child the guardian agrees. Refuses with
    UnknownScene, UnknownProvider, SceneNotAdmitted, TextNotInForce, GuardianDecides,
    OrganisationSuspended or OrganisationClosed.
    """
    check_taking_part(connection, {each.organisation_id for each in agreements})
    _check(connection, agreements, scenes, clock.now())
    check_open(is_open=hold_account(connection, participant_id), guardian=guardian)
    now = clock.now()
    decide_for(connection, participant_id, guardian=guardian, now=now)
    channel = BY_GUARDIAN if guardian else BY_LOGIN
    live = {
        ConsentTerms(each.organisation_id, each.scene, each.text_version): each
        for each in consents_of(connection, participant_id)
        if each.withdrawn_at is None
    }
    texts, given = Texts(all_texts(connection)), []
    for each, consent_id in zip(agreements, new_ids(len(agreements)), strict=True):
        is_new = each not in live
        if is_new:
            kinds = kinds_of_consent(each.scene, scenes)
            texts.check(kinds, each.text_version, now, pointer="/text_version")
            terms = (each.organisation_id, each.scene, each.text_version)
            live[each] = Consent(consent_id, *terms, now, now, None, channel)
        given.append((live[each], is_new))
    add_consents(
        connection, [NewConsent(participant_id, consent) for consent, is_new in given if is_new]
    )
    return given


def _check(
    connection: Connection, agreements: Sequence[ConsentTerms], scenes: Scenes, now: datetime
) -> None:
    kinds = organisation_kinds(connection, [each.organisation_id for each in agreements])
    for each in agreements:
        check_scene(each.scene, scenes, pointer="/scene")
        if kinds.get(each.organisation_id) != PROVIDER:
            raise UnknownProvider(pointer="/provider_id")
        scenes.check_consented(each.organisation_id.hex, each.scene, now, pointer="/scene")
