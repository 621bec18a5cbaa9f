"""What tills of the bench sell, and people with the points and the codes to buy it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from app.bench.ground import Shop
from app.clock import StandingClock
from app.factory import create_app
from app.ids import new_id
from app.shown.redemptions import offer_name
from app.store.database import Connection
from app.tokens import Caller, mint
from app.usecases.organisations.create_client import NewClient, create_client
from app.usecases.recording.record import Recorded, RecordingRules, record
from app.usecases.redemption.draft_offers import draft_offers
from app.usecases.redemption.issue_code import issue_code
from app.usecases.redemption.publish_offer import publish_offer
from behaviours.actions.action import Action
from behaviours.json_value import JsonObject
from rewards.redemption.offer import Offer, OfferTerms

CAPTURE = "/v1/merchant/redemptions/capture"
PRICE = 5
STOCK = 1_000_000
BOXES = 10  # worth 500 points
CHUNK = 1_000


class OffersOnSale(NamedTuple):
    """Offers of one merchant, on sale, and a token of its tills."""

    offers: list[Offer]
    token: str


def stocked(shop: Shop, offers: int, *, stock: int = STOCK) -> OffersOnSale:
    """A merchant with so many offers, each with so many items."""
    wiring, now = shop.wiring, shop.wiring.clock.now()
    draft = OfferTerms(
        title_zh="热水一杯",
        title_en="A cup of hot water",
        points=PRICE,
        settlement_fen=10,
        stock_total=stock,
        opens_at=now,
        closes_at=now + timedelta(days=1),
        reversal_window_s=600,
        per_person_limit=None,
    )
    [merchant] = wiring.database.transact(create_client, [NewClient("merchant", "Bench")], now=now)
    merchant_id = merchant.organisation_id
    drafts = wiring.database.transact(
        draft_offers, merchant_id, [draft] * offers, clock=StandingClock(now)
    )
    published = [
        wiring.database.transact(
            publish_offer, made.offer.offer_id, published_by=new_id(), clock=wiring.clock
        ).offer
        for made in drafts
    ]
    with create_app(wiring).app_context():
        till = Caller("merchant", merchant_id, merchant_id, "bench till")
        return OffersOnSale(published, mint(till, lifetime_s=7200))


def earn_points(shop: Shop, *, days: int = 10) -> None:
    """Everybody hands boxes back on several days, long enough ago for the points to be there."""
    wiring, now = shop.wiring, shop.wiring.clock.now().replace(microsecond=0)
    rules = RecordingRules(wiring.rulebook, wiring.policies)
    for day in range(2, 2 + days):
        moment = now - timedelta(days=day)
        for begin in range(0, len(shop.people), CHUNK):
            people = shop.people[begin : begin + CHUNK]
            actions = [_boxes(shop, person, moment) for person in people]
            answers = wiring.database.transact(record, actions, rules, now=moment)
            assert all(isinstance(answer, Recorded) for answer in answers), answers[0]


def _boxes(shop: Shop, person: UUID, moment: datetime) -> Action:
    mark = secrets.token_hex(8)
    return Action(
        participant_id=person.hex,
        provider_id=shop.provider_id.hex,
        behaviour="parcel_box_return",
        external_id=f"box-{mark}",
        occurred_at=moment - timedelta(minutes=5),
        ended_at=None,
        region="CN-33",
        quantities={"boxes": str(BOXES)},
        evidence={"waybill_no": mark},
    )


def captures(
    shop: Shop, wanted: Sequence[Offer], *, lifetime: timedelta | None = None
) -> list[JsonObject]:
    """What tills send for these offers, each by a fresh code of another person in turn.

    ``lifetime`` of the codes None: the programme's.
    """
    shown = _codes(shop, len(wanted), lifetime or shop.wiring.programme.code_lifetime)
    return [
        {
            "code": code,
            "offer_id": offer_name(offer)["id"],
            "out_request_no": f"B-{secrets.token_hex(10)}",
            "store_id": "bench-1",
        }
        for code, offer in zip(shown, wanted, strict=True)
    ]


def _codes(shop: Shop, count: int, lifetime: timedelta) -> list[str]:
    wiring = shop.wiring

    def issue(connection: Connection) -> list[str]:
        return [
            issue_code(
                connection,
                shop.people[number % len(shop.people)],
                offer_id=None,
                code_key=wiring.settings.identity_key,
                lifetime=lifetime,
                clock=wiring.clock,
            ).code
            for number in range(count)
        ]

    return wiring.database.transact(issue)
