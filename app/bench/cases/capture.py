"""A till captures a fresh code: over many offers, and where nearly all want the same one."""

from __future__ import annotations

from collections.abc import Iterator

from app.bench.frame import BenchCase, Figure, ratio
from app.bench.ground import Ground
from app.bench.load import send_load
from app.bench.offers import CAPTURE, captures, earn_points, stocked
from behaviours.json_value import JsonObject

CONNECTIONS = 8
OFFERS = 200
# Of a hundred captures on one hot offer, so many are of that offer.
HOT_OF_100 = 95
SMALL: JsonObject = {"name": "bare", "numbers": {"a": "1", "b": "2"}}


def run(ground: Ground) -> Iterator[Figure]:
    """Rounds over HTTP in turn: the bare route, distinct offers, and one offer that all want."""
    shop = ground.shop(people=500)
    sold, token = stocked(shop, OFFERS), ground.token(shop)
    earn_points(shop)
    many = 300 if ground.quick else 2000
    spread = [sold.offers[number % OFFERS] for number in range(many)]
    mixed = [
        sold.offers[0] if number % 100 < HOT_OF_100 else offer
        for number, offer in enumerate(spread)
    ]
    bare, distinct, hot = list[float](), list[float](), list[float]()
    with ground.server(shop) as port:
        for turn in range(ground.rounds + 1):
            small = [SMALL] * many
            bare.append(
                send_load(
                    port, "/bench/bare", token, small, connections=CONNECTIONS, expect=201
                ).per_second
            )
            for wanted, found in ((spread, distinct), (mixed, hot)):
                # Codes live for a minute, so each load has its own.
                bodies = captures(shop, wanted)
                outcome = send_load(
                    port,
                    CAPTURE,
                    sold.token,
                    bodies,
                    connections=CONNECTIONS,
                    expect=201,
                    keyed=True,
                )
                found.append(outcome.per_second)
            if turn:
                told = f"{distinct[-1]:,.0f}/s, one hot {hot[-1]:,.0f}/s, bare {bare[-1]:,.0f}/s"
                ground.say(f"  round {turn}: {told}")
    # The first turn only warmed caches, plans and interpreters.
    yield Figure("bare endpoint", tuple(bare[1:]), "requests/s")
    yield Figure("captures of distinct offers", tuple(distinct[1:]), "captures/s")
    hot_name = f"captures, {HOT_OF_100} of 100 of one hot offer"
    yield Figure(hot_name, tuple(hot[1:]), "captures/s", at_least=300)
    yield ratio("distinct offers against bare", distinct[1:], bare[1:], at_least=0.6)
    yield ratio("one hot offer against distinct", hot[1:], distinct[1:], at_least=0.8)


CASE = BenchCase("capture", "Tills that sell many offers, and one popular one", run)
