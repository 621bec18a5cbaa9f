"""Limit a cashier: where they sell and how much, from now on."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.redemption.cashiers import ShownCashier, add_terms, find_cashier, stated_stores
from app.usecases.organisations.hold_administered import hold_administered
from behaviours.refusal import found_or
from behaviours.viewer import Viewer
from rewards.redemption.cashiers import (
    CashierTerms,
    StatedTerms,
    UnknownCashier,
    check_known_stores,
)


def limit_cashier(
    connection: Connection, user_id: UUID, terms: CashierTerms, *, by: Viewer, clock: Clock
) -> ShownCashier:
    """The cashier with these terms, which hold from their next sale on; the same again changes
    nothing. By an administrator of their merchant.

    Raises UnknownCashier, UsersOnly, NotForOneself, NotAdministrator and UnknownStore.
    """
    assert by.tenant_id is not None, "a merchant has an organisation"
    found_or(find_cashier(connection, by.tenant_id, user_id), UnknownCashier("cashier"))
    # A sale that is on its way is finished first; then what stands is read again.
    _, actor = hold_administered(connection, user_id, by=by)
    cashier = found_or(find_cashier(connection, by.tenant_id, user_id), UnknownCashier("cashier"))
    if cashier.stated.terms == terms:
        return cashier
    check_known_stores(terms, stated_stores(connection, by.tenant_id, terms.stores))
    stated = StatedTerms(new_id(), user_id, by.tenant_id, terms, clock.now(), actor.user_id)
    add_terms(connection, stated)
    return cashier._replace(stated=stated)
