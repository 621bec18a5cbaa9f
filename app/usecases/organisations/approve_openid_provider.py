"""Approve an OpenID provider: the second signature, of another person and role, opens it."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.openid_providers import hold_openid_provider, write_openid_provider
from app.store.signing import sign_by
from app.usecases.organisations.find_actor import find_actor
from app.usecases.organisations.propose_openid_providers import OPENID_PROVIDER
from behaviours.openid_providers import APPROVE, AwaitedOpenidProvider, UnknownOpenidProvider
from behaviours.refusal import found_or
from behaviours.viewer import Viewer
from rewards.signing import Matter


def approve_openid_provider(
    connection: Connection, provider_id: UUID, *, by: Viewer, clock: Clock
) -> AwaitedOpenidProvider:
    """The provider, and the roles that have yet to sign; with none users come in by it.

    Raises UsersOnly, UnknownOpenidProvider, OpenidProviderMoved and SamePersonTwice.
    """
    find_actor(connection, by)
    provider = found_or(
        hold_openid_provider(connection, provider_id), UnknownOpenidProvider("openid_provider")
    )
    now = clock.now()
    active = provider.move(APPROVE, now=now)
    awaiting = sign_by(connection, Matter(OPENID_PROVIDER, provider_id, APPROVE), by, now)
    if not awaiting:
        write_openid_provider(connection, active)
    return AwaitedOpenidProvider(provider if awaiting else active, awaiting)
