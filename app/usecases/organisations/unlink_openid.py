"""Unlink oneself from an OpenID provider: whoever comes back from there is this user no more."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from app.clock import Clock
from app.secrecy.one_time_codes import FactorTerms, GivenCode
from app.store.database import Connection
from app.store.organisations.openid_providers import end_identity, linked_providers
from app.store.organisations.users import UserStep, hold_user, write_user
from app.usecases.organisations.end_sessions import end_sessions
from app.usecases.organisations.prove_code import prove_code
from behaviours.openid_providers import UnknownOpenidProvider
from behaviours.refusal import Refusal
from behaviours.users import UNLINK_OPENID, OnlyWayIn, UsersOnly


def unlink_openid(
    connection: Connection,
    user_id: UUID,
    provider_id: UUID,
    code: str | None,
    *,
    login_id: UUID | None,
    terms: FactorTerms,
    access_lifetime: timedelta,
    clock: Clock,
) -> list[str] | Refusal:
    """The names under which the tokens of the other sessions are now revoked.

    Raises UsersOnly, UnknownOpenidProvider, OnlyWayIn and UserStateConflict. A refusal that was
    counted is returned, so that the count is committed.
    """
    held = hold_user(connection, user_id)
    if held is None or not held.user.is_staff:
        raise UsersOnly
    user, now = held.user.renewed(UNLINK_OPENID), clock.now()
    linked = linked_providers(connection, user_id)
    if provider_id not in linked:
        raise UnknownOpenidProvider("openid_provider")
    if not held.password_hash and linked == [provider_id]:
        raise OnlyWayIn
    refused = prove_code(connection, held.user, GivenCode(code, terms), clock=clock)
    if refused is not None:
        return refused
    end_identity(connection, user_id, provider_id, now=now)
    step = UserStep(UNLINK_OPENID, user_id, user.role, about=provider_id)
    write_user(connection, user, step, now=now)
    return end_sessions(
        connection, user_id, but=login_id, access_lifetime=access_lifetime, now=clock.real_now()
    )
