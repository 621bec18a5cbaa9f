"""Parts of a household in the pool: sold one by one, taken back, owned elsewhere and told whole."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from app.clock import StandingClock
from app.ids import new_id
from app.store.audit.households import HOUSEHOLD_SHARES
from app.usecases.methodologies.run_shadow import run_shadow
from app.usecases.recording.declare_elsewhere import declare_elsewhere
from app.usecases.recording.record import RecordingRules
from app.usecases.recording.report import report
from app.usecases.recording.reverse_actions import Reversing, reverse_actions
from app.wiring import Wiring
from behaviours.actions.declared import DeclaredNumber
from behaviours.viewer import Viewer
from tests.app.recording.imports.conftest import DAY, Importer
from tests.builders.actions import a_ride
from tests.builders.audit import assert_books_balance, broken_of
from tests.builders.earlier import back_and_up
from tests.builders.empty_market import market, shut
from tests.builders.households import a_household
from tests.builders.issuers import an_issuer
from tests.builders.market import (
    NOW,
    a_person,
    a_pv_interval,
    an_entrusting_person,
    recorded,
    rows,
    run,
    sealed,
    selected,
)
from tests.builders.people import an_organisation
from tests.builders.sealed import in_the_clear
from tests.trust.test_claims_after_the_seal import again, reverse

__all__ = ["market", "shut"]

METER = "0042-A"


def of_a_household(market: Wiring, *, owner_entrusts: bool) -> Mapping[UUID, UUID]:
    """By person the action of each, of one meter's day: the owner's, and that of who entrusts."""
    provider = an_organisation(market)
    an_issuer(market, "grid", kinds=("meter",), providers=[provider])
    owner = an_entrusting_person(market, provider) if owner_entrusts else a_person(market, provider)
    other = an_entrusting_person(market, provider)
    a_household(market, {owner: 4_001, other: 5_999})
    beside = a_pv_interval(an_entrusting_person(market, provider), provider, "10000")
    action = a_pv_interval(owner, provider, "10000", evidence={"meter_id": METER})
    recorded(market, [action, beside])
    found = rows(
        market,
        "select participant_id, action_id from household_share order by action_id <>"
        " whole_action_id",
    )
    assert [each["participant_id"] for each in found] == [owner, other]
    return {each["participant_id"]: each["action_id"] for each in found}


def in_bundles(market: Wiring) -> set[UUID]:
    return {each["action_id"] for each in rows(market, "select action_id from bundle_entry")}


def corrected(market: Wiring, action_id: UUID) -> str:
    """What a correction of the owner's action is answered."""
    [stored] = in_the_clear(market, "action_id = %s", (action_id,))
    provider = stored.provider_id
    assert provider is not None
    another = replace(stored.as_reported(), external_id="corrected", supersedes=action_id)
    answer: Any
    (answer,) = run(
        market,
        report,
        [another],
        RecordingRules(market.rulebook, market.policies),
        reported_by=f"provider:{provider.hex}",
        clock=StandingClock(NOW),
    )
    return str(answer.code)


def test_what_a_unit_contains_of_one_part_keeps_the_meters_day_claimed(market: Wiring) -> None:
    parts = of_a_household(market, owner_entrusts=False)
    owners, others = parts.values()
    sealed(market)
    assert owners not in in_bundles(market)
    assert others in in_bundles(market)
    assert corrected(market, owners) == "CANNOT_SUPERSEDE"
    reverse(market, owners)
    assert {each["action_id"] for each in rows(market, "select action_id from reversal")} == {
        owners,
        others,
    }
    assert again(market) == "OVERLAPPING_METER_INTERVAL"
    assert_books_balance(market)


@pytest.mark.parametrize("of_owner", [True, False])
def test_out_of_an_open_bundle_all_parts_go_and_the_day_is_free(
    market: Wiring, *, of_owner: bool
) -> None:
    parts = of_a_household(market, owner_entrusts=True)
    owners, others = parts.values()
    selected(market)
    assert {owners, others} <= in_bundles(market)
    reverse(market, owners if of_owner else others)
    assert not {owners, others} & in_bundles(market)
    assert again(market) == "recorded"
    assert_books_balance(market)


def test_both_parts_at_once_are_taken_back_once(market: Wiring) -> None:
    parts = of_a_household(market, owner_entrusts=True)
    done: Any = run(
        market,
        reverse_actions,
        [Reversing(each, "a test") for each in parts.values()],
        viewer=Viewer("operator", None),
        reversed_by="operator:test",
        rulebook=market.rulebook,
        policies=market.policies,
        now=NOW,
    )
    assert done[0].stored.action_id == next(iter(parts.values()))
    assert done[1].code == "ALREADY_REVERSED"
    assert_books_balance(market)


