"""Actions that wait, or did: reading them with their reasons, and what people said to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, replace
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import RowMapping, TextClause, text

from app.ids import public
from app.secrecy.sealing import CONTEST, MasterKeys, SealBroken, WrappedKey, seal, unseal
from app.store.database import Connection, keys_of
from app.store.log.acting import tell
from app.store.people.data_keys import data_keys_of
from app.store.recording.actions import (
    AFTER,
    OF_IDS,
    OF_PERSON,
    SEAL,
    find_actions,
    opened,
    page_of_person,
    read_actions,
)
from app.store.tables.holds import waiting_action
from behaviours.actions.stored_action import StoredAction
from behaviours.actions.waiting import OPEN, Contest, HoldOutcome, Waiting

_OPEN = ", ".join(f"'{each}'" for each in OPEN)
_CONTENT = ", ".join(f"a.{column.name}" for column in waiting_action.columns)
_HOLD = """
    h.state, h.reasons, h.if_confirmed, h.began_at, h.lapses_at, h.look_by, h.alarmed_at, h.owner,
    h.owned_at, o.step, o.decided_by, o.decided_at, o.reason_code, o.reason, c.words, c.evidence
    AS contest_evidence, c.contested_at, c.seal AS contest_seal, k.key_id, k.wrapped
"""
_JOINED = """
    LEFT JOIN hold_outcome o ON o.participant_id = h.participant_id AND o.action_id = h.action_id
    LEFT JOIN hold_contest c ON c.participant_id = h.participant_id AND c.action_id = h.action_id
    LEFT JOIN person_key k ON k.participant_id = h.participant_id
"""
_HOLDS = text(f"""
    SELECT h.participant_id, h.action_id, {_HOLD} FROM action_hold h {_JOINED}
    WHERE h.action_id = ANY(:action_ids)
""")  # noqa: S608 - only names of this code
WAITING_ACTIONS = f"""
    SELECT {_CONTENT}, {_HOLD}
    FROM waiting_action a
    JOIN action_hold h ON h.participant_id = a.participant_id AND h.action_id = a.action_id
    {_JOINED}
"""  # noqa: S608 - only names of this code
_ONE = text(f"{WAITING_ACTIONS} {OF_IDS}")
_OF_PERSON = text(f"{WAITING_ACTIONS} {OF_PERSON}")


def _seen(action: str) -> str:
    """SQL: a provider sees what it reported, and of what people reported what they consented to."""
    return f"""(cast(:provider_id AS uuid) IS NULL OR {action}.provider_id = :provider_id
      OR EXISTS (
          SELECT 1 FROM consent g
          WHERE {action}.provider_id IS NULL AND g.participant_id = {action}.participant_id
            AND g.organisation_id = :provider_id AND g.withdrawn_at IS NULL
            AND g.scene IN (
                {action}.behaviour, (cast(:categories AS jsonb) ->> {action}.behaviour))
      ))"""  # noqa: S608 - only names of this code


def _of_any_part(joined: str, holds: str) -> str:
    """SQL: whether something is so of any other part of what a household shares."""
    return f"""EXISTS (
              SELECT FROM household_share own
              JOIN household_share s ON s.whole_action_id = own.whole_action_id
              {joined} ON m.participant_id = s.participant_id AND m.action_id = s.action_id
              WHERE own.action_id = a.action_id AND {holds})"""


# Of what a household shares one row stands for all: of who reported it, or, where a provider does
# not see that one, the first of those that it sees.
_QUEUE = text(f"""
    {WAITING_ACTIONS}
    WHERE h.state IN ({_OPEN}) AND a.action_id > :after
      AND (cast(:state AS text) IS NULL OR h.state = :state)
      AND (cast(:behaviour AS text) IS NULL OR a.behaviour = :behaviour)
      AND (cast(:owned AS boolean) IS NULL OR (h.owner IS NOT NULL) = :owned)
      AND (cast(:contested AS boolean) IS NULL
           OR (c.action_id IS NOT NULL OR {_of_any_part("JOIN hold_contest m", "true")})
              = :contested)
      AND (cast(:alarmed AS boolean) IS NULL
           OR (h.alarmed_at IS NOT NULL
               OR {_of_any_part("JOIN action_hold m", "m.alarmed_at IS NOT NULL")}) = :alarmed)
      AND (cast(:area AS text) IS NULL OR a.region = :area)
      AND {_seen("a")}
      AND NOT EXISTS (
          SELECT FROM household_share own
          JOIN household_share s ON s.whole_action_id = own.whole_action_id
          JOIN action_hold m
            ON m.participant_id = s.participant_id AND m.action_id = s.action_id
          JOIN waiting_action b
            ON b.participant_id = s.participant_id AND b.action_id = s.action_id
          WHERE own.action_id = a.action_id AND s.action_id <> a.action_id
            AND m.state IN ({_OPEN}) AND {_seen("b")}
            AND (s.action_id = s.whole_action_id
                 OR (a.action_id <> s.whole_action_id AND s.action_id < a.action_id))
      )
    ORDER BY a.action_id LIMIT :limit
