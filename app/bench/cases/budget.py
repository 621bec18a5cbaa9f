"""A hundred thousand awards against one sponsor's budget, beside the same without one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from app.bench.frame import BenchCase, Figure, ratio
from app.bench.ground import AGREED_BEFORE, Ground, Shop
from app.bench.load import send_load
from app.clock import StandingClock
from app.ids import new_id
from app.store.points.budgets import list_budgets
from app.usecases.points.propose_budget import propose_budget
from app.usecases.points.sign_budget import sign_budget
from app.usecases.recording.record import Recorded, RecordingRules, record
from behaviours.actions.action import Action
from behaviours.civil_time import civil_day
from behaviours.viewer import Viewer
from rewards.points.budget import PUBLISH, BudgetStage, NewBudget

AWARDS = 100_000
QUICK = 4_000
LIST = 500
WRITERS = 4
CONNECTIONS = 8
POINTS = 10**10


def run(ground: Ground) -> Iterator[Figure]:
    """Turns of the same rides in two databases; only one of them has a budget that pays."""
    free, sponsored = ground.shop(), ground.shop()
    _open_budget(sponsored)
    many = QUICK if ground.quick else AWARDS
    lists: tuple[list[float], list[float]] = ([], [])
    singles: tuple[list[float], list[float]] = ([], [])
    for turn in range(ground.rounds + 1):
        for shop, found in zip((free, sponsored), lists, strict=True):
            found.append(_in_lists(shop, many))
        if turn:
            ground.say(f"  round {turn}: {lists[1][-1]:,.0f}/s, without {lists[0][-1]:,.0f}/s")
    requests = 400 if ground.quick else 2_000
    tokens = [ground.token(shop) for shop in (free, sponsored)]
    with ground.server(free) as one, ground.server(sponsored) as other:
        for _ in range(ground.rounds + 1):
            for port, shop, token, found in zip(
                (one, other), (free, sponsored), tokens, singles, strict=True
            ):
                bodies = shop.bodies(requests)
                outcome = send_load(
                    port, "/v1/actions", token, bodies, connections=CONNECTIONS, expect=201
                )
                found.append(outcome.per_second)
    _check_paid(sponsored)
    yield from _figures("in lists of 500, by four at once", *lists)
    yield from _figures("one by one, by eight at once", *singles)


def _figures(how: str, free: list[float], sponsored: list[float]) -> Iterator[Figure]:
    yield Figure(f"awards of one budget, {how}", tuple(sponsored[1:]), "actions/s")
    yield Figure(f"the same without a budget, {how}", tuple(free[1:]), "actions/s")
    yield ratio(f"budget against none, {how}", sponsored[1:], free[1:], at_least=0.8)


def _in_lists(shop: Shop, many: int) -> float:
    """Actions a second of so many, in lists that several connections record at once."""
    rides = shop.rides(many)
    lists = [rides[begin : begin + LIST] for begin in range(0, many, LIST)]
    began = time.perf_counter()
    with ThreadPoolExecutor(WRITERS) as pool:
        taken = sum(pool.map(lambda each: _record(shop, each), lists))
    took = time.perf_counter() - began
    assert taken == many, "every ride of the bench is one that the books take"
    return many / took


def _record(shop: Shop, rides: list[Action]) -> int:
    wiring = shop.wiring
    rules = RecordingRules(wiring.rulebook, wiring.policies)
    answers = wiring.database.transact(record, rides, rules, now=wiring.clock.now())
    return sum(isinstance(one, Recorded) and one.points > 0 for one in answers)


def _open_budget(shop: Shop) -> None:
    """Published long ago, for every ride that the bench has."""
    wiring, now = shop.wiring, shop.wiring.clock.now()
    today = civil_day(now, wiring.zone)
    said = NewBudget(
        title_zh="测速",
        title_en="For measuring only",
        sponsor_id=None,
        scenes=("metro_ride",),
        region=None,
        starts_on=today - timedelta(days=300),
        ends_on=today + timedelta(days=2),
        closes_on=today + timedelta(days=3),
        points=POINTS,
        stages=(BudgetStage(100, 100),),
    )
    then = StandingClock(now - AGREED_BEFORE)
    operator, authority = (Viewer(role, None, new_id()) for role in ("operator", "authority"))
    budget, _ = wiring.database.transact(
        propose_budget, said, scenes=wiring.scenes, by=operator, zone=wiring.zone, clock=then
    )
    _, awaiting = wiring.database.transact(
        sign_budget, budget.budget_id, PUBLISH, by=authority, zone=wiring.zone, clock=then
    )
    assert not awaiting


def _check_paid(shop: Shop) -> None:
    """That it was the budget that paid."""
    (budget,) = shop.wiring.database.transact(list_budgets, before=None, most=1)
    assert budget.awarded > 0
    assert budget.awarded + sum(budget.left) == POINTS


CASE = BenchCase("budget", "Awards against one sponsor's budget", run)
