"""Whoever signs a reversal first sees which units rest on it, who has them, and what covers it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from app.ids import parse, public
from app.wiring import Wiring
from rewards.registry.issuing import TONNE_MG
from tests.builders.answers import refusal
from tests.builders.empty_market import market, shut
from tests.builders.market import PV, bundle, issued, pooled_pv, rows, run
from tests.builders.selling import bought, listed, programme_block
from tests.builders.shortfall import Short, a_short_bundle, reversal

__all__ = ["market", "shut"]


@pytest.fixture
def short(market: Wiring) -> Short:
    return a_short_bundle(market)


def affected(short: Short, *actions: UUID, role: str = "operator") -> Any:
    asked = ",".join(public("act", each) for each in actions)
    return short.http.get(f"/v1/affected-units?action_id={asked}", token=short.tokens(role))


def mg(kg: str) -> int:
    return int(Decimal(kg) * 10**6)


def notices(wiring: Wiring) -> list[Any]:
    return rows(wiring, "select organisation_id, bundle_id, written_at from holder_notice")


def test_what_is_told_before_is_what_a_reversal_then_comes_to(short: Short) -> None:
    wiring, (action, *_) = short.wiring, short.actions
    answer = affected(short, action, role="authority").json
    (seen,) = answer["bundles"]
    (reduction,) = answer["reductions"]
    assert (reduction["bundle_id"], seen["bundle_id"]) == (public("bdl", short.bundle_id),) * 2
    assert answer["reduction_kg"] == reduction["reduction_kg"] == seen["standing_kg"]
    assert answer["free_kg"] == "0.000000"
    before = bundle(wiring, short.bundle_id)
    assert (seen["state"], mg(seen["shortfall_kg"])) == ("suspended", before.shortfall_mg)
    told_before = len(notices(wiring))
    (done,) = run(wiring, reversal(wiring, action))
    cover = done.place.cover
    assert seen["would_take"] == {
        "from_reserve_kg": f"{Decimal(cover.taken_mg) / 10**6:.6f}",
        "reserve_cancelled_t": str(cover.cancelled_t),
        "shortfall_kg": f"{Decimal(cover.shortfall_mg) / 10**6:.6f}",
    }
    new = notices(wiring)[told_before:]
    assert {each["organisation_id"] for each in new} == {
        parse("org", each["organisation_id"]) for each in seen["told"]
    }
    assert short.buyer in {each["organisation_id"] for each in new}
    after = affected(short, action).json
    assert (after["reductions"][0]["is_reversed"], after["bundles"][0]["standing_kg"]) == (
        True,
        "0.000000",
    )
    assert mg(after["bundles"][0]["shortfall_kg"]) == cover.shortfall_mg
    assert "taken back" in after["bundles"][0]["note"][0]


def test_the_leaf_is_one_of_those_that_everybody_adds_up(short: Short) -> None:
    (reduction,) = affected(short, short.actions[0]).json["reductions"]
    path = f"/v1/registry/bundles/{public('bdl', short.bundle_id)}/leaves"
    published = short.http.get(path).text.splitlines()
    assert f"{reduction['leaf']},{mg(reduction['reduction_kg'])}" in published


def test_every_tonne_of_the_bundle_is_in_somebodys_hands(short: Short) -> None:
    wiring = short.wiring
    (seen,) = affected(short, *short.actions).json["bundles"]
    assert seen["reductions"] == len(short.actions)
    tonnes = sum(int(each["quantity_t"]) for each in seen["units"])
    stored = bundle(wiring, short.bundle_id)
    numbered = rows(
        wiring,
        "select sum(upper(numbers) - lower(numbers))::int as t from unit_block"
        " where bundle_id = :bundle_id and state <> 'split'",
        bundle_id=short.bundle_id,
    )
    assert tonnes == numbered[0]["t"] >= (stored.issued_t or 0)
    held = {
        each["state"]: int(each["quantity_t"])
        for each in seen["units"]
        if each["organisation_id"] == public("org", short.buyer)
    }
    assert held["suspended"] == short.suspended_t()
    assert held["suspended"] + held["active"] == stored.issued_t


def test_bundles_of_one_reserve_do_not_count_it_twice(market: Wiring) -> None:
    """Both would be covered alone; of the two the first one takes what the second one lacks."""
    short = a_short_bundle(market)
    more = []
    for _ in range(2):
        pooled = pooled_pv(market, people=3)
        bundle_id = issued(market, methodology=PV)
        tonnes = bundle(market, bundle_id).issued_t or 0
        block = programme_block(market, bundle_id)
        bought(market, listed(market, block, tonnes), tonnes, short.buyer)
        more.append(pooled[0][1])
    alone = [affected(short, each).json["bundles"][0]["would_take"] for each in more]
    together = affected(short, *more).json["bundles"]
    first, second = (each["would_take"] for each in together)
    assert first == alone[0]
    reserve_mg = mg(alone[1]["from_reserve_kg"])
    assert mg(second["from_reserve_kg"]) == min(
        mg(together[1]["standing_kg"]), max(0, reserve_mg - mg(first["from_reserve_kg"]))
    )
    assert mg(second["shortfall_kg"]) > mg(alone[1]["shortfall_kg"]) >= 0


def test_what_is_in_no_frozen_bundle_is_nobody_elses(short: Short) -> None:
    ((_, action),) = pooled_pv(short.wiring, people=1)
    answer = affected(short, action, action).json
    assert (len(answer["reductions"]), answer["bundles"]) == (1, [])
    assert mg(answer["free_kg"]) == mg(answer["reduction_kg"]) > TONNE_MG
    assert answer["reductions"][0]["leaf"] is None


def test_what_is_asked_wrongly_is_refused(short: Short) -> None:
    token, path = short.tokens("operator"), "/v1/affected-units"
    for query in ("", "?action_id=", f"?action_id=act_{'0' * 31}", f"?action_id=bdl_{'0' * 32}"):
        assert short.http.get(path + query, token=token).status_code == 422, query
    unknown = f"act_{'0' * 32}"
    many = ",".join([unknown] * 101)
    assert short.http.get(f"{path}?action_id={many}", token=token).status_code == 422
    nowhere = short.http.get(f"{path}?action_id={unknown}", token=token)
    assert refusal(nowhere) == (404, "NOT_FOUND")
