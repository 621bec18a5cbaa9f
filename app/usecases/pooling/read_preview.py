"""Read what a draft would hold."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.pooling.counting import read_count
from app.store.registry.carbon_book import balance
from app.usecases.pooling.read_bundle import read_bundle
from behaviours.viewer import Viewer
from rewards.ledger.carbon import carry_account
from rewards.pooling.counting import PREVIEW, Forecast, known


def read_preview(connection: Connection, bundle_id: UUID, *, viewer: Viewer | None) -> Forecast:
    """The last preview of a bundle, with what would be carried in today. Raises UnknownBundle."""
    bundle = read_bundle(connection, bundle_id, viewer=viewer)
    found = known(read_count(connection, bundle_id, PREVIEW), PREVIEW)
    carried_in_mg = balance(
        connection,
        carry_account(bundle.unit_class),
        family=bundle.family,
        vintage=bundle.vintage,
    )
    return Forecast(found, carried_in_mg, bundle.reserve_per_mille)
