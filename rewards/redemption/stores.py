"""Stores: where a merchant takes points, as it states them, each change with its first day.

A store is known by the number that its tills send. Nothing of it is edited: another statement holds
from its own first day on, which is not past, and bills of before keep the number alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.refusal import Conflict, Invalid, Unknown
from behaviours.region_register import check_known

MERCHANT: Final = "merchant"


class UnknownMerchant(Unknown):
    """No merchant has this id."""


class StoreWrong(Invalid):
    """What is said of a store cannot be meant.

    ``past``: what was said before holds for days that are past; ``twice``: it is stated twice for
    one day; ``whose``: it is another merchant's.
    """

    cases = ("past", "twice", "whose")


class UnknownStore(Invalid):
    """The till is at a store that its merchant has not stated."""


class WrongStore(Conflict):
    """The till's store takes no points today: ``closed`` by its merchant, or ``not_yet`` open; or
    the cashier does not serve it (``not_yours``)."""

    cases = ("closed", "not_yet", "not_yours")


class TillPlace(NamedTuple):
    """Where a till is: its merchant, the number that it sends, and the civil day."""

    merchant_id: UUID
    store_no: str
    today: date


class StoreAtTill(NamedTuple):
    """What the register says of the store that a till names, on the day of the sale.

    ``is_open`` None: nothing that was stated of it holds yet.
    """

    merchant_has_stores: bool
    is_known: bool
    is_open: bool | None

    def check(self, store_no: str) -> None:
        """Whether points are taken there. Raises UnknownStore and WrongStore.

        A merchant of which no store holds yet is not asked; from the first day of its first store
        on its tills are at one of them.
        """
        self.check_known(store_no)
        if self.merchant_has_stores and not self.is_open:
            case = "not_yet" if self.is_open is None else "closed"
            raise WrongStore(case, pointer="/store_id", store_id=store_no)

    def check_known(self, store_no: str) -> None:
        """Whether there is such a store, open or not. Raises UnknownStore."""
        if self.merchant_has_stores and not self.is_known:
            raise UnknownStore(pointer="/store_id", store_id=store_no)


class MerchantStore(NamedTuple):
    """A store as it is stated; without a day it holds from today on."""

    merchant_id: UUID
    store_no: str
    name: str
    address: str
    region: str
    hours: str | None
    phone: str | None
    is_open: bool
    from_day: date | None = None


class StatedStore(NamedTuple):
    """A statement of a store in the register."""

    statement_id: UUID
    said: MerchantStore
    stated_at: datetime

    @property
    def since(self) -> date:
        """Its first day."""
        assert self.said.from_day is not None, "what stands in the register has a day"
        return self.said.from_day


def holding(known: Iterable[StatedStore], *, on: date) -> StatedStore | None:
    """What holds of one store on a day: of what began by then the last."""
    begun = [each for each in known if each.since <= on]
    return max(begun, key=lambda each: (each.since, each.statement_id), default=None)


def check_stores(stores: Sequence[MerchantStore], *, today: date) -> list[MerchantStore]:
    """The stores with their days. Raises StoreWrong and UnknownRegion, at the place of each."""
    seen, dated = set[tuple[object, ...]](), []
    for at, each in enumerate(stores):
        where = f"/stores/{at}"
        check_known(each.region, pointer=f"{where}/region")
        one = each._replace(from_day=each.from_day or today)
        place = (one.merchant_id, one.store_no, one.from_day)
        if place in seen:
            raise StoreWrong("twice", pointer=where, store_id=one.store_no)
        seen.add(place)
        dated.append(one)
    return dated


def next_statement(
    said: MerchantStore, known: Sequence[StatedStore], *, today: date, at: int
) -> StatedStore | None:
    """What says so already, of all that is known of this store; None: it is stated anew.

    Raises StoreWrong for a change that would hold for days that are past.
    """
    assert said.from_day is not None, "it was dated"
    stands = holding(known, on=said.from_day)
    if stands is not None and stands.said._replace(from_day=said.from_day) == said:
        return stands
    if known and said.from_day < today:
        raise StoreWrong(
            "past", pointer=f"/stores/{at}/from", today=today.isoformat(), store_id=said.store_no
        )
    return None
