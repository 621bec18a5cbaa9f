"""An offer: what a merchant gives for points, when, to whom how often, and with what undo.

It is for everybody, or for people of some regions: those whose account has one of these regions,
or a city of one of these provinces, at the moment at which the points are spent or held. Who lives
where the account only tells the province is not of one of its cities.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Final, TypedDict
from uuid import UUID

from behaviours.region_register import known_regions, named_list
from behaviours.regions import covers
from behaviours.viewer import Viewer
from rewards.redemption.kinds import FETCHED, GOODS, OTHER
from rewards.redemption.refusals import (
    MerchantStopped,
    OfferDatesWrong,
    OfferForOtherRegions,
    OfferNotDraft,
    OfferNotOnSale,
    PersonLimitReached,
    moment_fact,
)
from rewards.registry.counterparty import Counterparty

DRAFT: Final = "draft"
PUBLISHED: Final = "published"
CLOSED: Final = "closed"
STATES: Final = (DRAFT, PUBLISHED, CLOSED)

PUBLISH: Final = "publish"  # by an operator
CLOSE: Final = "close"
REWRITE: Final = "rewrite"  # also in what people rely on
AMEND: Final = "amend"  # in ``AMENDABLE`` only

# Which step leads from which state to which; there are no others.
STEPS: Final[Mapping[tuple[str, str], str]] = {
    (DRAFT, REWRITE): DRAFT,
    (DRAFT, AMEND): DRAFT,
    (DRAFT, PUBLISH): PUBLISHED,
    (DRAFT, CLOSE): CLOSED,
    (PUBLISHED, AMEND): PUBLISHED,
    (PUBLISHED, CLOSE): CLOSED,
}
# For so long at most something can be taken back: thirty days.
LONGEST_WINDOW_S: Final = 30 * 24 * 3600
# What becomes of points that are refunded when their lot has expired meanwhile: they stay expired,
# or come back in a new lot that is good for some days.
BACK_TO_LOT, NEW_LOT = REFUND_RULES = ("back_to_lot", "new_lot")
LONGEST_REFUND_DAYS: Final = 366
# What harms nobody when it changes after publication.
AMENDABLE: Final = frozenset(
    {
        *("title_zh", "title_en", "text_zh", "text_en", "category"),
        *("stock_total", "closes_at", "shown_from", "shown_until"),
    }
)


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """What a merchant states; points and settlement are for one item."""

    title_zh: str
    title_en: str
    points: int
    settlement_fen: int
    stock_total: int
    opens_at: datetime
    closes_at: datetime
    reversal_window_s: int
    # None: as many as one wants.
    per_person_limit: int | None
    # Whom it is for, by the region of the account; none: everybody.
    regions: Sequence[str] = field(default=(), kw_only=True)
    kind: str = field(default=GOODS, kw_only=True)
    category: str = field(default=OTHER, kw_only=True)
    # What people read before they take it; may be empty.
    text_zh: str = field(default="", kw_only=True)
    text_en: str = field(default="", kw_only=True)
    # When the mall shows it, whether it can be had then or not; None: while it can.
    shown_from: datetime | None = field(default=None, kw_only=True)
    shown_until: datetime | None = field(default=None, kw_only=True)
    # How many are sold in one civil day, and handed over in one store; None: all there are.
    stock_per_day: int | None = field(default=None, kw_only=True)
    stock_per_store: int | None = field(default=None, kw_only=True)
    # Whether codes of its pool that were taken back are handed out again.
    reuses_codes: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Offer(OfferTerms):
    """An offer as it stands."""

    offer_id: UUID
    merchant_id: UUID
    state: str
    revision: int
    # Whether its merchant is suspended or closed.
    is_stopped: bool = False
    # Points that are refunded after their lot expired are good for so many days anew; None: they
    # stay expired. Stated by whoever publishes the offer, and fixed from then on.
    refund_valid_days: int | None = None

    @property
    def title(self) -> Mapping[str, str]:
        """By language."""
        return {"zh-CN": self.title_zh, "en": self.title_en}

    def is_on_sale(self, now: datetime) -> bool:
        """Published, within its time, and of a merchant that takes part."""
        open_now = self.opens_at <= now < self.closes_at
        return self.state == PUBLISHED and open_now and not self.is_stopped

    @property
    def is_fetched(self) -> bool:
        """Whether it is handed over at a till; anything else is theirs at once, online too."""
        return self.kind in FETCHED

    def is_shown(self, now: datetime) -> bool:
        """Whether the mall shows it: that may begin before it can be had, and go on after."""
        begins, ends = self.shown_from or self.opens_at, self.shown_until or self.closes_at
        return self.state == PUBLISHED and begins <= now < ends and not self.is_stopped

    def is_for(self, region: str) -> bool:
        """Whether it is for people of a region."""
        return covers(self.regions, region)

    def check_merchant(self) -> None:
        """Whether anything of the merchant is sold or fetched; raises MerchantStopped."""
        if self.is_stopped:
            raise MerchantStopped(pointer="/offer_id", title=self.title)

    def may_be_seen_by(self, viewer: Viewer | None) -> bool:
        """A draft is its merchant's and the programme's; everything else is everybody's."""
        if self.state != DRAFT:
            return True
        return viewer is not None and (viewer.sees_all or viewer.tenant_id == self.merchant_id)

    @property
    def refund_rule(self) -> str:
        """Of ``REFUND_RULES``, as people are told."""
        return BACK_TO_LOT if self.refund_valid_days is None else NEW_LOT

    def left_for(self, taken: int) -> int | None:
        """How many more somebody may take who has ``taken``; None without a limit."""
        return None if self.per_person_limit is None else max(0, self.per_person_limit - taken)

    def move(self, step: str, *, fixed: tuple[str, ...] = ()) -> Offer:
        """The offer after a step, as its next revision.

        ``fixed`` names what a REWRITE changes of what people rely on. Raises OfferNotDraft.
        """
        after = STEPS.get((self.state, step))
        if after is not None:
            return replace(self, state=after, revision=self.revision + 1)
        if step == PUBLISH:
            raise OfferNotDraft("not_publishable", state=self.state)
        if self.state == CLOSED:
            raise OfferNotDraft("closed", state=self.state)
        raise OfferNotDraft(
            "fixed",
            pointer=f"/{fixed[0]}" if fixed else "",
            state=self.state,
            fields=", ".join(fixed),
        )


