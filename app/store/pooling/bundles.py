"""Bundles: one row each, read as a value, locked before it is changed, and written back whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.store.inserting import by_name, insert_into
from app.store.log.acting import held, kept
from rewards.pooling.bundle import Bundle, Sight
from rewards.pooling.documents import DrawnPlan, MonitoringReport, Opinion

_NAMES = tuple(each.name for each in fields(Bundle))
# What a bundle is opened with never changes.
_FIXED = frozenset(
    {
        "bundle_id", "methodology", "vintage", "region", "occurred_from", "occurred_to",
        "unit_class", "created_by", "created_at", "reserve_per_mille", "methodologies", "period_id",
    }
)  # fmt: skip
_DOCUMENTS = ("sampling_plan", "report", "opinion")
_COLUMNS = ", ".join(_NAMES)
_CHANGES = ", ".join(f"{name} = :{name}" for name in _NAMES if name not in _FIXED)
_JSON = [bindparam(name, type_=JSONB(none_as_null=True)) for name in _DOCUMENTS]

_INSERT = text(insert_into("bundle", _NAMES)).bindparams(*_JSON)
_UPDATE = text(
    f"update bundle set {_CHANGES} where bundle_id = :bundle_id"  # noqa: S608
).bindparams(*_JSON)
_READ = text(f"select {_COLUMNS} from bundle where bundle_id = :bundle_id")  # noqa: S608
_NAMED = text(
    f"select {_COLUMNS} from bundle where bundle_id = any(:bundle_ids) order by bundle_id"  # noqa: S608
)
_LOCK = text(f"select {_COLUMNS} from bundle where bundle_id = :bundle_id for update")  # noqa: S608
_LIST = text(
    f"""
    select {_COLUMNS} from bundle
     where (cast(:before as uuid) is null or bundle_id < :before)
       and (cast(:verifier_id as uuid) is null or verifier_id = :verifier_id)
       and (cast(:states as text[]) is null or state = any(:states))
     order by bundle_id desc limit :most
    """  # noqa: S608
)


def insert_bundle(connection: Connection, bundle: Bundle) -> None:
    connection.execute(_INSERT, _row(bundle))
    kept(bundle)


def read_bundle(connection: Connection, bundle_id: UUID) -> Bundle | None:
    row = connection.execute(_READ, {"bundle_id": bundle_id}).one_or_none()
    return None if row is None else _bundle(row)


def named_bundles(connection: Connection, bundle_ids: Sequence[UUID]) -> list[Bundle]:
    """The bundles of these ids, oldest first."""
    rows = connection.execute(_NAMED, {"bundle_ids": list(bundle_ids)})
    return [_bundle(row) for row in rows]


def lock_bundle(connection: Connection, bundle_id: UUID) -> Bundle | None:
    """The bundle, locked until the transaction ends, or None."""
    row = connection.execute(_LOCK, {"bundle_id": bundle_id}).one_or_none()
    return None if row is None else held(_bundle(row))


def list_bundles(
    connection: Connection,
    sight: Sight,
    *,
    before: UUID | None,
    most: int,
) -> list[Bundle]:
    """Those in sight, newest first."""
    given = {
        "before": before,
        "most": most,
        "verifier_id": sight.verifier_id,
        "states": None if sight.states is None else list(sight.states),
    }
    return [_bundle(row) for row in connection.execute(_LIST, given)]


def write_bundle(connection: Connection, bundle: Bundle) -> None:
    """Write back a bundle that the caller has locked."""
    connection.execute(_UPDATE, _row(bundle))
    kept(bundle)


def _row(bundle: Bundle) -> Mapping[str, object]:
    documents = {name: getattr(bundle, name) for name in _DOCUMENTS}
    said = {name: one.as_document() if one else None for name, one in documents.items()}
    named = None if bundle.methodologies is None else list(bundle.methodologies)
    return {**by_name(_NAMES, bundle), **said, "methodologies": named}


def _bundle(row: Row[Any]) -> Bundle:
    kept = dict(row._mapping)  # noqa: SLF001 - the public name of a row's mapping
    plan, report, opinion = (kept[name] for name in _DOCUMENTS)
    return Bundle(
        **kept
        | {
            "sampling_plan": DrawnPlan.from_document(plan) if plan else None,
            "report": MonitoringReport.from_document(report) if report else None,
            "opinion": Opinion.from_document(opinion) if opinion else None,
            "methodologies": tuple(kept["methodologies"]) if kept["methodologies"] else None,
            "root": bytes(kept["root"]) if kept["root"] else None,
            "commitment": bytes(kept["commitment"]) if kept["commitment"] else None,
        }
    )
