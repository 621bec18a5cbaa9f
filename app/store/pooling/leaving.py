"""Removing reversed reductions from bundles that are not frozen yet."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from app.store.pooling.fragments import SELECTION_LOCK
from rewards.pooling.documents import LeavingReduction

# Two statements: the lock, then the read that it protects. Whoever leaves changes the figures of
# the bundle, and freezing waits for them.
# A selection and a reversal under way do not see each other's rows, and before either is committed
# there is no row of the reduction that both would lock. So both take one lock: a selection
# alone, for one window, and reversals and withdrawals side by side. Recording never asks for it.
_BESIDE_OTHERS = text(f"select pg_advisory_xact_lock_shared({SELECTION_LOCK})")
_LOCK = text(
    """
    select b.bundle_id from bundle b
     where b.bundle_id in (
        select e.bundle_id from bundle_entry e
          join unnest(cast(:people as uuid[]), cast(:actions as uuid[])) as k (person, action)
            on e.participant_id = k.person and e.action_id = k.action)
     order by b.bundle_id for update
    """
)
_LOCK_OF_PERSON = text(
    """
    select b.bundle_id from bundle b
     where b.frozen_at is null
       and b.bundle_id in (select e.bundle_id from bundle_entry e
                            where e.participant_id = :participant_id)
     order by b.bundle_id for share
    """
)
_FIND = text(
    """
    select e.participant_id, e.action_id, e.bundle_id, b.frozen_at is not null as frozen
      from bundle_entry e
      join unnest(cast(:people as uuid[]), cast(:actions as uuid[])) as k (person, action)
        on e.participant_id = k.person and e.action_id = k.action
      join bundle b on b.bundle_id = e.bundle_id
    """
)
_DELETE = text(
    """
    delete from bundle_entry e
     using unnest(cast(:people as uuid[]), cast(:actions as uuid[])) as k (person, action)
     where e.participant_id = k.person and e.action_id = k.action
    """
)
_LINES = text(
    """
    select e.bundle_id, a.behaviour, to_char(a.occurred_at at time zone :zone, 'YYYY-MM'),
           a.region, a.methodology, a.version, e.saved_mg
      from bundle_entry e
      join unnest(cast(:people as uuid[]), cast(:actions as uuid[])) as k (person, action)
        on e.participant_id = k.person and e.action_id = k.action
      join action a on a.participant_id = e.participant_id and a.action_id = e.action_id
     order by e.action_id
    """
)


def lock_bundles_of(
    connection: Connection, reductions: Sequence[tuple[UUID, UUID]]
) -> dict[tuple[UUID, UUID], tuple[UUID, bool]]:
    """(participant, action) -> (bundle, whether it is frozen), for those in a bundle.

    Until the transaction ends, no selection puts another one of them into a bundle.
    """
    keys = _keys(reductions)
    connection.execute(_BESIDE_OTHERS)
    connection.execute(_LOCK, keys)
    return {
        (row.participant_id, row.action_id): (row.bundle_id, row.frozen)
        for row in connection.execute(_FIND, keys)
    }


def hold_open_bundles_of(connection: Connection, participant_id: UUID) -> None:
    """Let no bundle with a reduction of this person freeze before the transaction ends.

    A selection under way is waited for, and the next one waits: else it would put a reduction in
    that it saw entrusted, and we would not see its bundle to hold it. Then a freeze could pass
    between our moment and our commit, and a unit rest on what was withdrawn before.
    """
    connection.execute(_BESIDE_OTHERS)
    connection.execute(_LOCK_OF_PERSON, {"participant_id": participant_id}).all()


def lines_of(
    connection: Connection, reductions: Sequence[tuple[UUID, UUID]], *, zone: ZoneInfo
) -> dict[UUID, list[LeavingReduction]]:
    """What each of them counts for in the report of its bundle, by bundle."""
    lines: dict[UUID, list[LeavingReduction]] = {}
    if reductions:
        for row in connection.execute(_LINES, {**_keys(reductions), "zone": zone.key}):
            lines.setdefault(row.bundle_id, []).append(LeavingReduction(*row[1:]))
    return lines


def delete_entries(connection: Connection, reductions: Sequence[tuple[UUID, UUID]]) -> None:
    if reductions:
        connection.execute(_DELETE, _keys(reductions))


def _keys(reductions: Sequence[tuple[UUID, UUID]]) -> dict[str, list[UUID]]:
    return {
        "people": [person for person, _ in reductions],
        "actions": [action for _, action in reductions],
    }
