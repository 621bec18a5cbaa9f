"""Set up the authenticator that a one-time link shows: from now on it is this one."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.secrecy.one_time_codes import (
    FactorTerms,
    authenticator,
    new_recovery_codes,
    recovery_digest,
    step_of,
)
from app.store.database import Connection
from app.store.organisations.second_factors import renew_recovery_codes, set_up_factor
from behaviours.one_time_links import OneTimeLink
from behaviours.refusal import Refusal
from behaviours.second_factor import SecondFactor


def set_up_authenticator(
    connection: Connection,
    user_id: UUID,
    link: OneTimeLink,
    code: str,
    *,
    terms: FactorTerms,
    clock: Clock,
) -> list[str]:
    """The codes on paper that belong to it; ``code`` is one that it shows. Raises WrongCode."""
    now = clock.real_now()
    step = step_of(code, authenticator(link.factor_id, terms.identity_key), now)
    taken = SecondFactor(link.factor_id, last_step=0).take(step)
    if isinstance(taken, Refusal):
        raise taken
    set_up_factor(connection, user_id, taken, now=now)
    codes = new_recovery_codes()
    renew_recovery_codes(connection, user_id, [recovery_digest(each, user_id) for each in codes])
    return codes
