"""Bundles: one row each, locked before it is changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, TextClause, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

_COLUMNS = """
    bundle_id, methodology, vintage, region, occurred_from, occurred_to, unit_class, state,
    created_by, created_at, reductions, selected_mg, carried_in_mg, deducted_mg, reserve_mg,
    reserve_per_mille, issued_t, carried_out_mg, root, selected_until, frozen_at, task_id,
    verifier_id, sampling_plan, report, opinion, noticed_at, notice_until, sealed_at, issued_at
"""
_INSERT = text(
    """
    insert into bundle (bundle_id, methodology, vintage, region, occurred_from, occurred_to,
                        unit_class, state, created_by, created_at, reserve_per_mille)
    values (:bundle_id, :methodology, :vintage, :region, :occurred_from, :occurred_to,
            :unit_class, 'draft', :created_by, :now, :reserve_per_mille)
    """
)
_READ = text(f"select {_COLUMNS} from bundle where bundle_id = :bundle_id")  # noqa: S608
_LOCK = text(f"select {_COLUMNS} from bundle where bundle_id = :bundle_id for update")  # noqa: S608
_LIST = text(
    f"""
    select {_COLUMNS} from bundle
     where (cast(:before as uuid) is null or bundle_id < :before)
       and (cast(:verifier_id as uuid) is null or verifier_id = :verifier_id)
       and (not :published or state in ('noticed', 'sealing', 'sealed', 'issued'))
     order by bundle_id desc limit :most
    """  # noqa: S608
)
_JSON_COLUMNS = frozenset({"sampling_plan", "report", "opinion"})
_updates: dict[tuple[str, ...], TextClause] = {}


def insert_bundle(connection: Connection, row: Mapping[str, Any]) -> None:
    """Write a draft; ``row`` has the columns of ``_INSERT`` and ``now``."""
    connection.execute(_INSERT, row)


def read_bundle(connection: Connection, bundle_id: UUID) -> dict[str, Any] | None:
    """The bundle's row, or None."""
    row = connection.execute(_READ, {"bundle_id": bundle_id}).mappings().one_or_none()
    return None if row is None else dict(row)


def lock_bundle(connection: Connection, bundle_id: UUID) -> dict[str, Any] | None:
    """The bundle's row, locked until the transaction ends, or None."""
    row = connection.execute(_LOCK, {"bundle_id": bundle_id}).mappings().one_or_none()
    return None if row is None else dict(row)


def list_bundles(
    connection: Connection,
    *,
    before: UUID | None,
    most: int,
    verifier_id: UUID | None = None,
    published: bool = False,
) -> list[dict[str, Any]]:
    """Newest first; only a verifier's, or only those the public may see."""
    rows = connection.execute(
        _LIST,
        {"before": before, "most": most, "verifier_id": verifier_id, "published": published},
    )
    return [dict(row) for row in rows.mappings()]


def update_bundle(connection: Connection, bundle_id: UUID, **columns: Any) -> None:
    """Set these columns of a bundle that the caller has locked."""
    names = tuple(sorted(columns))
    if names not in _updates:
        _updates[names] = _update_statement(names)
    connection.execute(_updates[names], {"bundle_id": bundle_id, **columns})


def _update_statement(names: tuple[str, ...]) -> TextClause:
    # The names are the keyword arguments of calls in this program, never somebody's input.
    assignments = ", ".join(f"{name} = :{name}" for name in names)
    statement = text(f"update bundle set {assignments} where bundle_id = :bundle_id")  # noqa: S608
    documents = [bindparam(name, type_=JSONB) for name in names if name in _JSON_COLUMNS]
    return statement.bindparams(*documents)
