"""What SQL filters by is what the domain says, and a code redeems once whatever is locked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import text

from app.store.database import Connection
from app.store.redemption.offers import takeable_offers, write_offer
from app.store.redemption.redemptions import get_redemption, lapsed_holds_of
from app.store.redemption.stock import change_stock, left_of
from app.usecases.redemption.read_offers_on_sale import read_offers_on_sale
from app.wiring import Wiring
from rewards.redemption import code as codes
from rewards.redemption.code_use import CodeUsed
from rewards.redemption.offer import STATES as OFFER_STATES, Offer, is_takeable
from rewards.redemption.redemption import HELD, STATES
from tests.builders.people import a_participant, an_organisation
from tests.builders.points import a_person_with, assert_points_balance, points_of
from tests.builders.redemption import (
    a_code,
    an_offer,
    assert_stock_balances,
    capturing,
    redeeming,
    wanting,
)

NOW = datetime.now(UTC)
_STATE = text(
    "update redemption set state = :state, expires_at = :expires_at where redemption_id = :id"
)
_USE = text("update till_code set redemption_id = :redemption where code_digest = :digest")
_TAKEN = text(
    "insert into offer_taken (participant_id, offer_id, quantity) values (:person, :offer, :many)"
)
_BACKENDS = text(
    "select pid from pg_stat_activity where datname = current_database()"
    " and query ilike '%till_code%' and wait_event_type = 'Lock'"
)


class RolledBack(Exception):
    """What a test wrote goes with its transaction."""


@contextmanager
def leaving_nothing(wiring: Wiring) -> Iterator[Connection]:
    with suppress(RolledBack), wiring.database.engine.begin() as connection:
        yield connection
        raise RolledBack


def _any_offers(
    wiring: Wiring, connection: Connection, merchant: UUID, dice: Random
) -> list[Offer]:
    """Of every state, on sale or not, with and without stock and limits."""
    found = []
    for offer in [an_offer(wiring, merchant_id=merchant, stock_total=4) for _ in range(24)]:
        opens = NOW + timedelta(days=dice.choice([-2, -1, 1]))
        changed = replace(
            offer,
            state=dice.choice((*OFFER_STATES, offer.state)),
            points=dice.choice([90, 100, 110]),
            per_person_limit=dice.choice([None, 1, 2, 3]),
            regions=dice.choice([(), (), ("CN-33",), ("CN-330100", "CN-440300"), ("CN-44",)]),
            opens_at=opens,
            closes_at=opens + timedelta(days=dice.choice([1, 3])),
        )
        write_offer(connection, changed)
        change_stock(connection, offer.offer_id, -dice.choice([0, 4]))
        found.append(changed)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_the_offers_that_a_till_is_shown_are_those_that_the_domain_lets_somebody_have(
    wiring: Wiring, seed: int
) -> None:
    dice, merchant = Random(seed), an_organisation(wiring, "merchant")
    region = dice.choice(["CN-33", "CN-330100", "CN-330200", "CN-440300"])
    person = a_participant(wiring, region=region)
    with leaving_nothing(wiring) as connection:
        offers = _any_offers(wiring, connection, merchant, dice)
        taken = {offer.offer_id: dice.randrange(3) for offer in offers}
        for offer_id, many in taken.items():
            asked = {"person": person, "offer": offer_id, "many": many}
            connection.execute(_TAKEN, asked)
        stock = {offer.offer_id: left_of(connection, offer.offer_id) for offer in offers}
        shown = takeable_offers(
            connection, merchant, person, points=100, only=None, now=NOW, limit=100
        )
        read = partial(read_offers_on_sale, connection, now=NOW, before=None, most=24)
        on_sale, there = read(region=None), read(region=region)
    expected = {
        offer.offer_id
        for offer in offers
        if is_takeable(
            offer,
            taken=taken[offer.offer_id],
            in_stock=stock[offer.offer_id],
            points=100,
            region=region,
            now=NOW,
        )
    }
    assert {offer.offer_id for offer in shown} == expected
    ours = {offer.offer_id for offer in offers}
    assert {each.offer.offer_id for each in on_sale} & ours == {
        offer.offer_id for offer in offers if offer.is_on_sale(NOW)
    }
    assert {each.offer.offer_id for each in there} & ours == {
        offer.offer_id for offer in offers if offer.is_on_sale(NOW) and offer.is_for(region)
    }


@pytest.mark.parametrize("seed", range(4))
def test_the_holds_that_a_sweep_finds_are_those_that_the_domain_calls_lapsed(
    wiring: Wiring, seed: int
) -> None:
    dice, person = Random(seed), a_person_with(wiring, 1200)
    offer = an_offer(wiring)
    made = [redeeming(wiring, person, offer, now=NOW).redemption for _ in range(10)]
    with leaving_nothing(wiring) as connection:
        for each in made:
            state = dice.choice((*STATES, HELD, HELD))
            expires_at = NOW + timedelta(microseconds=dice.choice([-1, 0, 1]))
            asked = {"state": state, "expires_at": expires_at, "id": each.redemption_id}
            connection.execute(_STATE, asked)
        stored = [get_redemption(connection, person, each.redemption_id) for each in made]
        lapsed = lapsed_holds_of(connection, person, now=NOW)
    expected = [each for each in stored if each is not None and each.has_lapsed(NOW)]
    assert {each.redemption_id for each in lapsed} == {each.redemption_id for each in expected}


def test_a_code_that_is_used_behind_the_lock_is_not_used_twice(wiring: Wiring) -> None:
    person, offer = a_person_with(wiring, 500), an_offer(wiring)
    first = capturing(wiring, wanting(offer, a_code(wiring, person)))
    code = a_code(wiring, person)
    used = {
        "redemption": first.redemption_id,
        "digest": codes.digest(code, wiring.settings.identity_key),
    }
    with ThreadPoolExecutor(1) as pool:
        with wiring.database.engine.begin() as other:
            other.execute(_USE, used)
            second = pool.submit(capturing, wiring, wanting(offer, code))
            _until_somebody_waits(wiring)
        with pytest.raises(CodeUsed) as refusal:
            second.result(timeout=30)
    assert refusal.value.redemption is not None
    assert refusal.value.redemption.redemption_id == first.redemption_id
    assert points_of(wiring, person)["available"] == 400
    assert_points_balance(wiring, [person])
    assert_stock_balances(wiring, [offer.offer_id])


def _until_somebody_waits(wiring: Wiring) -> None:
    deadline = time.monotonic() + 20
    while not wiring.database.transact(lambda connection: connection.scalars(_BACKENDS).all()):
        assert time.monotonic() < deadline, "the capture does not wait for the code's row"
