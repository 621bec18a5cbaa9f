"""Add cashiers: each is invited by a link of their own, with the terms of their tills."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.redemption.cashiers import add_terms, stated_stores
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.organisations.invite_user import InvitedUser
from app.usecases.organisations.invite_users import NewStaff, invite_users
from behaviours.viewer import CASHIER, Viewer
from rewards.redemption.cashiers import CashierTerms, StatedTerms, check_known_stores


class NewCashier(NamedTuple):
    """Somebody who is to stand at tills, and what they may do there."""

    username: str
    display_name: str
    terms: CashierTerms


class AddedCashier(NamedTuple):
    """A cashier with the link by which they come in."""

    invited: InvitedUser
    stated: StatedTerms


def add_cashiers(
    connection: Connection,
    merchant_id: UUID,
    cashiers: Sequence[NewCashier],
    *,
    by: Viewer,
    clock: Clock,
) -> list[AddedCashier]:
    """The invited cashiers, in order, all or none; by an administrator of the merchant.

    Raises UsersOnly, NotAdministrator, UsernameTaken, UnknownStore, OrganisationSuspended and
    OrganisationClosed.
    """
    check_taking_part(connection, [merchant_id])
    stores = {store_no for each in cashiers for store_no in each.terms.stores}
    known = stated_stores(connection, merchant_id, stores)
    for each in cashiers:
        check_known_stores(each.terms, known)
    staff = [NewStaff(each.username, each.display_name, CASHIER) for each in cashiers]
    added = []
    for invited, each in zip(
        invite_users(connection, merchant_id, staff, by=by, clock=clock), cashiers, strict=True
    ):
        assert by.user_id is not None, "a user invites"
        user = invited.user
        stated = StatedTerms(
            new_id(), user.user_id, merchant_id, each.terms, user.created_at, by.user_id
        )
        add_terms(connection, stated)
        added.append(AddedCashier(invited, stated))
    return added