""")
_AFTER = text(f"{WAITING_ACTIONS} {AFTER}")
_ALL_OPEN = text(f"{WAITING_ACTIONS} WHERE h.state IN ({_OPEN})")
_COVERED = text("""
    SELECT a.action_id FROM waiting_action a
    WHERE a.action_id = ANY(:action_ids) AND EXISTS (
        SELECT 1 FROM consent g
        WHERE g.participant_id = a.participant_id AND g.organisation_id = :provider_id
          AND g.withdrawn_at IS NULL
          AND g.scene IN (a.behaviour, (cast(:categories AS jsonb) ->> a.behaviour))
    )
""")
_OWN = text("""
    UPDATE action_hold SET owner = :owner, owned_at = :now WHERE action_id = ANY(:action_ids)
""")
_CONTEST = text("""
    INSERT INTO hold_contest (participant_id, action_id, contested_at, seal)
    VALUES (:participant_id, :action_id, :now, :seal)
""")
_UNSEEN = text(f"""
    UPDATE action_hold h SET alarmed_at = :now
    FROM (
        SELECT participant_id, action_id FROM action_hold
        WHERE look_by <= :now AND alarmed_at IS NULL AND owner IS NULL AND state IN ({_OPEN})
        ORDER BY look_by LIMIT :limit FOR UPDATE SKIP LOCKED
    ) late
    WHERE h.participant_id = late.participant_id AND h.action_id = late.action_id
    RETURNING h.action_id, h.began_at, h.state
""")  # noqa: S608 - only names of this code
_BEFORE_ALL = UUID(int=0)


def find_waiting(connection: Connection, action_ids: Sequence[UUID]) -> dict[UUID, StoredAction]:
    """The actions that wait, or ended without credit, by id."""
    found = read_waiting(connection, _ONE, {"action_ids": list(action_ids)})
    return {each.action_id: each for each in found}


def find_any_actions(
    connection: Connection, action_ids: Sequence[UUID]
) -> dict[UUID, StoredAction]:
    """The actions that exist, credited or not, by id; those that waited with how they did."""
    found = find_actions(connection, action_ids)
    for action_id, hold in holds_of(connection, list(found)).items():
        found[action_id] = replace(found[action_id], waiting=hold)
    absent = [each for each in action_ids if each not in found]
    return found | find_waiting(connection, absent) if absent else found


def waiting_of(
    connection: Connection, participant_id: UUID, *, before: UUID | None, limit: int
) -> list[StoredAction]:
    """A person's actions that are not credited, the last recorded first, from before an id on."""
    return read_waiting(connection, _OF_PERSON, page_of_person(participant_id, before, limit))


def waiting_after(connection: Connection, after: UUID | None, *, limit: int) -> list[StoredAction]:
    """Everybody's actions that are not credited, in the order of their ids, from after one on."""
    return read_waiting(connection, _AFTER, {"after": after, "limit": limit})


def holds_of(connection: Connection, action_ids: Sequence[UUID]) -> dict[UUID, Waiting]:
    """How actions waited, by id, whatever became of them; not those credited at once."""
    rows = connection.execute(_HOLDS, {"action_ids": list(action_ids)}).mappings()
    master = keys_of(connection)
    return {row["action_id"]: _waiting(row, master) for row in rows}


def queue(
    connection: Connection,
    *,
    area: str | None,
    provider_id: UUID | None,
    categories: Mapping[str, str],
    state: str | None,
    behaviour: str | None,
    owned: bool | None,
    contested: bool | None,
    alarmed: bool | None,
    after: UUID | None,
    limit: int,
) -> list[StoredAction]:
    """What waits, the oldest first; of one city, of a provider's own and of what it may confirm,
    where they are named. What a household shares stands there once."""
    return read_waiting(
        connection,
        _QUEUE,
        {
            "area": area,
            "provider_id": provider_id,
            "categories": orjson.dumps(categories).decode(),
            "state": state,
            "behaviour": behaviour,
            "owned": owned,
            "contested": contested,
            "alarmed": alarmed,
            "after": after or _BEFORE_ALL,
            "limit": limit,
        },
    )