@dataclass(frozen=True, slots=True)
class ShownOffer:
    """An offer as people see it: with what is left, who gives it, and whether that one takes part:
    of whoever does not, nothing is sold and nothing fetched."""

    offer: Offer
    left: int
    merchant: Counterparty


class OfferChanges(TypedDict, total=False):
    """What a merchant may change of an offer: only what is named is changed."""

    title_zh: str
    title_en: str
    points: int
    settlement_fen: int
    per_person_limit: int | None
    stock_total: int
    reversal_window_s: int
    regions: list[str]
    opens_at: datetime
    closes_at: datetime
    category: str
    text_zh: str
    text_en: str
    shown_from: datetime | None
    shown_until: datetime | None
    stock_per_day: int | None
    stock_per_store: int | None
    reuses_codes: bool


def check_takeable(offer: Offer, *, quantity: int, taken: int, region: str, now: datetime) -> None:
    """Refuse an offer that this person may not have ``quantity`` more of now.

    ``taken`` is what the person already has of it, held ones included, reversed ones not;
    ``region`` that of the account. Raises OfferNotOnSale, OfferForOtherRegions, PersonLimitReached.
    """
    assert quantity > 0, quantity
    check_on_sale(offer, now=now)
    check_region(offer, region)
    left = offer.left_for(taken)
    if left is not None and quantity > left:
        raise PersonLimitReached(
            pointer="/quantity",
            limit=offer.per_person_limit,
            left=left,
            title=offer.title,
        )


def check_region(offer: Offer, region: str) -> None:
    """Whether the offer is for people of a region; raises OfferForOtherRegions."""
    if not offer.is_for(region):
        raise OfferForOtherRegions(
            pointer="/offer_id", regions=named_list(offer.regions), title=offer.title
        )


def check_on_sale(offer: Offer, *, now: datetime) -> None:
    """Raises OfferNotOnSale and MerchantStopped."""
    offer.check_merchant()
    if not offer.is_on_sale(now):
        raise OfferNotOnSale(
            pointer="/offer_id",
            opens_at=moment_fact(offer.opens_at),
            closes_at=moment_fact(offer.closes_at),
            title=offer.title,
        )


def is_takeable(
    offer: Offer, *, taken: int, in_stock: int, points: int, region: str, now: datetime
) -> bool:
    """Whether somebody of a region with ``points`` to spend can have one item of it now."""
    return (
        offer.is_on_sale(now)
        and offer.is_for(region)
        and offer.points <= points
        and in_stock > 0
        and offer.left_for(taken) != 0
    )


def check_dates(offer: Offer, *, now: datetime) -> None:
    """Refuse an offer that closes before it opens, or that is over. Raises OfferDatesWrong."""
    if offer.closes_at <= offer.opens_at:
        raise OfferDatesWrong("wrong_order", pointer="/closes_at")
    if offer.closes_at <= now:
        raise OfferDatesWrong("over", pointer="/closes_at")
    begins, ends = offer.shown_from or offer.opens_at, offer.shown_until or offer.closes_at
    if ends <= begins:
        raise OfferDatesWrong("never_shown", pointer="/shown_until")


def publish(offer: Offer, *, refund_valid_days: int | None = None, now: datetime) -> Offer:
    """The offer on sale, with the rule of its refunds; one that is on sale already is itself.

    Raises OfferNotDraft (it was closed, or published with another rule of its refunds),
    OfferDatesWrong (its time is over).
    """
    if offer.state == PUBLISHED:
        if refund_valid_days != offer.refund_valid_days:
            raise OfferNotDraft(
                "fixed",
                pointer="/refund_valid_days",
                state=offer.state,
                fields="refund_valid_days",
            )
        return offer
    published = replace(offer.move(PUBLISH), refund_valid_days=refund_valid_days)
    check_dates(published, now=now)
    return published


def change(offer: Offer, changes: OfferChanges, *, closing: bool, now: datetime) -> Offer:
    """The offer with ``changes``, and closed if asked; itself when nothing differs.

    What people could rely on stays once it is published: price, settlement, limit and window.
    Raises OfferNotDraft, OfferDatesWrong, UnknownRegion.
    """
    changed = replace(offer, **changes)
    changed = replace(changed, regions=known_regions(changed.regions, pointer="/regions"))
    if changed == offer and (not closing or offer.state == CLOSED):
        return offer
    fixed = tuple(
        name
        for name in (field.name for field in fields(Offer))
        if getattr(changed, name) != getattr(offer, name) and name not in AMENDABLE
    )
    amended = changed.move(REWRITE if fixed else AMEND, fixed=fixed)
    if closing:
        return changed.move(CLOSE)
    check_dates(amended, now=now)
    return amended
