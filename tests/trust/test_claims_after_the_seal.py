"""What a unit contains stays claimed: reversing the action frees it for nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from app.usecases.recording.record import Recorded
from app.usecases.recording.reverse_actions import Reversing, reverse_actions
from app.wiring import Wiring
from behaviours.viewer import Viewer
from tests.builders.actions import recording
from tests.builders.empty_market import market, shut
from tests.builders.issuers import an_issuer
from tests.builders.market import (
    NOW,
    a_pv_interval,
    an_entrusting_person,
    issued,
    recorded,
    run,
    sealed,
    selected,
)
from tests.builders.people import an_organisation

__all__ = ["market", "shut"]


def of_one_meter(market: Wiring, meter: str = "0042-A") -> tuple[UUID, UUID, UUID]:
    """(provider, person, action) of a day of one meter, with others beside it in the pool."""
    provider = an_organisation(market)
    an_issuer(market, "grid", kinds=("meter",), providers=[provider])
    people = [an_entrusting_person(market, provider) for _ in range(3)]
    actions = [
        a_pv_interval(people[0], provider, "10000", evidence={"meter_id": meter}),
        *(a_pv_interval(person, provider, "10000") for person in people[1:]),
    ]
    return provider, people[0], recorded(market, actions)[0]


def reverse(market: Wiring, action: UUID) -> None:
    (done,) = run(
        market,
        reverse_actions,
        [Reversing(action, "a test")],
        viewer=Viewer("operator", None),
        reversed_by="operator:test",
        rulebook=market.rulebook,
        policies=market.policies,
        now=NOW,
    )
    assert done.stored.action_id == action


def again(market: Wiring, meter: str = "0042a") -> str:
    """The same meter's day for somebody else, by another provider of the same grid."""
    provider = an_organisation(market)
    an_issuer(market, "grid", kinds=("meter",), providers=[provider])
    person = an_entrusting_person(market, provider)
    action = a_pv_interval(person, provider, "9", evidence={"meter_id": meter})
    answer: Any
    (answer,) = recording(market, [action], now=NOW, dry_run=True)
    return "recorded" if isinstance(answer, Recorded) else str(answer.code)


def test_in_the_pool_and_in_an_open_bundle_a_reversal_frees_the_claim(market: Wiring) -> None:
    _, _, pooled = of_one_meter(market)
    assert again(market) == "OVERLAPPING_METER_INTERVAL"
    reverse(market, pooled)
    assert again(market) == "recorded"


@pytest.mark.parametrize(
    ("so_far", "answer"),
    [
        (selected, "recorded"),
        (sealed, "OVERLAPPING_METER_INTERVAL"),
        (issued, "OVERLAPPING_METER_INTERVAL"),
    ],
)
def test_what_is_frozen_stays_claimed_after_its_reversal(
    market: Wiring, so_far: Callable[[Wiring], object], answer: str
) -> None:
    _, _, action = of_one_meter(market)
    so_far(market)
    reverse(market, action)
    assert again(market) == answer
