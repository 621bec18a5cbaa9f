"""Cashiers: who stands at a merchant's tills, in which stores, up to which limits.

A cashier is a user of the merchant with a login of their own, whose tokens open the till and
nothing else. Their merchant states where they sell and how much; nothing of it is edited, and what
was stated last holds from that moment on. What they took back does not count against their day: a
limit is of what they sold. A merchant's own program has no such limits.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, tzinfo
from typing import NamedTuple
from uuid import UUID

from behaviours.civil_time import civil_day, day_ends_at, start_of_day
from behaviours.refusal import Conflict, Forbidden, Invalid, UnknownId
from behaviours.viewer import CASHIER, Viewer
from rewards.points.refund import WhyTakenBack
from rewards.redemption.stores import UnknownStore, WrongStore


class UnknownCashier(UnknownId):
    """There is no such cashier of this merchant."""

    cases = ("cashier",)


class CashierLimitReached(Conflict):
    """The sale is above what the cashier may take: of one ``sale``, or with it of their day, in
    ``points`` or in ``sales``."""

    cases = ("sale", "points", "sales")


class CashierMayNotRefund(Forbidden):
    """The cashier sells, and takes nothing back."""


class CashierEnded(Forbidden):
    """The cashier was ended while the sale was on its way."""


class RefundReasonMissing(Invalid):
    """A cashier says why something is taken back."""


class CashierTerms(NamedTuple):
    """Where a cashier sells and how much; a limit that is None is none."""

    stores: tuple[str, ...]
    most_points_per_sale: int | None
    most_points_per_day: int | None
    most_sales_per_day: int | None
    may_refund: bool

    def check_store(self, store_no: str | None) -> None:
        """Whether it is one of theirs; raises WrongStore."""
        if store_no not in self.stores:
            raise WrongStore("not_yours", pointer="/store_id", store_id=store_no or "")


class StatedTerms(NamedTuple):
    """Terms of a cashier in the register."""

    terms_id: UUID
    user_id: UUID
    merchant_id: UUID
    terms: CashierTerms
    stated_at: datetime
    stated_by: UUID


class CashierAsked(NamedTuple):
    """Which cashier stands at the till, and from when to when their day is."""

    user_id: UUID
    day_starts_at: datetime
    day_ends_at: datetime


def on_day_of(cashier_id: UUID, now: datetime, zone: tzinfo) -> CashierAsked:
    """A cashier on the civil day of a moment."""
    today = civil_day(now, zone)
    return CashierAsked(cashier_id, start_of_day(today, zone), day_ends_at(today, zone))


class CashierDay(NamedTuple):
    """What a cashier sold in a civil day, what came back later included."""

    sales: int
    points: int


class CashierAtTill(NamedTuple):
    """A cashier as they stand while nobody else changes that, and what they sold today."""

    user_id: UUID
    has_ended: bool
    terms: CashierTerms
    today: CashierDay

    def check_here(self, store_no: str | None) -> None:
        """Whether they stand at a till of theirs. Raises CashierEnded and WrongStore."""
        if self.has_ended:
            raise CashierEnded
        self.terms.check_store(store_no)

    def check_takes(self, points: int) -> None:
        """Whether they may take so many points for one sale now. Raises CashierLimitReached."""
        terms, today = self.terms, self.today
        for case, most, would_be in (
            ("sale", terms.most_points_per_sale, points),
            ("points", terms.most_points_per_day, today.points + points),
            ("sales", terms.most_sales_per_day, today.sales + 1),
        ):
            if most is not None and would_be > most:
                raise CashierLimitReached(case, most=most, would_be=would_be)

    def check_takes_back(self, store_no: str | None, why: WhyTakenBack) -> None:
        """Whether they may take back what that store sold, and say why.

        Raises CashierEnded, WrongStore, CashierMayNotRefund and RefundReasonMissing.
        """
        self.check_here(store_no)
        if not self.terms.may_refund:
            raise CashierMayNotRefund
        if why.reason is None:
            raise RefundReasonMissing(pointer="/reason")


def cashier_of(viewer: Viewer) -> UUID | None:
    """The cashier who asks; None: the merchant itself."""
    return viewer.user_id if viewer.role == CASHIER else None


def check_known_stores(terms: CashierTerms, known: Collection[str]) -> None:
    """Whether the merchant stated every store that a cashier is to serve. Raises UnknownStore."""
    for at, store_no in enumerate(terms.stores):
        if store_no not in known:
            raise UnknownStore(pointer=f"/stores/{at}", store_id=store_no)
