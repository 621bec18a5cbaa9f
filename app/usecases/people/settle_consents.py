"""Settle what an organisation says of people's consents: given, nothing new, or only asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.ids import new_id
from app.store.database import Connection
from app.store.people.consents import NewConsent, add_consents, consents_with, leavings_of
from app.store.people.guardians import guardianships_of
from app.store.people.texts import all_texts
from behaviours.people import Consent, Consenting, Word, weigh_word
from behaviours.requests import CONSENT, OPEN, PersonalRequest
from behaviours.scenes import Scenes
from behaviours.texts import Texts, kinds_of_consent


def settle_consents(
    connection: Connection,
    said: Sequence[tuple[UUID, Consenting]],
    *,
    organisation_id: UUID,
    scenes: Scenes,
    channel: str,
    now: datetime,
) -> list[tuple[UUID, PersonalRequest]]:
    """Write down the consents that the word reaches; what it does not is to be asked for.

    Refuses with TextNotInForce. What repeats a consent is not looked at again.

    The people's accounts are held: nobody withdraws meanwhile.
    """
    people = sorted({who for who, _ in said})
    known = consents_with(connection, people, organisation_id)
    leavings = leavings_of(connection, people, organisation_id) if said else {}
    guarded = guardianships_of(connection, people) if said else {}
    texts = Texts(all_texts(connection)) if said else Texts(())
    given, asked = [], []
    for who, each in said:
        theirs = known.setdefault(who, [])
        minds = guarded.get(who)
        word = weigh_word(
            theirs,
            each,
            scenes=scenes,
            leaving=leavings.get(who),
            is_guarded=minds is not None and (minds.stands(now) or minds.is_paused(now)),
        )
        if word is not Word.REPEATS:
            kinds = kinds_of_consent(each.scene, scenes)
            at = each.granted_at or now
            texts.check(kinds, each.text_version, at, pointer=each.pointer)
        if word is Word.GIVES:
            at = each.granted_at or now
            consent = Consent(
                new_id(), organisation_id, each.scene, each.text_version, at, now, None, channel
            )
            theirs.append(consent)
            given.append(NewConsent(who, consent))
        elif word is Word.ASKS:
            asked.append((who, _request(organisation_id, each, now)))
    add_consents(connection, given)
    return asked


def _request(organisation_id: UUID, said: Consenting, now: datetime) -> PersonalRequest:
    return PersonalRequest(
        new_id(), organisation_id, CONSENT, said.scene, said.text_version, None, OPEN, now, None
    )
