"""SQL of cashiers: what was stated of each, and how one stands while a sale is made."""

# ruff: noqa: S608 - these statements are put together from constants of this file only

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, text

from app.ids import public
from app.store.driver import Driver, Rows, raw
from app.store.inserting import insert_into
from app.store.log.acting import tell
from behaviours.users import ENDED, User
from behaviours.viewer import CASHIER
from rewards.redemption.cashiers import (
    CashierAsked,
    CashierAtTill,
    CashierDay,
    CashierTerms,
    StatedTerms,
)

_TERMS: Final = CashierTerms._fields
_STATED: Final = ("terms_id", "user_id", "merchant_id", *_TERMS, "stated_at", "stated_by")
_ADD = text(insert_into("cashier_terms", _STATED))
_USER: Final = (
    *("user_id", "username", "display_name", "role", "organisation_id", "participant_id", "duty"),
    *("state", "version", "created_at", "ended_at"),
)
_COLUMNS: Final = ", ".join([*(f"u.{name}" for name in _USER), *(f"t.{name}" for name in _STATED)])
_NEWEST: Final = """
    join lateral (select * from cashier_terms c where c.user_id = u.user_id
                   order by c.terms_id desc limit 1) t on true
"""
_OF_MERCHANT = text(
    f"""
    select {_COLUMNS} from app_user u {_NEWEST}
     where u.organisation_id = :merchant_id and u.duty = '{CASHIER}'
       and (cast(:state as text) is null or u.state = :state)
       and (cast(:before as uuid) is null or u.user_id < :before)
     order by u.user_id desc limit :most
    """
)
_ONE = text(
    f"""
    select {_COLUMNS} from app_user u {_NEWEST}
     where u.user_id = :user_id and u.organisation_id = :merchant_id and u.duty = '{CASHIER}'
    """
)
_STORES = text(
    """
    select distinct store_no from store_statement
     where merchant_id = :merchant_id and store_no = any(cast(:stores as text[]))
    """
)
# By the driver, for the pipeline of a sale. One cashier's sales are made one after the other, so
# that two at once cannot both be the last one that a limit allows; who ends the cashier, or states
# other terms, waits too.
_HOLD = "SELECT state FROM app_user WHERE user_id = %s FOR NO KEY UPDATE"
_NOW = f"""
SELECT {", ".join(_TERMS)} FROM cashier_terms WHERE user_id = %s ORDER BY terms_id DESC LIMIT 1
"""
_TODAY = """
SELECT count(*), coalesce(sum(quantity::bigint * points_each), 0)::bigint FROM redemption
WHERE cashier_id = %s AND captured_at >= %s AND captured_at < %s
"""


class ShownCashier(NamedTuple):
    """A cashier as their merchant reads them."""

    user: User
    stated: StatedTerms


class AskedCashier(NamedTuple):
    """What a pipeline was asked of a cashier, until it has run."""

    user_id: UUID
    held: Rows
    terms: Rows
    today: Rows


def ask_and_hold(driver: Driver, asked: CashierAsked) -> AskedCashier:
    """In a pipeline: hold the cashier, and read them; each statement sees what was committed
    before the lock was granted."""
    return AskedCashier(
        asked.user_id,
        driver.execute(_HOLD, [asked.user_id]),
        driver.execute(_NOW, [asked.user_id]),
        driver.execute(_TODAY, list(asked)),
    )


def told(asked: AskedCashier) -> CashierAtTill:
    """What the pipeline answered."""
    held, terms, today = asked.held.fetchone(), asked.terms.fetchone(), asked.today.fetchone()
    assert held is not None, "a cashier's row stays"
    assert terms is not None, "a cashier is made with terms"
    assert today is not None, "one row answers"
    return CashierAtTill(asked.user_id, held[0] == ENDED, _terms(terms), CashierDay(*today))


def hold_at_till(connection: Connection, asked: CashierAsked) -> CashierAtTill:
    """The cashier, held until the transaction ends: one round trip."""
    driver = raw(connection)
    with driver.pipeline():
        waiting = ask_and_hold(driver, asked)
    return told(waiting)


def terms_of(connection: Connection, user_id: UUID) -> CashierTerms:
    """What holds of a cashier now; nothing is held."""
    row = raw(connection).execute(_NOW, [user_id]).fetchone()
    assert row is not None, "a cashier is made with terms"
    return _terms(row)


def sold_today(connection: Connection, asked: CashierAsked) -> CashierDay:
    """What a cashier sold in their day until now; nothing is held."""
    row = raw(connection).execute(_TODAY, list(asked)).fetchone()
    assert row is not None, "one row answers"
    return CashierDay(*row)


def add_terms(connection: Connection, stated: StatedTerms) -> None:
    """Keep what was stated of a cashier."""
    connection.execute(
        _ADD, {**stated._asdict(), **stated.terms._asdict(), "stores": list(stated.terms.stores)}
    )
    terms = stated.terms._asdict()
    tell("user", public("usr", stated.user_id), {**terms, "stores": list(stated.terms.stores)})


def find_cashier(connection: Connection, merchant_id: UUID, user_id: UUID) -> ShownCashier | None:
    """A cashier of a merchant, with what holds of them."""
    asked = {"merchant_id": merchant_id, "user_id": user_id}
    row = connection.execute(_ONE, asked).one_or_none()
    return None if row is None else _shown(row)


def cashiers_of(
    connection: Connection,
    merchant_id: UUID,
    *,
    state: str | None,
    before: UUID | None,
    most: int,
) -> list[ShownCashier]:
    """A merchant's cashiers in a state, or in any, newest first."""
    asked = {"merchant_id": merchant_id, "state": state, "before": before, "most": most}
    return [_shown(row) for row in connection.execute(_OF_MERCHANT, asked)]


def stated_stores(
    connection: Connection, merchant_id: UUID, stores: Collection[str]
) -> Sequence[str]:
    """Of these numbers those under which the merchant stated a store."""
    asked = {"merchant_id": merchant_id, "stores": list(stores)}
    return connection.execute(_STORES, asked).scalars().all()


def _terms(row: Sequence[Any]) -> CashierTerms:
    return CashierTerms(tuple(row[0]), *row[1:])


def _shown(row: Row[Any]) -> ShownCashier:
    user, rest = User(*row[: len(_USER)]), row[len(_USER) :]
    terms_id, user_id, merchant_id, *said, stated_at, stated_by = rest
    stated = StatedTerms(terms_id, user_id, merchant_id, _terms(said), stated_at, stated_by)
    return ShownCashier(user, stated)
