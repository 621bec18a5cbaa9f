"""Shred the evidence of people who leave: what their actions claim stays, and nobody knows of what.

The data key goes, under which external ids, evidence and the people's words are sealed. What an
action holds is derived from its evidence once more before, so that it can still be freed when the
action is taken back, and the audit can still see that nobody claims it a second time.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.store.database import Connection
from app.store.people.data_keys import destroy_data_keys
from app.store.recording.actions import actions_of
from app.store.recording.kept_claims import keep_claims
from app.store.recording.places import forget_places_of
from behaviours.rules.in_force import ProgrammeRulebook

_AT_ONCE = 1_000


def shred_evidence(
    connection: Connection, people: Sequence[UUID], *, rulebook: ProgrammeRulebook
) -> None:
    """The caller holds the accounts of these people, and closes them."""
    for participant_id in people:
        before = None
        while actions := actions_of(connection, participant_id, before=before, limit=_AT_ONCE):
            before = actions[-1].action_id
            keep_claims(connection, actions, rulebook)
    forget_places_of(connection, people)
    destroy_data_keys(connection, people)
