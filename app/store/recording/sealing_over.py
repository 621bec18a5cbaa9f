"""SQL of sealing what earlier releases recorded in the clear.

Rows of these tables are final, and their owner alone can say that they are changed once more: the
triggers are off within the transaction that seals a part, and on again at its end.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from behaviours.people import CLOSED

ACTIONS, WAITING, CONTESTS = "sealed_actions", "sealed_waiting", "sealed_contests"
DATA_KEYS = "data_keys"
# By step: the table, its clear columns, and whether its rows are final.
_TABLES = {
    ACTIONS: ("action", "external_id", True),
    WAITING: ("waiting_action", "external_id", False),
    CONTESTS: ("hold_contest", "words", True),
}
_SEAL = """
    update {table} t set seal = d.seal, {first} = null, evidence = null
      from unnest(cast(:people as uuid[]), cast(:ids as uuid[]), cast(:seals as bytea[]))
        as d (participant_id, action_id, seal)
     where t.participant_id = d.participant_id and t.action_id = d.action_id
"""
_STATEMENTS = {
    step: text(_SEAL.format(table=table, first=first))
    for step, (table, first, _) in _TABLES.items()
}
_FINAL = "alter table {table} {turn} trigger rows_are_final"
_SAID = text("""
    select participant_id, action_id, words, evidence from hold_contest
     where seal is null order by participant_id, action_id limit :most
""")
_LEFT = text(f"""
    select participant_id from participant
     where participant_id = any(cast(:people as uuid[])) and state = '{CLOSED}'
""")  # noqa: S608 - a constant of the domain


class Sealed(NamedTuple):
    """A row that was sealed."""

    participant_id: UUID
    action_id: UUID
    seal: bytes


class ClearContest(NamedTuple):
    """What a person said to an action, in the clear."""

    participant_id: UUID
    action_id: UUID
    words: str
    evidence: str


def write_sealed(connection: Connection, step: str, rows: Sequence[Sealed]) -> None:
    """Put what was sealed in the place of what lay in the clear."""
    table, _, is_final = _TABLES[step]
    if not rows:
        return
    if is_final:
        connection.exec_driver_sql(_FINAL.format(table=table, turn="disable"))
    connection.execute(
        _STATEMENTS[step],
        {
            "people": [row.participant_id for row in rows],
            "ids": [row.action_id for row in rows],
            "seals": [row.seal for row in rows],
        },
    )
    if is_final:
        connection.exec_driver_sql(_FINAL.format(table=table, turn="enable"))


def said_in_the_clear(connection: Connection, *, most: int) -> list[ClearContest]:
    """Contests that are not sealed yet."""
    return [ClearContest(*row) for row in connection.execute(_SAID, {"most": most})]


def left_among(connection: Connection, people: Sequence[UUID]) -> set[UUID]:
    """Those of these people who left."""
    return set(connection.execute(_LEFT, {"people": list(people)}).scalars())
