"""A replacement with its bundle, held for the next step of either."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.usecases.pooling.hold_bundle import hold_bundle
from app.usecases.pooling.read_replacement import read_replacement
from behaviours.viewer import Viewer
from rewards.pooling.bundle import Bundle
from rewards.registry.replacement import Replacement


def hold_replacement(
    connection: Connection, replacement_id: UUID, *, by: Viewer
) -> tuple[Bundle, Replacement]:
    """Both, locked until the transaction ends; raises UnknownUnits."""
    found = read_replacement(connection, replacement_id, viewer=by)
    bundle = hold_bundle(connection, found.asked.bundle_id, by=by)
    # Again, now that nobody else can sign it or carry it out.
    return bundle, read_replacement(connection, replacement_id, viewer=by)
