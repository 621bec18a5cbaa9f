"""Give public notice of a verified bundle."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from app.store.database import Connection
from app.store.pooling.bundles import write_bundle
from app.usecases.pooling.hold_bundle import hold_bundle
from behaviours.programme import Notice
from behaviours.viewer import Viewer
from rewards.pooling.bundle import NOTICE, Bundle
from rewards.pooling.notice import last_notice_day


def give_notice(
    connection: Connection,
    bundle_id: UUID,
    *,
    terms: Notice,
    today: date,
    by: Viewer,
    now: datetime,
) -> Bundle:
    """Publish the bundle; it may be sealed after the working days of ``terms``.

    Raises UnknownBundle, BundleStateConflict.
    """
    bundle = hold_bundle(connection, bundle_id, by=by)
    until = last_notice_day(today, terms)
    noticed = bundle.move(NOTICE, by=by, noticed_at=now, notice_until=until)
    write_bundle(connection, noticed)
    return noticed
