"""Prove by a code, of an authenticator or from paper, that it is the user who has the password."""

from __future__ import annotations

from app.clock import Clock
from app.secrecy.one_time_codes import (
    GivenCode,
    authenticator,
    is_of_authenticator,
    recovery_digest,
    step_of,
)
from app.store.database import Connection
from app.store.organisations.second_factors import find_factor, spend_recovery_code, write_factor
from app.store.organisations.users import UserStep, hold_role, joined, write_user
from behaviours.organisations import InvalidGrant
from behaviours.refusal import Refusal
from behaviours.second_factor import SecondFactor, SecondFactorRequired, WrongCode
from behaviours.users import LOCK, User, is_last_of_role


def prove_code(
    connection: Connection, user: User, shown: GivenCode, *, clock: Clock
) -> Refusal | None:
    """Use the code up; None when it was right, or when none is needed: by those of test mode who
    never came in by a link, as nobody but the demo made them.

    The caller holds the user and has proven the password. A refusal is returned, and committed with
    the count of wrong codes; the tenth one after another locks the user, who is not the last of a
    role of the programme: of them, codes on paper alone are good from then on.
    """
    factor = find_factor(connection, user.user_id)
    if factor is None:
        needed = shown.terms.required or (
            user.acts_for_programme and joined(connection, user.user_id)
        )
        return SecondFactorRequired("not_set_up") if needed else None
    if shown.code is None:
        return SecondFactorRequired("missing")
    key = shown.terms.identity_key
    taken = _taken(connection, user, factor, shown.code, identity_key=key, clock=clock)
    if isinstance(taken, SecondFactor):
        write_factor(connection, user.user_id, taken)
        return None
    wrong = factor.after_wrong()
    write_factor(connection, user.user_id, wrong)
    if wrong.is_tried_too_often and user.may_come_in and not _is_last(connection, user):
        now = clock.now()
        write_user(connection, user.move(LOCK, now=now), UserStep(LOCK), now=now)
        return InvalidGrant("user_locked")
    return taken


def _is_last(connection: Connection, user: User) -> bool:
    return user.acts_for_programme and is_last_of_role(user, hold_role(connection, user.role))


def _taken(
    connection: Connection,
    user: User,
    factor: SecondFactor,
    code: str,
    *,
    identity_key: bytes,
    clock: Clock,
) -> SecondFactor | WrongCode:
    # Authenticators go by real time, whatever a test does to the programme's clock.
    now = clock.real_now()
    if is_of_authenticator(code):
        if factor.is_tried_too_often and user.may_come_in:
            return WrongCode("paper")
        step = step_of(code, authenticator(factor.factor_id, identity_key), now)
        return factor.take(step)
    digest = recovery_digest(code, user.user_id)
    if spend_recovery_code(connection, user.user_id, digest, now=now):
        return factor.recovered()
    return WrongCode("wrong")
