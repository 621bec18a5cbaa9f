"""Ten thousand people want one of a thousand items: a thousand have one, and all are answered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from app.bench.frame import BenchCase, Figure
from app.bench.ground import Ground, Shop
from app.bench.load import send_load
from app.bench.offers import CAPTURE, captures, earn_points, stocked
from app.store.redemption.stock import left_of
from rewards.redemption.offer import Offer

ITEMS, CONTENDERS = 1_000, 10_000
QUICK_ITEMS, QUICK_CONTENDERS = 100, 1_000
CONNECTIONS = 64
SOLD, SOLD_OUT = 201, 409
# All codes are there before the first is shown, which takes longer than a code lives.
LONG = timedelta(hours=1)


def run(ground: Ground) -> Iterator[Figure]:
    """One load over many connections; every answer is a redemption or a plain refusal."""
    items, contenders = (QUICK_ITEMS, QUICK_CONTENDERS) if ground.quick else (ITEMS, CONTENDERS)
    shop = ground.shop(people=contenders)
    sold = stocked(shop, 1, stock=items)
    earn_points(shop, days=1)
    (offer,) = sold.offers
    with ground.server(shop) as port:
        bodies = captures(shop, [offer] * contenders, lifetime=LONG)
        outcome = send_load(
            port,
            CAPTURE,
            sold.token,
            bodies,
            connections=CONNECTIONS,
            expect={SOLD: items, SOLD_OUT: contenders - items},
            keyed=True,
        )
    _check(shop, offer)
    yield Figure(
        f"{contenders:,} for {items:,} items, answered", (outcome.per_second,), "answers/s"
    )
    taken, answered = float(outcome.statuses[SOLD]), float(sum(outcome.statuses.values()))
    yield Figure("sold", (taken,), "items", at_least=float(items))
    yield Figure("answered", (answered,), "answers", at_least=float(contenders))


def _check(shop: Shop, offer: Offer) -> None:
    """Nothing is left, and not less than that."""
    assert shop.wiring.database.transact(left_of, offer.offer_id) == 0


CASE = BenchCase("rush", "Ten thousand want one of a thousand items", run)
