"""Revoke a mobile app: nobody comes in through it any more, and what it had opened ends."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.apps import hold_app, write_app_revoked
from app.store.organisations.revocations import revoke
from app.usecases.organisations.find_actor import find_actor
from behaviours.apps import MobileApp, UnknownApp
from behaviours.clients import sees_clients
from behaviours.refusal import found_or
from behaviours.users import check_may_invite
from behaviours.viewer import Viewer


class RevokedApp(NamedTuple):
    """The app, and the names under which its tokens are now revoked."""

    app: MobileApp
    revoked: list[str]


def revoke_app(
    connection: Connection,
    organisation_id: UUID,
    app_id: UUID,
    *,
    reason: str,
    by: Viewer,
    access_lifetime: timedelta,
    clock: Clock,
) -> RevokedApp:
    """The app as revoked: by its organisation's administrators, and by the programme.

    Whoever comes in through it at this moment comes before, and is out with it, or is refused.
    Raises UnknownApp, UsersOnly, NotAdministrator and AppRevokedBefore.
    """
    if not sees_clients(by, organisation_id):
        raise UnknownApp("app")
    actor = find_actor(connection, by)
    check_may_invite(actor, organisation_id)
    held = found_or(hold_app(connection, organisation_id, app_id), UnknownApp("app"))
    gone = held.revoked(reason, now=clock.now())
    write_app_revoked(connection, gone)
    revoke(connection, [(gone.tokens, clock.real_now() + access_lifetime)])
    return RevokedApp(gone, [gone.tokens])
