"""Seal what earlier releases recorded in the clear, part by part.

People who are there get a data key, and what they did is sealed under it. What people did who had
left by then is sealed under keys that nobody keeps: it is shredded, and what it claims is kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from app.secrecy.sealing import action_content, new_data_key, seal
from app.store.database import Connection
from app.store.people.data_keys import data_keys_of, give_data_keys, people_after
from app.store.recording.actions import actions_after
from app.store.recording.carrying import begin, end_part
from app.store.recording.holds import seal_contest, waiting_after
from app.store.recording.kept_claims import keep_claims
from app.store.recording.sealing_over import (
    ACTIONS,
    CONTESTS,
    DATA_KEYS,
    WAITING,
    Sealed,
    left_among,
    said_in_the_clear,
    write_sealed,
)
from behaviours.actions.stored_action import StoredAction
from behaviours.rules.in_force import ProgrammeRulebook

PART = 1000


def seal_recorded(
    connection: Connection, *, rulebook: ProgrammeRulebook, part: int = PART
) -> int | None:
    """Seal the next part; how many rows it had, None when nothing is left.

    Stopped anywhere, the next call goes on after the last part that was finished.
    """
    for step in (DATA_KEYS, ACTIONS, WAITING, CONTESTS):
        at = begin(connection, step)
        if at.done:
            continue
        last_id, count = _seal(connection, step, at.last_id, part, rulebook)
        end_part(connection, last_id, done=count < part, step=step)
        return count
    return None


def _seal(
    connection: Connection, step: str, after: UUID | None, part: int, rulebook: ProgrammeRulebook
) -> tuple[UUID | None, int]:
    """The last row that was sealed, by id, and how many were."""
    if step == DATA_KEYS:
        people = people_after(connection, after, most=part)
        give_data_keys(connection, people)
        return (people[-1] if people else None), len(people)
    if step == CONTESTS:
        return None, _seal_contests(connection, part)
    if step == ACTIONS:
        actions = actions_after(connection, after, limit=part)
    else:
        actions = waiting_after(connection, after, limit=part)
    _seal_actions(connection, step, actions, rulebook)
    return (actions[-1].action_id if actions else None), len(actions)


def _keys(connection: Connection, people: set[UUID]) -> dict[UUID, bytes]:
    """Their data keys; of who has left a new one that is not kept."""
    nobodys: defaultdict[UUID, bytes] = defaultdict(new_data_key)
    nobodys.update(data_keys_of(connection, list(people)))
    return nobodys


def _seal_actions(
    connection: Connection, step: str, actions: Sequence[StoredAction], rulebook: ProgrammeRulebook
) -> None:
    people = {one.participant_id for one in actions}
    keys, left = _keys(connection, people), left_among(connection, list(people))
    if step == ACTIONS:
        keep_claims(connection, [one for one in actions if one.participant_id in left], rulebook)
    write_sealed(
        connection,
        step,
        [
            Sealed(
                one.participant_id,
                one.action_id,
                seal(
                    keys[one.participant_id],
                    one.action_id.bytes,
                    action_content(one.external_id, one.evidence),
                ),
            )
            for one in actions
            if one.external_id is not None
        ],
    )


def _seal_contests(connection: Connection, part: int) -> int:
    said = said_in_the_clear(connection, most=part)
    keys = _keys(connection, {one.participant_id for one in said})
    write_sealed(
        connection,
        CONTESTS,
        [
            Sealed(
                one.participant_id,
                one.action_id,
                seal_contest(keys[one.participant_id], one.action_id, one.words, one.evidence),
            )
            for one in said
        ],
    )
    return len(said)
