"""Renew a login: a refresh token is good once, and its reuse ends the login.

When an answer is lost on the way, the client comes again with the token it has; for a minute the
immediate predecessor is therefore answered again (FAPI 2.0 forbids rotation without such a way
out), with the same successor: a login never has two live branches. A reuse after that, or of an
older token, means that two parties hold the login.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app.clock import Clock
from app.secrecy.refresh_tokens import digest_of, successor_of
from app.store.database import Connection
from app.store.organisations.apps import share_app
from app.store.organisations.logins import (
    add_refresh_token,
    end_login,
    hold_refresh_token,
    mark_used,
)
from app.store.organisations.users import find_user
from app.usecases.organisations.check_coming_in import check_coming_in
from app.usecases.organisations.comes_in_as import comes_in_as
from behaviours.organisations import InvalidGrant, RenewableLogin
from behaviours.sessions import OF_PEOPLE
from behaviours.staff_terms import SessionTerms

GRACE = timedelta(seconds=60)


def renew_login(
    connection: Connection,
    token: str,
    *,
    successor_key: bytes,
    terms: SessionTerms,
    access_lifetime: timedelta,
    clock: Clock,
) -> RenewableLogin | InvalidGrant:
    """The login of ``token`` with the token's successor, which ``successor_key`` makes of it.

    A refusal is returned, not raised, because the end of a login must be committed with it:
    access tokens of the login end too, and may live for ``access_lifetime``.
    """
    digest = digest_of(token)
    found = hold_refresh_token(connection, digest)
    now = clock.real_now()
    if found is None or found.revoked_at is not None or found.expires_at <= now:
        return InvalidGrant("refresh_over")
    user = find_user(connection, found.login.user_id)
    if user is None or user.has_ended:
        return InvalidGrant("user_disabled")
    check_coming_in(connection, user.organisation_id)
    if found.login.role != comes_in_as(connection, user):
        # Admitted since: whoever came in as an applicant comes in anew.
        return InvalidGrant("refresh_over")
    if found.used_at is not None and (found.succeeded or now > found.used_at + GRACE):
        end_login(connection, found.login.login_id, now=now, access_until=now + access_lifetime)
        return InvalidGrant("refresh_reused")
    login = found.login
    if found.app_id is not None:
        app = share_app(connection, found.app_id)
        assert app is not None, "apps stay in the books"
        app.check_opens(None)
        login = replace(login, app=app.named)
    expires_at = now + OF_PEOPLE
    if user.is_staff:
        # By the programme as it is now, whatever it was when the token was given.
        began = found.started_at
        if began is None or terms.ends_at(began, found.issued_at) <= now:
            return InvalidGrant("refresh_over")
        expires_at = terms.ends_at(began, now)
    mark_used(connection, digest, now=now)
    successor = successor_of(token, successor_key)
    return add_refresh_token(connection, login, successor, expires_at=expires_at, now=now)
