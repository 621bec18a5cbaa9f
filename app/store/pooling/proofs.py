"""What an inclusion proof reads: one chunk of leaves and the row of kept subtrees."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from rewards.pooling.sum_tree import Node

_OF_PERSON = """
    select e.bundle_id, e.salt, e.saved_mg, b.root, b.selected_mg, b.reductions, e.action_id
      from bundle_entry e join bundle b on b.bundle_id = e.bundle_id
     where e.participant_id = :participant_id
"""
_ENTRY = text(f"{_OF_PERSON} and e.action_id = :action_id")
_ENTRIES = text(f"{_OF_PERSON} and b.root is not null and e.salt is not null order by 1, 7")
_CHUNK_OF = text(
    """
    select chunk_no, first_action_id, leaves from bundle_chunk
     where bundle_id = :bundle_id
       and first_action_id <= :action_id
     order by chunk_no desc limit 1
    """
)
_LEAVES = text(
    """
    select action_id, leaf, saved_mg from bundle_entry
     where bundle_id = :bundle_id and action_id >= :first
     order by action_id limit :leaves
    """
)


_CHUNKS = text(
    """
    select chunk_no, first_action_id, leaves from bundle_chunk
     where bundle_id = :bundle_id and chunk_no >= :from_chunk
     order by chunk_no limit :most
    """
)


class BundleEntry(NamedTuple):
    """A reduction's place in a bundle."""

    bundle_id: UUID
    salt: UUID | None
    saved_mg: int
    root: bytes | None
    total_mg: int
    leaves: int
    action_id: UUID


class Leaves(NamedTuple):
    """The chunk that holds a reduction."""

    chunk_no: int
    action_ids: list[UUID]
    nodes: list[Node]


def read_entry(connection: Connection, participant_id: UUID, action_id: UUID) -> BundleEntry | None:
    parameters = {"participant_id": participant_id, "action_id": action_id}
    row = connection.execute(_ENTRY, parameters).one_or_none()
    return None if row is None else BundleEntry(*row)


def sealed_entries_of(connection: Connection, participant_id: UUID) -> list[BundleEntry]:
    """What of a person is in sealed bundles, bundle by bundle, in the order of the leaves."""
    rows = connection.execute(_ENTRIES, {"participant_id": participant_id})
    return [BundleEntry(*row) for row in rows]


def leaves_around(connection: Connection, bundle_id: UUID, action_id: UUID) -> Leaves:
    """The kept subtree of a sealed bundle that holds ``action_id``, leaf by leaf."""
    chunk = connection.execute(_CHUNK_OF, {"bundle_id": bundle_id, "action_id": action_id}).one()
    parameters = {"bundle_id": bundle_id, "first": chunk.first_action_id, "leaves": chunk.leaves}
    rows = connection.execute(_LEAVES, parameters).all()
    return Leaves(
        chunk.chunk_no,
        [row.action_id for row in rows],
        [Node(bytes(row.leaf), row.saved_mg) for row in rows],
    )


def leaves_from(connection: Connection, bundle_id: UUID, from_chunk: int, most: int) -> list[Node]:
    """The leaves of up to ``most`` kept subtrees of a sealed bundle, in their order.

    ``from_chunk`` is the number of the first; past the last there are none.
    """
    given = {"bundle_id": bundle_id, "from_chunk": from_chunk, "most": most}
    found = connection.execute(_CHUNKS, given).all()
    if not found:
        return []
    parameters = {
        "bundle_id": bundle_id,
        "first": found[0].first_action_id,
        "leaves": sum(each.leaves for each in found),
    }
    rows = connection.execute(_LEAVES, parameters)
    return [Node(bytes(row.leaf), row.saved_mg) for row in rows]
