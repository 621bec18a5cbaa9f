"""One ride by one request, against a route that checks a token and inserts one row."""

from __future__ import annotations

from collections.abc import Iterator

from app.bench.frame import BenchCase, Figure, ratio
from app.bench.ground import Ground
from app.bench.load import send_load
from behaviours.json_value import JsonObject

CONNECTIONS = 8


def run(ground: Ground) -> Iterator[Figure]:
    """Interleaved rounds of the same number of requests to both routes of one server."""
    shop = ground.shop()
    token = ground.token(shop)
    requests = 400 if ground.quick else 2000
    small: JsonObject = {"name": "bare", "numbers": {"a": "1", "b": "2"}}
    ours, bare = [], []
    with ground.server(shop) as port:
        for turn in range(ground.rounds + 1):
            rides = shop.bodies(requests)
            bare.append(
                send_load(
                    port,
                    "/bench/bare",
                    token,
                    [small] * requests,
                    connections=CONNECTIONS,
                    expect=201,
                ).per_second
            )
            ours.append(
                send_load(
                    port, "/v1/actions", token, rides, connections=CONNECTIONS, expect=201
                ).per_second
            )
            if turn:
                ground.say(f"  round {turn}: {ours[-1]:,.0f}/s, bare {bare[-1]:,.0f}/s")
    # The first turn only warmed caches, plans and interpreters.
    yield Figure("POST /v1/actions", tuple(ours[1:]), "actions/s")
    yield Figure("bare endpoint", tuple(bare[1:]), "requests/s")
    yield ratio("single against bare", ours[1:], bare[1:], at_least=0.6)


CASE = BenchCase("single", "One ride by one request", run)
