"""Change one's own password; every other session of the user ends."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from app.clock import Clock
from app.secrecy.hashing import PASSWORDS, fits
from app.secrecy.one_time_codes import FactorTerms, GivenCode
from app.secrecy.passwords import check_password
from app.store.database import Connection
from app.store.organisations.users import UserStep, hold_user, write_user
from app.usecases.organisations.end_sessions import end_sessions
from app.usecases.organisations.prove_code import prove_code
from behaviours.one_time_links import PasswordChange
from behaviours.organisations import InvalidGrant
from behaviours.refusal import Refusal
from behaviours.users import CHANGE_PASSWORD, UsersOnly


def change_password(
    connection: Connection,
    user_id: UUID,
    change: PasswordChange,
    *,
    login_id: UUID | None,
    terms: FactorTerms,
    access_lifetime: timedelta,
    clock: Clock,
) -> list[str] | Refusal:
    """The names under which the tokens of the other sessions are now revoked.

    Raises UsersOnly, InvalidGrant, PasswordTooShort, PasswordTooEasy and UserStateConflict. A
    refusal that was counted is returned, so that the count is committed.
    """
    held = hold_user(connection, user_id)
    if held is None or not held.user.is_staff:
        raise UsersOnly
    now = clock.now()
    user = held.user.with_new_password(now=now)
    if not fits(PASSWORDS, held.password_hash or "", change.password):
        raise InvalidGrant("password_wrong", pointer="/password")
    check_password(change.new_password, user.own_names, pointer="/new_password")
    refused = prove_code(connection, held.user, GivenCode(change.code, terms), clock=clock)
    if refused is not None:
        return refused
    write_user(
        connection,
        user,
        UserStep(CHANGE_PASSWORD, user_id, user.role),
        now=now,
        password_hash=PASSWORDS.hash(change.new_password),
    )
    return end_sessions(
        connection, user_id, but=login_id, access_lifetime=access_lifetime, now=clock.real_now()
    )