def test_what_another_mechanism_owns_is_owned_in_all_parts(market: Wiring) -> None:
    parts = of_a_household(market, owner_entrusts=True)
    selected(market)
    assert set(parts.values()) <= in_bundles(market)
    said = DeclaredNumber("ccer", "CCER-1", "meter", "grid", {"meter_id": METER}, date(2026, 1, 1))
    run(
        market,
        partial(
            declare_elsewhere,
            declared=[said],
            rulebook=market.rulebook,
            declared_by=new_id(),
            clock=StandingClock(NOW),
        ),
    )
    assert not set(parts.values()) & in_bundles(market)
    assert_books_balance(market)


def test_a_rule_that_reads_earlier_days_is_shared_and_a_draft_meets_the_whole(
    market: Wiring,
) -> None:
    provider = an_organisation(market)
    owner, other = (a_person(market, provider) for _ in range(2))
    a_household(market, {owner: 5_001, other: 4_999})
    first = datetime(2026, 5, 1, tzinfo=UTC) - timedelta(hours=8)
    for day, kwh in enumerate(["9", "8", "9", "8", "9", "8", "9", "3", "2"]):
        action = a_ride(
            owner,
            provider,
            behaviour="household_electricity",
            occurred_at=first + timedelta(days=day),
            ended_at=first + timedelta(days=day + 1),
            quantities={"consumption_kwh": kwh},
            evidence={"account_no": "A-1"},
        )
        recorded(market, [action])
    [sums] = rows(
        market,
        "select count(*) as actions, count(distinct whole_action_id) as wholes,"
        " sum(saved_mg) as shared, (select sum(saved_mg) from action) as recorded"
        " from household_share",
    )
    assert (sums["actions"], sums["wholes"]) == (18, 9)
    assert sums["shared"] == sums["recorded"] > 0
    known = market.rulebook.version_for("household_electricity", date(2026, 5, 1), "CN-44")
    with market.database.engine.connect() as connection:
        report = run_shadow(
            connection,
            known,
            occurred_from=date(2026, 4, 1),
            occurred_to=date(2026, 6, 1),
            rulebook=market.rulebook,
        )
    assert report["totals"]["old_mg"] == report["totals"]["new_mg"] == str(sums["shared"])
    assert report["totals"]["unchanged"] == 9
    assert_books_balance(market)


def test_an_earlier_release_keeps_which_actions_are_parts_of_one_whole(market: Wiring) -> None:
    parts = of_a_household(market, owner_entrusts=True)
    before = rows(market, "select * from household_share order by participant_id")
    back_and_up(market, "0075")
    assert rows(market, "select * from household_share order by participant_id") == before
    reverse(market, next(iter(parts.values())))
    assert_books_balance(market)


BAGS: dict[str, Any] = {
    "person": "card:{card}",
    "records": [
        {
            "behaviour": "waste_collection",
            "region": "CN-33",
            "external_id": "{card}-{bag}",
            "occurred_at": {"value": "{at}", "format": "%Y-%m-%d %H:%M"},
            "quantities": {"mass_kg": "{kg}"},
            "evidence": {"bag_id": "{card}-{bag}"},
        }
    ],
}


def test_what_comes_by_file_is_shared_and_counted_whole(wiring: Wiring) -> None:
    importing, card = Importer(wiring), secrets.token_hex(6)
    lines = "card,at,bag,kg\n" + "".join(
        f"{card}{who},{DAY} 0{hour}:00,{hour},1\n" for hour, who in enumerate("ab", start=7)
    )
    counts, flaws = importing(lines, BAGS)
    assert (counts.recorded, flaws) == (2, [])
    before = counts.saved_mg
    people = [
        each["participant_id"]
        for each in rows(
            wiring,
            "select participant_id from enrolment where organisation_id = :provider",
            provider=importing.provider,
        )
    ]
    a_household(wiring, {people[0]: 3_333, people[1]: 6_667})
    more = "card,at,bag,kg\n" + "".join(
        f"{card}{who},{DAY} 1{hour}:00,1{hour},1\n" for hour, who in enumerate("ab")
    )
    counts, flaws = importing(more, BAGS)
    assert (counts.recorded, counts.saved_mg, flaws) == (2, before, [])
    again, _ = importing(more, BAGS)
    assert (again.recorded, again.already_recorded) == (0, 2)
    assert importing.stored() == 2 + 4
    given = {"household_behaviours": ["waste_collection"]}
    assert broken_of(wiring, HOUSEHOLD_SHARES, people, given) == []
