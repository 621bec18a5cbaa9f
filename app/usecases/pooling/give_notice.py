"""Give public notice of a verified bundle."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.store.database import Connection
from app.store.pooling.bundles import update_bundle
from app.usecases.pooling.standing import bundle_at
from behaviours.programme import Notice
from rewards.pooling.notice import last_notice_day


def give_notice(
    connection: Connection, bundle_id: UUID, *, terms: Notice, today: date, now: datetime
) -> dict[str, Any]:
    """Publish the bundle; it may be sealed after its working days. Raises BundleStateConflict."""
    bundle = bundle_at(connection, bundle_id, "verified")
    changed = {
        "state": "noticed",
        "noticed_at": now,
        "notice_until": last_notice_day(today, terms),
    }
    update_bundle(connection, bundle_id, **changed)
    return bundle | changed
