"""Take a login that comes back from an OpenID provider: from now on it cannot come back again."""

from __future__ import annotations

from typing import NamedTuple

from app.clock import Clock
from app.secrecy.openid_secrets import open_client_secret
from app.store.database import Connection
from app.store.organisations.openid_logins import write_openid_login
from app.store.organisations.openid_providers import share_openid_provider
from app.usecases.organisations.claim_openid_login import claim_openid_login
from behaviours.openid_logins import TAKE
from behaviours.openid_providers import OpenidProvider
from behaviours.organisations import InvalidGrant


class TakenLogin(NamedTuple):
    """Which provider to ask, and our own secret there."""

    provider: OpenidProvider
    client_secret: str | None


def take_openid_login(
    connection: Connection, state: str, secret: str, *, identity_key: bytes, clock: Clock
) -> TakenLogin:
    """Raises InvalidGrant: it is over, was taken before, or its provider has ended."""
    login = claim_openid_login(connection, state, secret)
    write_openid_login(connection, login.move(TAKE, now=clock.real_now()))
    found = share_openid_provider(connection, login.provider_id)
    if found is None or not found.provider.is_active:
        raise InvalidGrant("openid_login")
    sealed, whose = found.client_secret, found.provider.provider_id
    return TakenLogin(
        found.provider,
        None if sealed is None else open_client_secret(sealed, whose, identity_key),
    )
