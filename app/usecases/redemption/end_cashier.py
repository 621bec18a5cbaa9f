"""End a cashier: nobody comes in as them any more, and their tokens are dead."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.redemption.cashiers import ShownCashier, find_cashier
from app.usecases.organisations.end_user import end_user
from behaviours.refusal import found_or
from behaviours.viewer import Viewer
from rewards.redemption.cashiers import UnknownCashier


class EndedCashier(NamedTuple):
    """A cashier as ended, and the names of tokens that ended with them."""

    cashier: ShownCashier
    revoked: list[str]


def end_cashier(
    connection: Connection,
    user_id: UUID,
    *,
    reason: str,
    by: Viewer,
    access_lifetime: timedelta,
    clock: Clock,
) -> EndedCashier:
    """As ``end_user`` does, for a cashier of the asking merchant; raises what it raises, and
    UnknownCashier."""
    assert by.tenant_id is not None, "a merchant has an organisation"
    found = found_or(find_cashier(connection, by.tenant_id, user_id), UnknownCashier("cashier"))
    ended = end_user(
        connection, user_id, reason=reason, by=by, access_lifetime=access_lifetime, clock=clock
    )
    return EndedCashier(found._replace(user=ended.user), ended.revoked)
