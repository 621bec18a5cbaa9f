"""Offers on sale, codes on phones and tills that capture them, made through the use cases."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.clock import StandingClock
from app.store.database import Connection
from app.usecases.redemption.capture import capture
from app.usecases.redemption.draft_offers import draft_offers
from app.usecases.redemption.issue_code import issue_code
from app.usecases.redemption.publish_offer import publish_offer
from app.usecases.redemption.redeem_online import Voucher, redeem_online
from app.usecases.redemption.reverse_redemption import reverse_redemption
from app.wiring import Wiring
from rewards.redemption.capture import WantedCapture
from rewards.redemption.offer import Offer, OfferTerms
from rewards.redemption.redemption import Redemption
from tests.builders.people import a_user, an_organisation

_STOCK_FAULTS = """
select o.offer_id, o.stock_total, coalesce(s.remaining, 0), coalesce(r.gone, 0)
from offer o
left join (select offer_id, sum(remaining) as remaining from offer_stock group by 1) s
  using (offer_id)
left join (
  select offer_id, sum(quantity - reversed_quantity) as gone from redemption
  where state in ('held', 'captured', 'partly_reversed', 'reversed') group by 1
) r using (offer_id)
where o.offer_id = any(cast(:offers as uuid[]))
  and o.stock_total <> coalesce(s.remaining, 0) + coalesce(r.gone, 0)
"""

_COUNT_FAULTS = """
select k.participant_id, k.quantity, coalesce(r.gone, 0)
from offer_taken k left join (
  select participant_id, offer_id, sum(quantity - reversed_quantity) as gone from redemption
  where state in ('held', 'captured', 'partly_reversed', 'reversed') group by 1, 2
) r using (participant_id, offer_id)
where k.offer_id = any(cast(:offers as uuid[])) and k.quantity <> coalesce(r.gone, 0)
"""

# As a merchant sends a new offer.
OFFER_SENT = {
    "title_zh": "图书券",
    "title_en": "Book voucher",
    "points": 200,
    "settlement": {"amount": "5.00", "currency": "CNY"},
    "stock_total": 10,
}


def an_offer(wiring: Wiring, *, merchant_id: UUID | None = None, **changes: Any) -> Offer:
    """An offer on sale: 100 points, 8.00 yuan, 50 items, a day to reverse, no limit."""
    now = datetime.now(UTC)
    refund_valid_days = changes.pop("refund_valid_days", None)
    given: dict[str, Any] = {
        "title_zh": "拿铁一杯",
        "title_en": "One latte",
        "points": 100,
        "settlement_fen": 800,
        "stock_total": 50,
        "opens_at": now - timedelta(days=900),
        "closes_at": now + timedelta(days=900),
        "reversal_window_s": 24 * 3600,
        "per_person_limit": None,
        **changes,
    }
    merchant_id = merchant_id or an_organisation(wiring, "merchant")
    operator_id = a_user(wiring, "operator")

    def work(connection: Connection) -> Offer:
        [drafted] = draft_offers(
            connection, merchant_id, [OfferTerms(**given)], clock=StandingClock(now)
        )
        offer_id = drafted.offer.offer_id
        return publish_offer(
            connection,
            offer_id,
            published_by=operator_id,
            clock=StandingClock(now),
            refund_valid_days=refund_valid_days,
        ).offer

    return wiring.database.transact(work)


def a_code(
    wiring: Wiring, person: UUID, *, offer_id: UUID | None = None, now: datetime | None = None
) -> str:
    """A fresh code of a person."""
    moment = now or datetime.now(UTC)
    key = wiring.settings.identity_key
    return wiring.database.transact(
        issue_code,
        person,
        offer_id=offer_id,
        code_key=key,
        lifetime=wiring.programme.code_lifetime,
        clock=StandingClock(moment),
    ).code


def a_request_no() -> str:
    return f"T-{secrets.token_hex(8)}"


def wanting(offer: Offer, code: str, **changes: Any) -> WantedCapture:
    """What the offer's own till would ask for."""
    given: dict[str, Any] = {
        "merchant_id": offer.merchant_id,
        "code": code,
        "offer_id": offer.offer_id,
        "out_request_no": a_request_no(),
        "store_id": "store-1",
        **changes,
    }
    return WantedCapture(**given)


def capturing(
    wiring: Wiring, wanted: WantedCapture, *, now: datetime | None = None, dry_run: bool = False
) -> Redemption:
    """Capture in a transaction of its own."""
    moment = now or datetime.now(UTC)
    key = wiring.settings.identity_key
    return wiring.database.transact(
        capture,
        wanted,
        code_key=key,
        zone=wiring.zone,
        clock=StandingClock(moment),
        dry_run=dry_run,
    )


def redeeming(
    wiring: Wiring, person: UUID, offer: Offer, *, quantity: int = 1, now: datetime | None = None
) -> Voucher:
    """Redeem online in a transaction of its own."""
    moment = now or datetime.now(UTC)
    key = wiring.settings.identity_key
    return wiring.database.transact(
        redeem_online,
        person,
        offer.offer_id,
        quantity,
        client_reference=a_request_no(),
        code_key=key,
        zone=wiring.zone,
        clock=StandingClock(moment),
    )


def reversing(
    wiring: Wiring,
    redemption: Redemption,
    *,
    quantity: int | None = None,
    now: datetime | None = None,
) -> Redemption:
    """Reverse in a transaction of its own."""
    moment, number = now or datetime.now(UTC), redemption.out_request_no
    assert number is not None
    return wiring.database.transact(
        reverse_redemption,
        redemption.merchant_id,
        number,
        quantity=quantity,
        out_refund_no=a_request_no(),
        zone=wiring.zone,
        clock=StandingClock(moment),
    )


def assert_stock_balances(wiring: Wiring, offers: Collection[UUID]) -> None:
    """Stock is what is left and what was taken; counts are what people took."""
    for query in (_STOCK_FAULTS, _COUNT_FAULTS):
        faults = wiring.database.transact(
            lambda connection, query=query: connection.execute(
                text(query), {"offers": list(offers)}
            ).fetchall()
        )
        assert not faults, [tuple(fault) for fault in faults]
