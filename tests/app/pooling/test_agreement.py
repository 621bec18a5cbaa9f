"""The store's SQL decides as the domain does: selected is eligible, kept may stay, leaf is leaf."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from app.ids import new_ids
from app.store.database import Connection
from app.store.pooling.fragments import LEAF
from app.store.pooling.sealing import sweep
from app.store.pooling.selecting import BundleWindow, select_window
from app.wiring import Wiring
from behaviours.civil_time import civil_day, day_ends_at, start_of_day
from rewards.pooling.documents import Conditions
from rewards.pooling.eligibility import (
    GrantedEntrustment,
    PoolCandidate,
    is_eligible,
    may_stay,
)
from rewards.pooling.sum_tree import leaf
from rewards.registry.unit_classes import UNIT_CLASSES
from tests.builders.market import NOW, pooled_pv, rows, run

VECTORS = [
    (UUID(int=0), UUID(int=0), 0),
    (UUID(int=1), UUID(int=2), 46_000),
    (UUID(int=2**128 - 1), UUID("0199b2c3-d4e5-7f00-8000-0000000000aa"), 2**63 - 1),
]
COPY = text(
    "insert into action select (jsonb_populate_record(a, cast(:changes as jsonb))).* from action a"
    " where action_id = :template"
)


@pytest.mark.parametrize(("salt", "action_id", "saved_mg"), VECTORS)
def test_a_leaf_has_the_same_hash_in_python_and_in_sql(
    market: Wiring, salt: UUID, action_id: UUID, saved_mg: int
) -> None:
    (row,) = rows(
        market,
        f"select {LEAF} as leaf from (select cast(:salt as uuid) as salt,"
        " cast(:action_id as uuid) as action_id, cast(:saved_mg as bigint) as saved_mg) one",
        salt=salt,
        action_id=action_id,
        saved_mg=saved_mg,
    )
    assert bytes(row["leaf"]) == leaf(salt, action_id, saved_mg).digest


def a_candidate(random: Random, at: datetime, zone: ZoneInfo) -> PoolCandidate:
    """A reduction that may or may not meet each of the conditions."""
    entrustments = tuple(
        GrantedEntrustment(
            random.choice((None, None, "gd.distributed_pv", "other")),
            date(2026, 1, 1),
            random.choice((date(2026, 2, 1), date(2026, 12, 31))),
            random.random() < 0.3,
        )
        for _ in range(random.randrange(4))
    )
    return PoolCandidate(
        methodology=random.choice(("gd.distributed_pv", "other")),
        action_class=random.choice(("project", "scene", "scene", "behaviour_only")),
        provenance=random.choice(("official", "secondary", "press")),
        region=random.choice(("CN-44", "CN-33", "CN-440300", "CN-330100")),
        vintage=random.choice((2026, 2026, 2026, 2025)),
        occurred_on=civil_day(at, zone),
        saved_mg=random.choice((0, 1, 5000)),
        entrustments=entrustments,
        covered_emitter=random.random() < 0.1,
        declared_elsewhere=random.random() < 0.1,
        is_reversed=random.random() < 0.1,
    )


def put(connection: Connection, statement: str, **given: object) -> None:
    connection.execute(text(statement), given)


def keep(
    connection: Connection, template: UUID, one: PoolCandidate, at: datetime, emitter: UUID
) -> UUID:
    """Write a candidate's rows; the id of its action."""
    action_id, person = new_ids(2)
    changes = {
        "action_id": action_id.hex,
        "participant_id": person.hex,
        "occurred_at": at.isoformat(),
        "ended_at": None,
        "methodology": one.methodology,
        "version": "9",
        "region": one.region,
        "action_class": one.action_class,
        "vintage": one.vintage,
        "provenance": one.provenance,
        "saved_mg": one.saved_mg,
    } | ({"provider_id": emitter.hex} if one.covered_emitter else {})
    connection.execute(COPY, {"changes": json.dumps(changes), "template": template})
    for each in one.entrustments:
        put(
            connection,
            "insert into contribution (participant_id, contribution_id, methodology,"
            " occurred_from, occurred_to, text_version, granted_at, withdrawn_at)"
            " values (:p, gen_random_uuid(), :m, :f, :t, 'x', :now, case when :w then :now end)",
            p=person,
            m=each.methodology,
            f=each.occurred_from,
            t=each.occurred_to,
            now=NOW,
            w=each.withdrawn,
        )
    if one.declared_elsewhere:
        put(
            connection,
            "insert into declared_reduction values (:p, :a, gen_random_uuid())",
            p=person,
            a=action_id,
        )
    if one.is_reversed:
        put(
            connection,
            "insert into reversal select (jsonb_populate_record(null::reversal,"
            " jsonb_build_object('participant_id', cast(:p as uuid), 'action_id',"
            " cast(:a as uuid), 'reason', 'x', 'reversed_by', 'x', 'reversed_at',"
            " cast(:now as timestamptz), 'saved_mg', 0, 'points_taken', 0,"
            " 'points_owed', 0))).*",
            p=person,
            a=action_id,
            now=NOW,
        )
    return action_id


