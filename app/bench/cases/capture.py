"""A till captures a fresh code, and many tills sell one popular offer."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from app.bench.frame import BenchCase, Figure
from app.bench.ground import Ground, Shop
from app.bench.load import send_load
from app.clock import StandingClock
from app.factory import create_app
from app.ids import new_id
from app.shown.redemptions import offer_name
from app.tokens import Caller, mint
from app.usecases.organisations.create_client import NewClient, create_client
from app.usecases.recording.record import Recorded, RecordingRules, record
from app.usecases.redemption.draft_offers import draft_offers
from app.usecases.redemption.issue_code import issue_code
from app.usecases.redemption.publish_offer import publish_offer
from behaviours.actions.action import Action
from rewards.redemption.offer import Offer, OfferTerms

CONNECTIONS = 8
PATH = "/v1/merchant/redemptions/capture"
BOXES = 10  # worth 500 points
PRICE = 5


def run(ground: Ground) -> Iterator[Figure]:
    """Rounds of captures over HTTP: one offer, one merchant, a fresh code for each."""
    yield Figure(
        "POST capture, one popular offer", measure_capture(ground), "captures/s", at_least=300
    )


def measure_capture(ground: Ground) -> tuple[float, ...]:
    """Captures a second, one number for each round."""
    shop = ground.shop(people=500)
    offer, token = _offer(shop), ""
    with create_app(shop.wiring).app_context():
        who = Caller("merchant", offer.merchant_id, offer.merchant_id, "bench till")
        token = mint(who, lifetime_s=7200)
    _earn_points(shop)
    captures, found = 300 if ground.quick else 2000, []
    with ground.server(shop) as port:
        for turn in range(ground.rounds + 1):
            # Codes live for a minute, so each round has its own.
            bodies = _bodies(shop, offer, captures)
            outcome = send_load(
                port, PATH, token, bodies, connections=CONNECTIONS, expect=201, keyed=True
            )
            found.append(outcome.per_second)
            if turn:
                ground.say(f"  round {turn}: {found[-1]:,.0f} captures/s")
    return tuple(found[1:])


def _offer(shop: Shop) -> Offer:
    wiring, now = shop.wiring, shop.wiring.clock.now()
    draft = OfferTerms(
        title_zh="热水一杯",
        title_en="A cup of hot water",
        points=PRICE,
        settlement_fen=10,
        stock_total=1_000_000,
        opens_at=now,
        closes_at=now + timedelta(days=1),
        reversal_window_s=600,
        per_person_limit=None,
    )
    [merchant] = wiring.database.transact(create_client, [NewClient("merchant", "Bench")], now=now)
    [made] = wiring.database.transact(
        draft_offers, merchant.organisation_id, [draft], clock=StandingClock(now)
    )
    return wiring.database.transact(
        publish_offer, made.offer.offer_id, published_by=new_id(), clock=wiring.clock
    ).offer


def _earn_points(shop: Shop) -> None:
    """Everybody hands boxes back on several days, long enough ago for the points to be there."""
    wiring, now = shop.wiring, shop.wiring.clock.now().replace(microsecond=0)
    for day in range(2, 12):
        moment = now - timedelta(days=day)
        actions = [_boxes(shop, person, moment) for person in shop.people]
        answers = wiring.database.transact(
            record, actions, RecordingRules(wiring.rulebook, wiring.policies), now=moment
        )
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


def _bodies(shop: Shop, offer: Offer, count: int) -> list[dict[str, str]]:
    wiring = shop.wiring
    shown = wiring.database.transact(
        lambda connection: [
            issue_code(
                connection,
                shop.people[number % len(shop.people)],
                offer_id=None,
                code_key=wiring.settings.identity_key,
                lifetime=wiring.programme.code_lifetime,
                clock=wiring.clock,
            ).code
            for number in range(count)
        ]
    )
    offer_id = offer_name(offer)["id"]
    return [
        {
            "code": code,
            "offer_id": offer_id,
            "out_request_no": f"B-{secrets.token_hex(10)}",
            "store_id": "bench-1",
        }
        for code in shown
    ]


CASE = BenchCase("capture", "Tills that sell one popular offer", run)
