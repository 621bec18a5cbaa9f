"""Users of a merchant who are let in: its administrators, and cashiers with their terms."""

from __future__ import annotations

import secrets
from typing import Any
from uuid import UUID

from app.ids import new_id
from app.store.organisations.users import add_users
from app.store.redemption.cashiers import add_terms
from app.wiring import Wiring
from behaviours.users import ACCEPT, UserCredentials, new_staff
from behaviours.viewer import CASHIER
from rewards.redemption.cashiers import CashierTerms, StatedTerms


def a_staff_member(wiring: Wiring, merchant_id: UUID, duty: str) -> UUID:
    """A user of a merchant who is let in; nobody knows a password of theirs."""
    user_id, now = new_id(), wiring.clock.now()
    invited = new_staff(
        user_id,
        f"{duty}-{secrets.token_hex(6)}",
        "小王",
        "merchant",
        organisation_id=merchant_id,
        duty=duty,
        now=now,
    )
    active = invited.move(ACCEPT, now=now)
    wiring.database.transact(add_users, [UserCredentials(active, "no hash")])
    return user_id


def a_cashier(wiring: Wiring, merchant_id: UUID, *stores: str, **limits: Any) -> UUID:
    """A cashier of these stores, without limits and without refunds where none are said."""
    user_id = a_staff_member(wiring, merchant_id, CASHIER)
    given = {**dict.fromkeys(CashierTerms._fields[1:4]), "may_refund": False, **limits}
    terms = CashierTerms(stores=stores, **given)
    stated = StatedTerms(new_id(), user_id, merchant_id, terms, wiring.clock.now(), user_id)
    wiring.database.transact(add_terms, stated)
    return user_id