def covered_for(
    connection: Connection,
    action_ids: Sequence[UUID],
    *,
    provider_id: UUID,
    categories: Mapping[str, str],
) -> set[UUID]:
    """Those of the waiting actions whose person lets the provider report that scene."""
    rows = connection.execute(
        _COVERED,
        {
            "action_ids": list(action_ids),
            "provider_id": provider_id,
            "categories": orjson.dumps(categories).decode(),
        },
    )
    return set(rows.scalars())


def assign(
    connection: Connection, action_ids: Sequence[UUID], *, owner: str | None, now: datetime | None
) -> None:
    """Note who looks at these actions, or that nobody does."""
    connection.execute(_OWN, {"action_ids": list(action_ids), "owner": owner, "now": now})
    for each in action_ids:
        tell("action", public("act", each), {"owner": owner})


def write_contest(
    connection: Connection, participant_id: UUID, action_id: UUID, contest: Contest
) -> None:
    """Keep what the person says; a second time is a unique violation. Her account is held."""
    data_key = data_keys_of(connection, [participant_id])[participant_id]
    connection.execute(
        _CONTEST,
        {
            "participant_id": participant_id,
            "action_id": action_id,
            "now": contest.contested_at,
            "seal": seal_contest(data_key, action_id, contest.text, contest.evidence),
        },
    )


def alarm_unseen(
    connection: Connection, *, now: datetime, limit: int
) -> list[tuple[UUID, datetime, str]]:
    """Mark what nobody looked at in time: (action, since when it waits, state) of each."""
    rows = connection.execute(_UNSEEN, {"now": now, "limit": limit})
    return [(row.action_id, row.began_at, row.state) for row in rows]


def stream_open(connection: Connection) -> Iterator[StoredAction | UUID]:
    """Every action that waits, in no order; the id alone of one whose seal is broken."""
    rows = connection.execute(_ALL_OPEN, execution_options={"stream_results": True})
    master = keys_of(connection)
    with rows:
        for row in rows.mappings():
            try:
                yield _stored(row, master)
            except SealBroken:
                yield row["action_id"]


def read_waiting(
    connection: Connection, statement: TextClause, asked: Mapping[str, object]
) -> list[StoredAction]:
    """The actions of the rows of a statement made of ``WAITING_ACTIONS``."""
    return read_actions(connection, statement, asked, opening=_stored)


def _stored(row: RowMapping, master: MasterKeys) -> StoredAction:
    return StoredAction(
        **{each.name: row[each.name] for each in waiting_action.columns if each.name not in SEAL},
        **opened(row, master)._asdict(),
        waiting=_waiting(row, master),
    )


def _contest(row: RowMapping, master: MasterKeys) -> Contest | None:
    """What the person said; None too when nobody can read it any more."""
    sealed = row["contest_seal"]
    if row["contested_at"] is None:
        return None
    if sealed is None:
        return Contest(row["words"], row["contest_evidence"], row["contested_at"])
    if row["wrapped"] is None:
        return None
    kept = WrappedKey(row["key_id"], row["wrapped"])
    content = unseal(
        master.unwrap(row["participant_id"].bytes, kept), _contest_of(row["action_id"]), sealed
    )
    assert isinstance(content, list)
    words, evidence = content
    return Contest(words, evidence, row["contested_at"])


def seal_contest(data_key: bytes, action_id: UUID, words: str, evidence: str) -> bytes:
    """What a person says to an action, sealed; never under the name of the action itself."""
    return seal(data_key, _contest_of(action_id), [words, evidence])


def _contest_of(action_id: UUID) -> bytes:
    return action_id.bytes + CONTEST


_AS_STORED = [
    each.name for each in fields(Waiting) if each.name not in ("reasons", "contest", "outcome")
]


def _waiting(row: RowMapping, master: MasterKeys) -> Waiting:
    contest, outcome = _contest(row, master), None
    if row["decided_at"] is not None:
        outcome = HoldOutcome(
            row["step"],
            row["decided_by"],
            row["decided_at"],
            row["reason_code"],
            row["reason"],
        )
    return Waiting(
        **{name: row[name] for name in _AS_STORED},
        reasons=tuple(row["reasons"]),
        contest=contest,
        outcome=outcome,
    )