def fill(
    connection: Connection, random: Random, template: UUID, zone: ZoneInfo
) -> dict[UUID, PoolCandidate]:
    """Random reductions of random people, one action each; what the domain knows of them."""
    (emitter,) = new_ids(1)
    put(
        connection,
        "insert into organisation select (jsonb_populate_record(o, cast(:c as jsonb))).*"
        " from organisation o where kind = 'provider' limit 1",
        c=json.dumps({"organisation_id": emitter.hex, "name": "e", "covered_emitter": True}),
    )
    found = {}
    for _ in range(400):
        at = datetime(2025, 12, 30, tzinfo=UTC) + timedelta(hours=random.randrange(24 * 190))
        one = a_candidate(random, at, zone)
        found[keep(connection, template, one, at, emitter)] = one
    return found


@pytest.mark.parametrize("unit_class", UNIT_CLASSES)
@pytest.mark.parametrize("seed", [1, 2])
def test_selected_is_eligible_and_what_stays_may_stay(
    shut: Wiring, seed: int, unit_class: str
) -> None:
    ((_, template),) = pooled_pv(shut, people=1)
    random, bundle_id = Random(seed), new_ids(1)[0]
    approvals = tuple(zip(("operator", "authority"), new_ids(2), strict=True))
    conditions = Conditions(
        random.choice((None, "gd.distributed_pv")),
        2026,
        random.choice((None, "CN-44")),
        date(2026, 1, 1),
        date(2026, 6, 30),
        unit_class,
    )
    zone = shut.zone

    def work(connection: Connection) -> None:
        known = fill(connection, random, template, zone)
        for role, user_id in approvals:
            connection.execute(
                text("insert into gate_approval values ('other', '9', :u, :r, 'x', :now)"),
                {"u": user_id, "r": role, "now": NOW},
            )
        select_window(
            connection,
            bundle_id,
            conditions,
            BundleWindow(
                start_of_day(conditions.occurred_from, zone),
                day_ends_at(conditions.occurred_to, zone),
            ),
            zone=zone,
        )
        expected = {
            action_id
            for action_id, one in known.items()
            if is_eligible(with_approvals(one), conditions)
        }
        assert taken(connection) - {template} == expected
        # Everybody whose action ends in a small digit withdraws.
        connection.execute(
            text(
                "update contribution set withdrawn_at = now() where participant_id in (select"
                " participant_id from action where right(action_id::text, 1) < '8')"
            )
        )
        sweep(connection, bundle_id, zone=zone)
        stay = {one for one in expected if one.hex[-1] >= "8" and may_stay(known[one])}
        assert taken(connection) - {template} == stay
        assert expected, "a comparison of nothing proves nothing"

    def with_approvals(one: PoolCandidate) -> PoolCandidate:
        return replace(one, approvals=approvals) if one.methodology == "other" else one

    def taken(connection: Connection) -> set[UUID]:
        return set(connection.execute(text("select action_id from bundle_entry")).scalars())

    run(shut, work)
