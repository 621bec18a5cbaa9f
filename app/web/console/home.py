"""The first page of a desk: what waits for somebody, since when, and how far the books are shut."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from flask import Response

from app.auth import allow_public, caller
from app.http.current import now, wiring
from app.http.fields import moment
from app.usecases.organisations.read_proposals import read_proposals
from app.usecases.pooling.read_bundles import read_bundles
from app.usecases.recording.read_holds import SoughtHolds, read_holds
from app.usecases.registry.read_anchors import read_anchors
from app.web.console.desk import SIDE, desk, desk_page, has_page
from app.web.reading import Pages
from behaviours.civil_time import civil_day
from rewards.pooling.bundle import CANCELLED, ISSUED, REJECTED

blueprint = Pages("console_home", __name__, description="The first page of a desk.")

# More is told as that it is more.
MOST = 100
# A day is shut an hour after it is over; a day later something keeps it open.
_SHUT_WITHIN = timedelta(days=2)


class WaitingTask(NamedTuple):
    """What waits of one kind: how many, whether more, and the one that waits longest."""

    name: str
    path: str
    how_many: int
    is_more: bool
    oldest: str | None
    look_by: str | None
    is_late: bool


@blueprint.route("/console")
@allow_public
@blueprint.page
@blueprint.alt_response(303, description="To the login")
@desk("home")
def show_desk() -> Response:
    """What waits for a look or a signature, the books' last closed day, and the way to the rest."""
    readers = {"holds": _holds, "proposals": _proposals, "bundles": _bundles}
    seen = [each for each in SIDE if each.name in readers and has_page(caller(), each)]
    anchors = wiring().database.transact(read_anchors, before=None, most=1)
    last = str(anchors[0]["day"]) if anchors else None
    today = civil_day(now(), wiring().zone)
    return desk_page(
        "console_home.html",
        waiting=[readers[each.name](each.path) for each in seen],
        last_closed=last,
        is_late=last is not None and last < (today - _SHUT_WITHIN).isoformat(),
        as_of=moment(now()),
    )


def _holds(path: str) -> WaitingTask:
    rows = wiring().database.transact(
        read_holds,
        SoughtHolds(None, None, None, None, None),
        viewer=caller().viewer,
        rulebook=wiring().rulebook,
        after=None,
        limit=MOST + 1,
    )
    waits = [stored.waiting for stored, _ in rows if stored.waiting]
    since = [each.began_at for each in waits]
    return _waiting("holds", path, since, min((each.look_by for each in waits), default=None))


def _proposals(path: str) -> WaitingTask:
    rows = wiring().database.transact(read_proposals, before=None, most=MOST + 1)
    return _waiting("proposals", path, [each.proposed_at for each in rows])


def _bundles(path: str) -> WaitingTask:
    rows = wiring().database.transact(
        read_bundles, viewer=caller().viewer, before=None, most=MOST + 1
    )
    over = (ISSUED, CANCELLED, REJECTED)
    return _waiting(
        "bundles", path, [each.bundle.created_at for each in rows if each.bundle.state not in over]
    )


def _waiting(
    name: str, path: str, since: Sequence[datetime], look_by: datetime | None = None
) -> WaitingTask:
    return WaitingTask(
        name,
        path,
        min(len(since), MOST),
        len(since) > MOST,
        moment(min(since)) if since else None,
        moment(look_by) if look_by else None,
        look_by is not None and look_by < now(),
    )
