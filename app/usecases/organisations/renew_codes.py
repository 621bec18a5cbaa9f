"""Make fresh recovery codes; the earlier ones are not good any more."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.secrecy.one_time_codes import FactorTerms, GivenCode, new_recovery_codes, recovery_digest
from app.store.database import Connection
from app.store.organisations.second_factors import find_factor, renew_recovery_codes
from app.store.organisations.users import UserStep, hold_user, keep_step
from app.usecases.organisations.prove_code import prove_code
from behaviours.refusal import Refusal
from behaviours.second_factor import SecondFactorRequired
from behaviours.users import RENEW_CODES, UsersOnly


def renew_codes(
    connection: Connection, user_id: UUID, code: str, *, terms: FactorTerms, clock: Clock
) -> list[str] | Refusal:
    """The codes, shown this once. Raises UsersOnly, SecondFactorRequired and UserStateConflict.

    A refusal that was counted is returned, so that the count is committed.
    """
    held = hold_user(connection, user_id)
    if held is None or not held.user.is_staff:
        raise UsersOnly
    held.user.check(RENEW_CODES)
    if find_factor(connection, user_id) is None:
        raise SecondFactorRequired("not_set_up")
    refused = prove_code(connection, held.user, GivenCode(code, terms), clock=clock)
    if refused is not None:
        return refused
    codes = new_recovery_codes()
    renew_recovery_codes(connection, user_id, [recovery_digest(each, user_id) for each in codes])
    step = UserStep(RENEW_CODES, user_id, held.user.role)
    keep_step(connection, user_id, step, now=clock.now())
    return codes
