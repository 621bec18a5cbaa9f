"""Approve an OpenID provider: the second signature, of another person and role, opens it."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.openid_providers import hold_openid_provider, write_openid_provider
from app.store.signing import sign
from app.usecases.organisations.find_actor import find_actor
from app.usecases.organisations.propose_openid_providers import OPENID_PROVIDER
from behaviours.openid_providers import APPROVE, AwaitedOpenidProvider, UnknownOpenidProvider
from behaviours.viewer import Viewer
from rewards.signing import Matter, missing_roles, signature_of


def approve_openid_provider(
    connection: Connection, provider_id: UUID, *, by: Viewer, clock: Clock
) -> AwaitedOpenidProvider:
    """The provider, and the roles that have yet to sign; with none users come in by it.

    Raises UsersOnly, UnknownOpenidProvider, OpenidProviderMoved and SamePersonTwice.
    """
    find_actor(connection, by)
    provider = hold_openid_provider(connection, provider_id)
    if provider is None:
        raise UnknownOpenidProvider("openid_provider")
    now = clock.now()
    active = provider.move(APPROVE, now=now)
    matter = Matter(OPENID_PROVIDER, provider_id, APPROVE)
    awaiting = missing_roles(sign(connection, matter, signature_of(by, now)))
    if awaiting:
        return AwaitedOpenidProvider(provider, awaiting)
    write_openid_provider(connection, active)
    return AwaitedOpenidProvider(active, [])
