"""Read what a provider reported, credited or not, the last done first."""

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

# States of which a credited action can be, and whether it was taken back then.
_CREDITED: dict[str | None, bool | None] = {None: None, QUANTIFIED: False, REVERSED: True}


def read_own_actions(
    connection: Connection,
    provider_id: UUID,
    wanted: SoughtActions,
    *,
    claim_key: bytes,
    before: UUID,
    most: int,
) -> list[StoredAction]:
    """Up to ``most``, from before ``wanted.until`` and an id on. Nothing of who left."""
    if wanted.external_id is not None:
        return _named(connection, provider_id, wanted, claim_key)
    page = DonePage(provider_id, wanted.since, wanted.until, before, wanted.behaviour, most)
    found: list[StoredAction] = []
    if wanted.state in _CREDITED:
        found = credited_of(connection, page, reversed_only=_CREDITED[wanted.state])
        holds = holds_of(connection, [each.action_id for each in found])
        found = [replace(each, waiting=holds.get(each.action_id)) for each in found]
    if wanted.state != QUANTIFIED:
        found += waited_of(connection, page, state=wanted.state)
    found.sort(key=lambda each: (each.occurred_at, each.action_id), reverse=True)
    return found[:most]


def _named(
    connection: Connection, provider_id: UUID, wanted: SoughtActions, claim_key: bytes
) -> list[StoredAction]:
    assert wanted.external_id is not None
    holder = holder_of(connection, event_of(provider_id.hex, wanted.external_id).digest(claim_key))
    found = find_any_actions(connection, [holder[1]]) if holder else {}
    return [each for each in found.values() if wanted.takes(each) and not each.is_shredded]
