"""Go on with a login by way of an OpenID provider: only the program that began it can."""

from __future__ import annotations

import hmac

from app.secrecy.openid_secrets import login_digest
from app.store.database import Connection
from app.store.organisations.openid_logins import hold_openid_login
from behaviours.openid_logins import OpenidLogin
from behaviours.organisations import InvalidGrant


def claim_openid_login(connection: Connection, state: str, secret: str) -> OpenidLogin:
    """The login of this state, held until the transaction ends; raises InvalidGrant."""
    login = hold_openid_login(connection, login_digest(state))
    if login is None or not hmac.compare_digest(login.secret_digest, login_digest(secret)):
        raise InvalidGrant("openid_login")
    return login
