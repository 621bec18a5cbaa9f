"""Before anything is marked a draft is counted, and a selection says what it left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from uuid import UUID

import pytest
from sqlalchemy import text

from app.ids import new_ids, public
from app.outbox import names
from app.store.database import Connection
from app.store.pooling.counting import count_left_out, preview_window
from app.store.pooling.selecting import BundleWindow, select_window
from app.wiring import Wiring
from behaviours.civil_time import day_ends_at, start_of_day
from rewards.pooling.counting import ELIGIBLE, PREVIEW, SELECTION, TOO_LATE
from rewards.pooling.documents import Amounts, Conditions
from rewards.pooling.eligibility import PoolCandidate, exclusions
from rewards.registry.unit_classes import UNIT_CLASSES
from tests.app.pooling.test_agreement import fill
from tests.app.pooling.test_kills import KILLS, actions_of_many_months
from tests.builders.answers import code
from tests.builders.jobs import drain
from tests.builders.killed_child import killed
from tests.builders.market import (
    NOW,
    PV,
    a_draft,
    a_person,
    a_pv_interval,
    entrust,
    pooled_pv,
    recorded,
    rows,
    run,
    selecting,
    task,
)
from tests.builders.people import Http, Tokens, an_organisation

Outcomes = dict[str, Amounts]


def outcomes(connection: Connection, bundle_id: UUID, phase: str) -> Outcomes:
    said = connection.execute(
        text(
            "select name, reductions, saved_mg from bundle_count"
            " where bundle_id = :b and phase = :p and part = 'outcome'"
        ),
        {"b": bundle_id, "p": phase},
    )
    return {name: Amounts(reductions, mg) for name, reductions, mg in said}


def by_the_domain(known: dict[UUID, PoolCandidate], conditions: Conditions) -> Outcomes:
    count: Counter[str] = Counter()
    mass: Counter[str] = Counter()
    for one in known.values():
        if conditions.occurred_from <= one.occurred_on <= conditions.occurred_to:
            name = (*exclusions(one, conditions), ELIGIBLE)[0]
            count[name] += 1
            mass[name] += one.saved_mg
    return {name: Amounts(count[name], mass[name]) for name in count}


def hold(connection: Connection, actions: list[UUID], bundle_id: UUID) -> None:
    connection.execute(
        text(
            "insert into bundle_entry (participant_id, action_id, bundle_id, saved_mg, leaf)"
            " select participant_id, action_id, :b, saved_mg, sha256('') from action"
            " where action_id = any(:a)"
        ),
        {"a": actions, "b": bundle_id},
    )


def put_aside(connection: Connection, action_id: UUID) -> None:
    """The row that the random ones are copies of is of no day that is looked at."""
    connection.execute(text("set local session_replication_role = replica"))
    connection.execute(
        text("update action set occurred_at = '2020-01-01Z' where action_id = :a"),
        {"a": action_id},
    )


@pytest.mark.parametrize("unit_class", UNIT_CLASSES)
@pytest.mark.parametrize("seed", [3, 4, 5])
def test_each_is_counted_by_its_first_reason_as_the_domain_says(
    shut: Wiring, seed: int, unit_class: str
) -> None:
    ((_, template),) = pooled_pv(shut, people=1)
    random, zone = Random(seed), shut.zone
    conditions = Conditions(
        random.choice((None, PV)),
        2026,
        random.choice((None, "CN-44")),
        date(2026, 1, 1),
        date(2026, 6, 30),
        unit_class,
    )
    window = BundleWindow(
        start_of_day(conditions.occurred_from, zone), day_ends_at(conditions.occurred_to, zone)
    )
    preview, taking, other = new_ids(3)

    def work(connection: Connection) -> None:
        known = fill(connection, random, template, zone)
        put_aside(connection, template)
        held = random.sample(sorted(known), 40)
        hold(connection, held, other)
        known |= {each: replace(known[each], bundle_id=other) for each in held}
        wanted = by_the_domain(known, conditions)
        counted = preview_window(connection, preview, conditions, window, zone=zone)
        assert outcomes(connection, preview, PREVIEW) == wanted
        assert counted == sum(each.reductions for each in wanted.values())
        assert len(wanted) > 5, "a comparison of nothing proves nothing"
        taken = select_window(connection, taking, conditions, window, zone=zone)
        count_left_out(connection, taking, conditions, window, taken, zone=zone)
        assert outcomes(connection, taking, SELECTION) == wanted

    run(shut, work)


def test_what_qualifies_while_its_window_is_selected_is_told_as_too_late(market: Wiring) -> None:
    provider = an_organisation(market, "provider")
    person = a_person(market, provider)
    recorded(market, [a_pv_interval(person, provider, "500")])
    entrust(market, person)
    zone, (bundle_id,) = market.zone, new_ids(1)
    conditions = Conditions(None, 2026, None, date(2026, 1, 1), date(2026, 6, 30), "voluntary")
    window = BundleWindow(
        start_of_day(conditions.occurred_from, zone), day_ends_at(conditions.occurred_to, zone)
    )

    def work(connection: Connection) -> Outcomes:
        # Between the look that selects and the one that counts it was entrusted.
        count_left_out(connection, bundle_id, conditions, window, Amounts(0, 0), zone=zone)
        return outcomes(connection, bundle_id, SELECTION)

    found = run(market, work)
    assert set(found) == {TOO_LATE}
    assert found[TOO_LATE].reductions == 1


def test_a_draft_is_previewed_in_numbers_and_nothing_is_marked(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    pooled_pv(market)
    provider = an_organisation(market, "provider")
    stranger = a_person(market, provider)
    recorded(market, [a_pv_interval(stranger, provider, "500")], now=NOW + timedelta(days=1))
    operator = token_for("operator")
    path = f"/v1/bundles/{public('bdl', a_draft(market))}"

    assert code(http.get(f"{path}/preview", token=operator)) == "NOT_FOUND"
    started = http.post(f"{path}/preview", token=operator)
    assert (started.status_code, started.get_json()["state"]) == (202, "draft")
    drain(market)

    seen = http.get(f"{path}/preview", token=operator).get_json()
    assert seen["complete"]
    assert (seen["whole"]["reductions"], seen["eligible"]["reductions"]) == (4, 3)
    [left_out] = seen["excluded"]
    assert (left_out["reason"], left_out["reductions"]) == ("not_entrusted", 1)
    assert set(left_out["text"]) == {"en", "zh-CN"}
    mass = int(seen["eligible"]["saved_mg"])
    assert mass + int(left_out["saved_mg"]) == int(seen["whole"]["saved_mg"])
    for part in ("by_behaviour", "by_month", "by_region", "by_version"):
        assert sum(int(each["saved_mg"]) for each in seen[part]) == mass
    estimate = seen["estimate"]
    assert mass == (
        int(estimate["reserve_mg"])
        + int(estimate["issued_t"]) * 10**9
        + int(estimate["carried_out_mg"])
    )
    assert rows(market, "select 1 as one from bundle_entry") == []

    # Again, after something came: the numbers are today's, not added to those of before.
    entrust(market, stranger)
    assert http.post(f"{path}/preview", token=operator).status_code == 202
    drain(market)
    again = http.get(f"{path}/preview", token=operator).get_json()
    assert (again["eligible"]["reductions"], again["excluded"]) == (4, [])


def test_a_selection_says_what_it_left_out_and_both_are_the_whole(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    pooled_pv(market)
    provider = an_organisation(market, "provider")
    recorded(
        market,
        [a_pv_interval(a_person(market, provider), provider, "500")],
        now=NOW + timedelta(days=1),
    )
    operator = token_for("operator")
    path = f"/v1/bundles/{public('bdl', a_draft(market))}"
    assert code(http.get(f"{path}/exclusions", token=operator)) == "NOT_FOUND"
    assert http.post(f"{path}/select", token=operator).status_code == 202
    drain(market)
    seen = http.get(f"{path}/exclusions", token=operator).get_json()
    bundle = http.get(path, token=operator).get_json()
    assert seen["complete"]
    assert seen["eligible"]["reductions"] == bundle["reductions"] == 3
    assert seen["eligible"]["saved_mg"] == bundle["total_mg"]
    assert [each["reason"] for each in seen["excluded"]] == ["not_entrusted"]
    # What is selected is no draft, which alone is previewed.
    refused = http.post(f"{path}/preview", token=operator)
    assert (refused.status_code, code(refused)) == (409, "BUNDLE_STATE_CONFLICT")
    # The other bundle of the same days finds them taken.
    other = f"/v1/bundles/{public('bdl', a_draft(market))}"
    http.post(f"{other}/preview", token=operator)
    drain(market)
    told = http.get(f"{other}/preview", token=operator).get_json()["excluded"]
    assert [(each["reason"], each["reductions"]) for each in told] == [
        ("in_a_bundle", 3),
        ("not_entrusted", 1),
    ]


@pytest.mark.parametrize(("nth", "committed"), KILLS)
def test_a_killed_count_ends_as_if_it_had_not_been_killed(
    market: Wiring, nth: int, committed: bool
) -> None:
    actions = actions_of_many_months(market)
    draft, chosen = a_draft(market), selecting(market)
    assert killed(market.settings, names.PREVIEW_BUNDLE, draft, nth=nth, committed=committed)
    task(market, names.PREVIEW_BUNDLE, draft)
    assert killed(market.settings, names.SELECT_BUNDLE, chosen, nth=nth, committed=committed)
    task(market, names.SELECT_BUNDLE, chosen)
    for bundle_id, phase in ((draft, PREVIEW), (chosen, SELECTION)):
        found = run(market, outcomes, bundle_id, phase)
        assert {name: each.reductions for name, each in found.items()} == {ELIGIBLE: len(actions)}
