"""Actions as they are now: with their reversal, and with the bundle that holds their reduction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import RowMapping, TextClause, text

from app.secrecy.sealing import MasterKeys, WrappedKey, unseal
from app.store.database import Connection, keys_of
from app.store.tables.recording import action
from behaviours.actions.stored_action import StoredAction

# What is sealed, or was before it lay sealed, and what opens it.
SEAL = frozenset({"external_id", "evidence", "seal", "key_id", "wrapped"})
_READ = SEAL | {"bonuses"}
_COLUMNS = ", ".join(f"a.{column.name}" for column in action.columns)
ACTIONS = f"""
    SELECT {_COLUMNS}, r.reversed_at, r.reason, r.reversed_by, r.reason_code,
        r.points_taken, r.points_owed, e.bundle_id, b.frozen_at,
        b.issued_at IS NOT NULL AS is_issued, k.key_id, k.wrapped,
        (SELECT jsonb_agg(jsonb_build_array(n.code, n.points) ORDER BY n.code) FROM points_bonus n
          WHERE n.participant_id = a.participant_id AND n.action_id = a.action_id) AS bonuses
    FROM action a
    LEFT JOIN reversal r USING (participant_id, action_id)
    LEFT JOIN bundle_entry e USING (participant_id, action_id)
    LEFT JOIN bundle b ON b.bundle_id = e.bundle_id
    LEFT JOIN person_key k ON k.participant_id = a.participant_id
"""  # noqa: S608 - only names of this code
# What is asked of actions, credited or waiting: those of these ids, and pages of a person's and
# of everybody's.
OF_IDS = "WHERE a.action_id = ANY(:action_ids)"
OF_PERSON = """
    WHERE a.participant_id = :participant_id AND a.action_id < :before
    ORDER BY a.action_id DESC LIMIT :limit
"""
AFTER = """
    WHERE cast(:after AS uuid) IS NULL OR a.action_id > :after
    ORDER BY a.action_id LIMIT :limit
"""
_ONE = text(f"{ACTIONS} {OF_IDS}")
_OF_PERSON = text(f"{ACTIONS} {OF_PERSON}")
_OF_BEHAVIOURS = text(f"""
    {ACTIONS} WHERE a.participant_id = :participant_id
      AND a.behaviour = ANY(:behaviours) AND a.action_id < :before
    ORDER BY a.action_id DESC LIMIT :limit
""")
_AFTER = text(f"{ACTIONS} {AFTER}")
_AT_ONCE = 1_000
_AFTER_ALL = UUID(int=(1 << 128) - 1)


class OpenedAction(NamedTuple):
    """What names a person or a thing of theirs: None and empty when the person left."""

    external_id: str | None
    evidence: Mapping[str, str]


def find_actions(connection: Connection, action_ids: Sequence[UUID]) -> dict[UUID, StoredAction]:
    """The credited actions that exist, by id."""
    found = read_actions(connection, _ONE, {"action_ids": list(action_ids)})
    return {each.action_id: each for each in found}


def actions_of(
    connection: Connection, participant_id: UUID, *, before: UUID | None, limit: int
) -> list[StoredAction]:
    """A person's credited actions, the last recorded first, from before an id on."""
    asked = page_of_person(participant_id, before, limit)
    return read_actions(connection, _OF_PERSON, asked)


def each_action_of(
    connection: Connection, participant_id: UUID, *, behaviours: Collection[str]
) -> Iterator[StoredAction]:
    """A person's credited actions of these behaviours that hold what they claim."""
    before = None
    while behaviours:
        asked = page_of_person(participant_id, before, _AT_ONCE)
        found = read_actions(
            connection, _OF_BEHAVIOURS, {**asked, "behaviours": sorted(behaviours)}
        )
        yield from (one for one in found if one.holds_claims)
        if len(found) < _AT_ONCE:
            return
        before = found[-1].action_id


def actions_after(connection: Connection, after: UUID | None, *, limit: int) -> list[StoredAction]:
    """Everybody's actions in the order of their ids, from after one on: for work on all of them."""
    return read_actions(connection, _AFTER, {"after": after, "limit": limit})


def stored_action(row: RowMapping, master: MasterKeys) -> StoredAction:
    """An action of a row with the columns of ``ACTIONS``; raises SealBroken."""
    return StoredAction(
        **{name: value for name, value in row.items() if name not in _READ},
        bonuses=[(code, points) for code, points in row["bonuses"] or ()],
        **opened(row, master)._asdict(),
    )


def read_actions(
    connection: Connection,
    statement: TextClause,
    asked: Mapping[str, object],
    *,
    opening: Callable[[RowMapping, MasterKeys], StoredAction] = stored_action,
) -> list[StoredAction]:
    """The actions of the rows of ``statement``, each opened by ``opening``; raises SealBroken."""
    rows = connection.execute(statement, dict(asked)).mappings()
    master = keys_of(connection)
    return [opening(row, master) for row in rows]


def page_of_person(
    participant_id: UUID, before: UUID | None, limit: int
) -> Mapping[str, UUID | int]:
    """What ``OF_PERSON`` asks for: a page that begins before an id, or with the last recorded."""
    return {"participant_id": participant_id, "before": before or _AFTER_ALL, "limit": limit}


def opened(row: RowMapping, master: MasterKeys) -> OpenedAction:
    """What is sealed in the row of an action that was read with its person's key.

    Raises SealBroken.
    """
    if row["seal"] is None:
        # Recorded by a release before, and not carried over yet.
        return OpenedAction(row["external_id"], row["evidence"])
    if row["wrapped"] is None:
        return OpenedAction(None, {})
    data_key = master.unwrap(row["participant_id"].bytes, WrappedKey(row["key_id"], row["wrapped"]))
    content = unseal(data_key, row["action_id"].bytes, row["seal"])
    assert isinstance(content, list)
    return OpenedAction(*content)
