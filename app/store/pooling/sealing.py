"""Sealing: the last sweep, the recount, and the leaves in their order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from app.store.inserting import by_column
from app.store.pooling.fragments import DECLARED, ENTRUSTED
from rewards.pooling.documents import Amounts
from rewards.pooling.sum_tree import Node

# Entries came in under a live contribution, so only people who withdrew one can have lost theirs.
_SWEEP = text(
    f"""
    delete from bundle_entry e
     where e.bundle_id = :bundle_id
       and (exists (select from reversal r
                     where r.participant_id = e.participant_id and r.action_id = e.action_id)
            or {DECLARED.format("e")}
            or (e.participant_id in (select participant_id from contribution
                                      where withdrawn_at is not null)
                and not exists (
                    select from action a
                     where a.participant_id = e.participant_id
                       and a.action_id = e.action_id
                       and {ENTRUSTED})))
    """  # noqa: S608
)
_RECOUNT = text(
    """
    select count(*) as reductions, cast(coalesce(sum(saved_mg), 0) as bigint) as saved_mg
      from bundle_entry where bundle_id = :bundle_id
    """
)
_BY_METHODOLOGY = text(
    """
    select a.methodology, cast(sum(e.saved_mg) as bigint) as saved_mg
      from bundle_entry e
      join action a on a.participant_id = e.participant_id and a.action_id = e.action_id
     where e.bundle_id = :bundle_id
     group by a.methodology order by a.methodology
    """
)
_LEAVES = text(
    """
    select action_id, leaf, saved_mg from bundle_entry
     where bundle_id = :bundle_id and (cast(:after as uuid) is null or action_id > :after)
     order by action_id limit :most
    """
)
_LAST_CHUNK = text(
    """
    select chunk_no, first_action_id, leaves from bundle_chunk
     where bundle_id = :bundle_id order by chunk_no desc limit 1
    """
)
_LAST_OF_CHUNK = text(
    """
    select action_id from bundle_entry
     where bundle_id = :bundle_id and action_id >= :first
     order by action_id offset :skip limit 1
    """
)
_INSERT_CHUNKS = text(
    """
    insert into bundle_chunk (bundle_id, chunk_no, first_action_id, leaves, node, sum_mg)
    select :bundle_id, * from unnest(cast(:numbers as int[]), cast(:firsts as uuid[]),
        cast(:leaves as int[]), cast(:nodes as bytea[]), cast(:sums as bigint[]))
    """
)
_CHUNKS = text(
    """
    select chunk_no, first_action_id, leaves, node, sum_mg from bundle_chunk
     where bundle_id = :bundle_id order by chunk_no
    """
)


class Chunk(NamedTuple):
    """One kept subtree."""

    chunk_no: int
    first_action_id: UUID
    leaves: int
    node: Node


def sweep(connection: Connection, bundle_id: UUID, *, zone: ZoneInfo) -> int:
    """Remove what was reversed, or whose entrustment was withdrawn; returns how many."""
    return connection.execute(_SWEEP, {"bundle_id": bundle_id, "zone": zone.key}).rowcount


def recount(connection: Connection, bundle_id: UUID) -> Amounts:
    """What stands in the entries."""
    return Amounts(*connection.execute(_RECOUNT, {"bundle_id": bundle_id}).one())


def mg_by_methodology(connection: Connection, bundle_id: UUID) -> dict[str, int]:
    """What each methodology gives to the bundle."""
    rows = connection.execute(_BY_METHODOLOGY, {"bundle_id": bundle_id})
    return {row.methodology: row.saved_mg for row in rows}


def leaves_after(
    connection: Connection, bundle_id: UUID, after: UUID | None, *, most: int
) -> list[tuple[UUID, Node]]:
    """The next leaves in the order of their action ids."""
    parameters = {"bundle_id": bundle_id, "after": after, "most": most}
    return [
        (action_id, Node(bytes(leaf), saved_mg))
        for action_id, leaf, saved_mg in connection.execute(_LEAVES, parameters)
    ]


def last_leaf(connection: Connection, bundle_id: UUID) -> tuple[int, UUID | None]:
    """(chunks kept, the action id of the last leaf in them): where sealing goes on."""
    last = connection.execute(_LAST_CHUNK, {"bundle_id": bundle_id}).one_or_none()
    if last is None:
        return 0, None
    action_id = connection.execute(
        _LAST_OF_CHUNK,
        {"bundle_id": bundle_id, "first": last.first_action_id, "skip": last.leaves - 1},
    ).scalar_one()
    return last.chunk_no + 1, action_id


def insert_chunks(connection: Connection, bundle_id: UUID, chunks: list[Chunk]) -> None:
    columns = by_column(
        ("numbers", "firsts", "leaves", "nodes", "sums"),
        [
            (one.chunk_no, one.first_action_id, one.leaves, one.node.digest, one.node.sum_mg)
            for one in chunks
        ],
    )
    connection.execute(_INSERT_CHUNKS, {**columns, "bundle_id": bundle_id})


def chunks(connection: Connection, bundle_id: UUID) -> Iterator[Chunk]:
    """The kept subtrees in their order."""
    for row in connection.execute(_CHUNKS, {"bundle_id": bundle_id}):
        yield Chunk(
            row.chunk_no, row.first_action_id, row.leaves, Node(bytes(row.node), row.sum_mg)
        )
