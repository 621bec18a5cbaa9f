"""One file that comes in twice at the same time: every ride once, and both counts are true."""

from __future__ import annotations

import json
import secrets

import pytest

from app.jobs.run import run
from app.wiring import Wiring
from tests.builders.at_once import at_once
from tests.builders.audit import assert_books_balance
from tests.builders.empty_market import market, shut
from tests.builders.files import RIDE, accepted
from tests.builders.jobs import task
from tests.builders.market import rows
from tests.builders.people import an_organisation

__all__ = ["market", "shut"]
RIDES = 120


def a_file() -> bytes:
    cards = [secrets.token_hex(6) for _ in range(12)]
    lines = [
        f"{cards[at % 12]},{secrets.token_hex(6)},2026-03-{1 + at // 12:02d}T08:00:00+08:00,2.5"
        for at in range(RIDES)
    ]
    return ("\n".join(["card,trip,at,km", *lines]) + "\n").encode()


@pytest.mark.parametrize("times", [2, 4])
def test_a_file_that_comes_in_twice_at_once_is_recorded_once(market: Wiring, times: int) -> None:
    provider, raw = an_organisation(market), a_file()
    ids = [accepted(market, provider, raw, json.dumps(RIDE)) for _ in range(times)]
    at_once([lambda each=each: run(market, each) for each in ids])
    ended = [task(market, each) for each in ids]
    assert [each["state"] for each in ended] == ["done"] * times
    lines = [each["result"]["lines"] for each in ended]
    assert sum(each["recorded"] for each in lines) == RIDES
    for each in lines:
        assert each["read"] == RIDES + 1
        assert each["recorded"] + each["already_recorded"] == RIDES
        assert (each["refused"], each["blank"], each["heading"]) == (0, 0, 1)
    (stored,) = rows(
        market,
        "select count(*)::int as actions, count(distinct participant_id)::int as people"
        " from action where provider_id = :id",
        id=provider,
    )
    assert stored == {"actions": RIDES, "people": 12}
    assert sum(each["result"]["enrolled"] for each in ended) == 12
    assert_books_balance(market)
