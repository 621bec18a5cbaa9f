"""SQL of moves: those that people asked for, and the records that were taken in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from uuid import UUID

import orjson
from sqlalchemy import Connection, text

from app.store.inserting import by_name
from app.store.paging import newest_first, page_of_person
from behaviours.exports.moving import Elsewhere, Move, MovedAction, MovedRecord

# ruff: noqa: S608 - these statements are put together from constants only

_RECORD = (
    "record_id, participant_id, origin_id, origin, person, move_id, document_digest, actions,"
    " saved_mg, unmatched, taken_at"
)
_ACTION = (
    "action_id, recorded_by, behaviour, region, occurred_at, ended_at, recorded_at, methodology,"
    " version, digest, provenance, vintage, saved_mg"
)
_ASK = text(
    """
    insert into asked_move (participant_id, move_id, audience, asked_at, expires_at)
    values (:participant_id, :move_id, :audience, :asked_at, :expires_at)
    """
)
_ASKED = newest_first(
    """
    select move_id, audience, asked_at, expires_at from asked_move
     where participant_id = :participant_id
    """,
    by="move_id",
)
# The second of two at the same instant waits for the first, and then finds its row.
_TAKE = text(
    """
    insert into taken_record (account_digest, participant_id, record_id)
    values (:account_digest, :participant_id, :record_id) on conflict do nothing
    """
)
_TAKEN = text(
    f"""
    select {_RECORD} from taken_record join moved_record using (participant_id, record_id)
     where account_digest = :account_digest
    """
)
_ADD_RECORD = text(
    f"""
    insert into moved_record ({_RECORD})
    values (:record_id, :participant_id, :origin_id, :origin, :person, :move_id, :document_digest,
            :actions, :saved_mg, :unmatched, :taken_at)
    """
)
# What came by another way before stands already.
_ADD_ACTIONS = text(
    f"""
    insert into moved_action (participant_id, record_id, {_ACTION})
    select :participant_id, :record_id, action_id, recorded_by, behaviour, region, occurred_at,
           ended_at, recorded_at, methodology, version, decode(digest, 'hex'), provenance, vintage,
           saved_mg
      from jsonb_to_recordset(cast(:actions as jsonb)) as t (
           action_id uuid, recorded_by text, behaviour text, region text, occurred_at timestamptz,
           ended_at timestamptz, recorded_at timestamptz, methodology text, version text,
           digest text, provenance text, vintage smallint, saved_mg bigint)
     order by action_id
        on conflict (participant_id, action_id) do nothing
    returning saved_mg
    """
)
_MOVED = newest_first(
    f"select {_ACTION} from moved_action where participant_id = :participant_id", by="action_id"
)
# Of everything that was taken in, by records: they are few.
_ELSEWHERE = text(
    """
    select cast(coalesce(sum(actions), 0) as bigint), cast(coalesce(sum(saved_mg), 0) as bigint),
           (select max(asked_at) from asked_move where participant_id = :participant_id)
      from moved_record where participant_id = :participant_id
    """
)


def add_move(connection: Connection, participant_id: UUID, asked: Move) -> None:
    """Keep that the person asked to move."""
    connection.execute(_ASK, {"participant_id": participant_id, **asked._asdict()})


def asked_moves(
    connection: Connection, participant_id: UUID, *, before: UUID | None, most: int
) -> list[Move]:
    """The moves that a person asked for, newest first."""
    rows = page_of_person(connection, _ASKED, participant_id, before=before, most=most)
    return [Move(*row) for row in rows]


def account_digest(origin_id: UUID, person: UUID) -> bytes:
    """What stands for an account of an origin."""
    return hashlib.sha256(b"moved record\0" + origin_id.bytes + person.bytes).digest()


def take_account(
    connection: Connection, digest: bytes, *, participant_id: UUID, record_id: UUID
) -> MovedRecord | None:
    """Take an account elsewhere in; what was taken in of it before, or None."""
    given = {
        "account_digest": digest,
        "participant_id": participant_id,
        "record_id": record_id,
    }
    if connection.execute(_TAKE, given).rowcount:
        return None
    return MovedRecord(*connection.execute(_TAKEN, {"account_digest": digest}).one())


def add_moved_actions(
    connection: Connection, participant_id: UUID, record_id: UUID, actions: Sequence[MovedAction]
) -> list[int]:
    """Keep the actions of a record that do not stand there yet; the milligrams of each of them."""
    if not actions:
        return []
    given = {
        "participant_id": participant_id,
        "record_id": record_id,
        "actions": orjson.dumps([_as_row(each) for each in actions]).decode(),
    }
    return list(connection.execute(_ADD_ACTIONS, given).scalars())


def _as_row(moved: MovedAction) -> Mapping[str, object]:
    names = MovedAction.__dataclass_fields__
    return {**by_name(names, moved), "digest": moved.digest.hex()}


def add_moved_record(connection: Connection, record: MovedRecord) -> None:
    names = MovedRecord.__dataclass_fields__
    connection.execute(_ADD_RECORD, by_name(names, record))


def moved_actions(
    connection: Connection, participant_id: UUID, *, before: UUID | None, most: int
) -> list[MovedAction]:
    """What a person did elsewhere, the last recorded first."""
    rows = page_of_person(connection, _MOVED, participant_id, before=before, most=most)
    return [MovedAction(*row) for row in rows]


def elsewhere_of(connection: Connection, participant_id: UUID) -> Elsewhere:
    """What a person brought along, and whether they took theirs elsewhere."""
    return Elsewhere(*connection.execute(_ELSEWHERE, {"participant_id": participant_id}).one())
