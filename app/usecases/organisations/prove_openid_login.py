"""Keep whom an OpenID provider named, and whether it is believed about a second factor."""

from __future__ import annotations

from app.clock import Clock
from app.secrecy.subjects import subject_digest
from app.store.database import Connection
from app.store.organisations.openid_logins import write_openid_login
from app.usecases.organisations.claim_openid_login import claim_openid_login
from behaviours.openid_logins import NamedSubject


def prove_openid_login(
    connection: Connection,
    state: str,
    secret: str,
    named: NamedSubject,
    *,
    identity_key: bytes,
    clock: Clock,
) -> None:
    """Of the subject only a digest is kept. Raises InvalidGrant when the login is over."""
    login = claim_openid_login(connection, state, secret)
    digest = subject_digest(login.provider_id, named.subject, identity_key)
    proven = login.proven_as(digest, factor_shown=named.factor_shown, now=clock.real_now())
    write_openid_login(connection, proven)
