"""Read what earlier verifiers of a bundle had drawn and found when their seats ended."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.pooling.seat_ends import list_earlier
from app.usecases.pooling.read_bundle import read_bundle
from behaviours.viewer import Viewer
from rewards.pooling.seats import EarlierFinding


def read_earlier_sample(
    connection: Connection,
    bundle_id: UUID,
    *,
    viewer: Viewer,
    after: tuple[int, UUID] | None,
    most: int,
) -> list[EarlierFinding]:
    """By attempt and action id, after one of them. Raises UnknownBundle."""
    read_bundle(connection, bundle_id, viewer=viewer)
    return list_earlier(connection, bundle_id, after=after, most=most)
