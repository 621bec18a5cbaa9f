"""Actions as they stand: with their reversal, and with the bundle that holds their reduction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, text

from app.store.database import Connection

_STANDING = """
    SELECT a.participant_id, a.action_id, a.provider_id, a.behaviour, a.external_id,
        a.occurred_at, a.ended_at, a.recorded_at, a.region, a.quantities, a.evidence,
        a.methodology, a.version, a.digest, a.provenance, a.action_class, a.vintage, a.saved_mg,
        a.calculation, a.points, a.limited_by, a.points_available_at, a.points_expires_at,
        r.reversed_at, r.reason, e.bundle_id, b.state AS bundle_state,
        b.frozen_at
    FROM action a
    LEFT JOIN reversal r USING (participant_id, action_id)
    LEFT JOIN bundle_entry e USING (participant_id, action_id)
    LEFT JOIN bundle b ON b.bundle_id = e.bundle_id
"""
_ONE = text(f"{_STANDING} WHERE a.action_id = ANY(:action_ids)")
_OF_PERSON = text(
    f"{_STANDING} WHERE a.participant_id = :participant_id AND a.action_id < :before"
    " ORDER BY a.action_id DESC LIMIT :limit"
)
_AFTER_ALL = UUID(int=(1 << 128) - 1)


@dataclass(frozen=True, slots=True)
class StoredAction:
    """A row of the book of actions. ``saved_mg`` in mg CO2e; times are aware."""

    participant_id: UUID
    action_id: UUID
    provider_id: UUID | None
    behaviour: str
    external_id: str
    occurred_at: datetime
    ended_at: datetime | None
    recorded_at: datetime
    region: str
    quantities: Mapping[str, str]
    evidence: Mapping[str, str]
    methodology: str
    version: str
    digest: bytes
    provenance: str
    action_class: str
    vintage: int
    saved_mg: int
    calculation: Mapping[str, Any]
    points: int
    limited_by: str | None
    points_available_at: datetime | None
    points_expires_at: datetime | None
    reversed_at: datetime | None
    reason: str | None
    bundle_id: UUID | None
    bundle_state: str | None
    frozen_at: datetime | None

    @property
    def state(self) -> str:
        return "reversed" if self.reversed_at else "quantified"

    @property
    def reduction_state(self) -> str:
        """pending, selected, sealed, issued or reversed; what is sealed stays sealed."""
        if self.frozen_at:
            return "issued" if self.bundle_state == "issued" else "sealed"
        if self.reversed_at:
            return "reversed"
        return "selected" if self.bundle_id else "pending"

    def record(self) -> dict[str, Any]:
        """The reduction as ``behaviours.actions.reduction.Reduction.record`` wrote it."""
        return {
            "saved_mg": self.saved_mg,
            "methodology": self.methodology,
            "version": self.version,
            "digest": f"sha256:{self.digest.hex()}",
            "provenance": self.provenance,
            "action_class": self.action_class,
            "vintage": self.vintage,
            "inputs": self.calculation["inputs"],
            "factors": self.calculation["factors"],
        }


def find_actions(connection: Connection, action_ids: Sequence[UUID]) -> dict[UUID, StoredAction]:
    """The actions that exist, by id."""
    rows = connection.execute(_ONE, {"action_ids": list(action_ids)}).mappings()
    return {row["action_id"]: _stored(row) for row in rows}


def actions_of(
    connection: Connection, participant_id: UUID, *, before: UUID | None, limit: int
) -> list[StoredAction]:
    """A person's actions, the last recorded first, from before an id on."""
    rows = connection.execute(
        _OF_PERSON,
        {"participant_id": participant_id, "before": before or _AFTER_ALL, "limit": limit},
    ).mappings()
    return [_stored(row) for row in rows]


def _stored(row: RowMapping) -> StoredAction:
    return StoredAction(**row)
