"""Five thousand rides at once: through the route, through the verb, and by hand-written SQL."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Concatenate, ParamSpec
from uuid import UUID

from app.bench.frame import BenchCase, Figure
from app.bench.ground import Ground, Shop
from app.bench.load import send_load
from app.store.bench.by_hand import lines_of, open_accounts, rows_of, write_lines, write_rows
from app.store.database import Connection
from app.usecases.recording.record import Recorded, RecordingRules, record
from behaviours.actions.action import Action

SIZE = 5000
Given = ParamSpec("Given")


def run(ground: Ground) -> Iterator[Figure]:
    """The verb and the hand take turns with the same rows, in two databases that are alike."""
    shop, by_rows, by_lines = ground.shop(), ground.shop(people=0), ground.shop(people=0)
    for twin in (by_rows, by_lines):
        twin.wiring.database.transact(open_accounts, shop.people)
    zone = shop.wiring.programme.zone
    verb, hand, text = [], [], []
    for turn in range(ground.rounds + 1):
        rides = shop.rides(SIZE)
        took, action_ids = _record(shop, rides)
        verb.append(SIZE / took)
        rows = shop.wiring.database.transact(rows_of, action_ids)
        lines = shop.wiring.database.transact(lines_of, rows)
        hand.append(SIZE / _timed(by_rows, write_rows, rows, zone))
        text.append(SIZE / _timed(by_lines, write_lines, lines, rows, zone))
        if turn:
            ground.say(
                f"  round {turn}: verb {verb[-1]:,.0f}/s, by hand {hand[-1]:,.0f}/s,"
                f" from ready text {text[-1]:,.0f}/s"
            )
    yield Figure("record(), 5,000 at once", tuple(verb[1:]), "actions/s", at_least=5000)
    yield Figure("the same rows by COPY, by hand", tuple(hand[1:]), "actions/s")
    yield Figure("the same rows by COPY, from ready text", tuple(text[1:]), "actions/s")
    yield Figure("batch against by hand", _ratios(verb, hand), "ratio", at_least=0.4)
    yield Figure("batch against ready text", _ratios(verb, text), "ratio")
    yield from _over_http(ground, shop)


def _over_http(ground: Ground, shop: Shop) -> Iterator[Figure]:
    token, found = ground.token(shop), []
    with ground.server(shop) as port:
        for turn in range(ground.rounds + 1):
            bodies = [{"actions": shop.bodies(SIZE)} for _ in range(2)]
            outcome = send_load(port, "/v1/actions/batch", token, bodies, connections=1, expect=207)
            found.append(SIZE * outcome.per_second)
            if turn:
                ground.say(f"  round {turn}: over HTTP {found[-1]:,.0f}/s")
    yield Figure("POST /v1/actions/batch", tuple(found[1:]), "actions/s", at_least=5000)


def _record(shop: Shop, rides: list[Action]) -> tuple[float, list[UUID]]:
    wiring = shop.wiring
    began = time.perf_counter()
    answers = wiring.database.transact(
        record, rides, RecordingRules(wiring.rulebook, wiring.policies), now=wiring.clock.now()
    )
    took = time.perf_counter() - began
    action_ids = [one.action_id for one in answers if isinstance(one, Recorded) and one.action_id]
    assert len(action_ids) == len(rides), "every ride of the bench is one that the books take"
    return took, action_ids


def _timed(
    shop: Shop,
    work: Callable[Concatenate[Connection, Given], None],
    *given: Given.args,
    **named: Given.kwargs,
) -> float:
    began = time.perf_counter()
    shop.wiring.database.transact(work, *given, **named)
    return time.perf_counter() - began


def _ratios(ours: list[float], theirs: list[float]) -> tuple[float, ...]:
    return tuple(one / other for one, other in zip(ours[1:], theirs[1:], strict=True))


CASE = BenchCase("batch", "Five thousand rides at once", run)
