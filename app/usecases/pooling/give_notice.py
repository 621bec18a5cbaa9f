"""Give public notice of a verified bundle."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from app.clock import Clock
from app.store.database import Connection
from app.store.pooling.bundles import write_bundle
from app.usecases.pooling.hold_bundle import hold_bundle
from behaviours.civil_time import civil_day
from behaviours.programme import Notice
from behaviours.viewer import Viewer
from rewards.pooling.bundle import NOTICE, Bundle
from rewards.pooling.notice import last_notice_day


def give_notice(
    connection: Connection,
    bundle_id: UUID,
    *,
    terms: Notice,
    zone: ZoneInfo,
    by: Viewer,
    clock: Clock,
) -> Bundle:
    """Publish the bundle; it may be sealed after the working days of ``terms``.

    Raises UnknownBundle, BundleStateConflict.
    """
    bundle = hold_bundle(connection, bundle_id, by=by)
    now = clock.now()
    until = last_notice_day(civil_day(now, zone), terms)
    noticed = bundle.move(NOTICE, by=by, noticed_at=now, notice_until=until)
    write_bundle(connection, noticed)
    return noticed
