"""End an OpenID provider: nobody comes in by it any more, and every session begun by it ends."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.logins import end_login
from app.store.organisations.openid_providers import hold_openid_provider, write_openid_provider
from app.store.organisations.sessions import sessions_begun_by
from app.usecases.organisations.find_actor import find_actor
from behaviours.openid_providers import (
    END,
    EndedOpenidProvider,
    UnknownOpenidProvider,
    check_may_propose,
)
from behaviours.refusal import found_or
from behaviours.viewer import Viewer


def end_openid_provider(
    connection: Connection,
    provider_id: UUID,
    *,
    reason: str,
    by: Viewer,
    access_lifetime: timedelta,
    clock: Clock,
) -> EndedOpenidProvider:
    """By one person alone: it takes access away, and gives nobody any.

    Raises UsersOnly, UnknownOpenidProvider, NotAdministrator and OpenidProviderMoved.
    """
    actor = find_actor(connection, by)
    provider = found_or(
        hold_openid_provider(connection, provider_id), UnknownOpenidProvider("openid_provider")
    )
    provider.check_seen_by(by)
    check_may_propose(actor, provider.organisation_id)
    ended, real_now = provider.move(END, now=clock.now()), clock.real_now()
    write_openid_provider(connection, ended, by=actor.user_id, reason=reason)
    until = real_now + access_lifetime
    names = [
        name
        for session_id in sessions_begun_by(connection, provider_id)
        for name in end_login(connection, session_id, now=real_now, access_until=until)
    ]
    return EndedOpenidProvider(ended, names)
