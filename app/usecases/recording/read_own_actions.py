"""Read what a provider reported, or a person did, credited or not, the last done first."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from app.store.database import Connection
from app.store.recording.holds import find_any_actions, holds_of
from app.store.recording.own_lists import DonePage, credited_of, waited_of
from app.store.recording.owners import holder_of
from behaviours.actions.claims import event_of
from behaviours.actions.own_actions import SoughtActions
from behaviours.actions.stored_action import StoredAction
from behaviours.actions.waiting import QUANTIFIED, REVERSED
from behaviours.person_search import SearchWrong

# States of which a credited action can be, and whether it was taken back then.
_CREDITED: dict[str | None, bool | None] = {None: None, QUANTIFIED: False, REVERSED: True}


def read_own_actions(
    connection: Connection,
    provider_id: UUID | None,
    wanted: SoughtActions,
    *,
    claim_key: bytes,
    before: UUID,
    most: int,
    participant_id: UUID | None = None,
) -> list[StoredAction]:
    """Up to ``most``, from before ``wanted.until`` and an id on, of a provider, a person or both.

    Nothing of who left. Raises SearchWrong where it is of neither, or by a number of nobody.
    """
    if provider_id is None and (participant_id is None or wanted.external_id is not None):
        raise SearchWrong("provider" if participant_id else "whose", pointer="?provider_id")
    if provider_id is not None and wanted.external_id is not None:
        found = _named(connection, provider_id, wanted, claim_key)
        return [each for each in found if participant_id in (None, each.participant_id)]
    page = DonePage(
        provider_id, wanted.since, wanted.until, before, wanted.behaviour, most, participant_id
    )
    done: list[StoredAction] = []
    if wanted.state in _CREDITED:
        done = credited_of(connection, page, reversed_only=_CREDITED[wanted.state])
        holds = holds_of(connection, [each.action_id for each in done])
        done = [replace(each, waiting=holds.get(each.action_id)) for each in done]
    if wanted.state != QUANTIFIED:
        done += waited_of(connection, page, state=wanted.state)
    done.sort(key=lambda each: (each.occurred_at, each.action_id), reverse=True)
    return done[:most]


def _named(
    connection: Connection, provider_id: UUID, wanted: SoughtActions, claim_key: bytes
) -> list[StoredAction]:
    assert wanted.external_id is not None
    holder = holder_of(connection, event_of(provider_id.hex, wanted.external_id).digest(claim_key))
    found = find_any_actions(connection, [holder[1]]) if holder else {}
    return [each for each in found.values() if wanted.takes(each) and not each.is_shredded]
