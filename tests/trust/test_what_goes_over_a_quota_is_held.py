"""What goes over a provider's quota of the day is held and explained, never lost; none is shared.

Every programme here is the shipped one with quotas stated, around the parts that the tests share.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from app.store.audit.streams import PROVIDER_DAYS
from app.usecases.recording import hold_over_quota
from tests.app.recording.conftest import Scene
from tests.builders.actions import a_ride, recording
from tests.builders.audit import broken_of
from tests.builders.civil import yesterday_morning
from tests.builders.households import a_household
from tests.builders.people import Tokens, a_participant
from tests.builders.programmes import under

ZONE = {"zone": "Asia/Shanghai"}


def own(scene: Scene, actions_per_day: int) -> str:
    return (
        f'{{providers: [{{provider: org_{scene.provider.hex}, actions_per_day: "{actions_per_day}"'
        "}]}"
    )


@pytest.fixture(name="scene")
def _scene(make_scene: Callable[..., Scene]) -> Scene:
    return make_scene()


def states(answers: list[dict[str, Any]]) -> list[str]:
    return [each["action"]["state"] for each in answers]


def alarms_of(scene: Scene, token: str) -> list[dict[str, Any]]:
    path = "/v1/quota-alarms?limit=100"
    rows = scene.http.get(path, token=token).json["data"]
    return [each for each in rows if each["provider_id"] == f"org_{scene.provider.hex}"]


def counted(scene: Scene) -> int:
    with scene.wiring.database.engine.connect() as connection:
        return connection.exec_driver_sql(
            "select coalesce(sum(actions), 0)::bigint from provider_day where provider_id = %s",
            (scene.provider,),
        ).scalar_one()


def test_what_goes_over_the_quota_is_held_in_order_and_says_why(scene: Scene) -> None:
    scene = under(scene, quotas=own(scene, 3))
    results = scene.batch(*(scene.body() for _ in range(5))).json["results"]
    assert states(results) == ["quantified"] * 3 + ["held"] * 2
    held = results[3]["action"]
    (why,) = held["why"]
    assert why["code"] == "quota"
    assert why["facts"][0] == {"name": "actions_per_day", "value": "3", "unit": ""}
    assert why["facts"][1]["name"] == "day"
    assert "more actions that day" in why["text"]["en"]
    assert "限额" in why["text"]["zh-CN"]
    assert (held["points"]["awarded"], held["points"]["if_confirmed"]) == (0, 46)
    single = scene.report().json
    assert (single["state"], single["why"][0]["code"]) == ("held", "quota")
    assert (
        scene.http.get(f"/v1/actions/{single['id']}", token=scene.provider_token).json["why"]
        == single["why"]
    )
    assert counted(scene) == 3


def own_kg(scene: Scene, kg: int) -> str:
    return f'{{providers: [{{provider: org_{scene.provider.hex}, kg_per_day: "{kg}"}}]}}'


def a_bag(scene: Scene, kilograms: str) -> dict[str, Any]:
    """Old clothes: 3.6 kg CO2e saved for each of theirs."""
    return scene.body(
        behaviour="clothing_recycling",
        quantities={"mass_kg": kilograms},
        evidence={"weigh_ticket_no": secrets.token_hex(8)},
    )


def test_what_saves_more_than_the_quota_of_mass_is_held(scene: Scene, token_for: Tokens) -> None:
    dry = scene.report(a_bag(scene, "5"), query="?dry_run=true")
    worth = Decimal(dry.json["reduction"]["reduction_kg"])
    quota = int(worth) * 2
    scene = under(scene, quotas=own_kg(scene, quota))
    # Not quite two bags of five: what comes after one that was too much may fit.
    done = [scene.report(a_bag(scene, each)).json for each in ("5", "6", "2")]
    assert [each["state"] for each in done] == ["quantified", "held", "quantified"]
    (why,) = done[1]["why"]
    assert why["code"] == "mass_quota"
    assert why["facts"][0] == {"name": "mass_per_day", "value": str(quota), "unit": "kg"}
    assert "saves more" in why["text"]["en"]
    assert "减排量" in why["text"]["zh-CN"]
    (alarm,) = alarms_of(scene, token_for("operator"))
    assert (alarm["actions"], alarm["actions_per_day"]) == (1, None)
    assert Decimal(alarm["kg_per_day"]) == quota
    assert broken_of(scene.wiring, PROVIDER_DAYS, [scene.provider], ZONE) == []
    shown = scene.http.get("/v1/programme").json["quotas"]
    assert shown["providers"] == [
        {
            "provider_id": f"org_{scene.provider.hex}",
            "actions_per_day": None,
            "kg_per_day": str(quota),
        }
    ]


@pytest.mark.parametrize("size", [1, 2])
def test_no_two_requests_share_what_mass_there_is(scene: Scene, size: int) -> None:
    scene = under(scene, quotas=own_kg(scene, 1))
    people = [a_participant(scene.wiring, provider_id=scene.provider) for _ in range(8)]
    mg = recording(scene.wiring, [a_ride(people[0], scene.provider)], dry_run=True)[0]
    each_mg = mg.reduction.saved_mg  # type: ignore[union-attr]
    room = 10**6 // each_mg

    def send(person: UUID) -> int:
        at = datetime.now(UTC) - timedelta(minutes=30)
        rides = [
            a_ride(person, scene.provider, occurred_at=at - timedelta(minutes=10 * number))
            for number in range(4)
        ]
        answers = []
        for begin in range(0, len(rides), size):
            some = rides[begin : begin + size]
            answers += recording(scene.wiring, some, terms=scene.wiring.wait_terms)
        return sum(each.standing.state == "quantified" for each in answers)  # type: ignore[union-attr]

    with ThreadPoolExecutor(len(people)) as pool:
        credited = sum(pool.map(send, people))
    assert credited == min(room, 32)
    assert room < 32, "otherwise nothing was held"
    assert broken_of(scene.wiring, PROVIDER_DAYS, [scene.provider], ZONE) == []


def test_what_is_taken_back_keeps_its_place_of_the_day(scene: Scene) -> None:
    scene = under(scene, quotas=own(scene, 2))
    first = scene.report().json
    back = scene.http.post(
        f"/v1/actions/{first['id']}/reversals", {"reason": "Twice"}, token=scene.provider_token
    )
    assert back.status_code < 300, back.json
    assert scene.report().json["state"] == "quantified"
    assert scene.report().json["state"] == "held"
    assert counted(scene) == 2
    assert broken_of(scene.wiring, PROVIDER_DAYS, [scene.provider], ZONE) == []


def test_the_audit_names_a_day_that_does_not_add_up(scene: Scene) -> None:
    scene = under(scene, quotas=own(scene, 5))
    scene.batch(*(scene.body() for _ in range(7)))
    assert broken_of(scene.wiring, PROVIDER_DAYS, [scene.provider], ZONE) == []
    with scene.wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "update provider_day set saved_mg = saved_mg - 1 where provider_id = %s",
            (scene.provider,),
        )
    (named,) = broken_of(scene.wiring, PROVIDER_DAYS, [scene.provider], ZONE)
    assert named.startswith(f"org_{scene.provider.hex} ")
    with scene.wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "update provider_day set saved_mg = saved_mg + 1 where provider_id = %s",
            (scene.provider,),
        )


def test_what_was_held_is_looked_at_and_credited_by_an_operator(
    scene: Scene, token_for: Tokens
) -> None:
    scene = under(scene, quotas=own(scene, 1))
    assert scene.report().json["state"] == "quantified"
    held = scene.report().json
    operator = token_for("operator")
    confirmed = scene.http.post(
        f"/v1/actions/{held['id']}/confirm",
        {"outcome": "confirm", "reason": "A day of a free metro."},
        token=operator,
    )
    assert confirmed.status_code == 200, confirmed.text
    assert confirmed.json["state"] == "quantified"
    assert confirmed.json["points"]["awarded"] == 46


def test_a_repeat_of_what_was_held_is_a_repeat_and_uses_nothing(scene: Scene) -> None:
    scene = under(scene, quotas=own(scene, 2))
    body = scene.body()
    assert scene.report(body).json["state"] == "quantified"
    assert scene.report(body).json["code"] == "DUPLICATE_ACTION"
    assert scene.report().json["state"] == "quantified"
    assert scene.report().json["state"] == "held"


def test_old_days_reported_today_are_of_today(scene: Scene) -> None:
    scene = under(scene, quotas=own(scene, 2))
    long_ago = [
        scene.body(occurred_at=(datetime.now(UTC) - timedelta(days=day)).isoformat())
        for day in (3, 2, 1)
    ]
    results = scene.batch(*long_ago).json["results"]
    assert states(results) == ["quantified", "quantified", "held"]


def test_a_dry_run_says_the_same_and_counts_nothing(scene: Scene) -> None:
    scene = under(scene, quotas=own(scene, 1))
    bodies = [scene.body(), scene.body()]
    dry = scene.batch(*bodies, query="?dry_run=true").json["results"]
    assert states(dry) == ["quantified", "held"]
    assert counted(scene) == 0
    assert states(scene.batch(*bodies).json["results"]) == ["quantified", "held"]


def test_who_is_not_named_has_the_default_and_without_one_no_limit(
    make_scene: Callable[..., Scene],
) -> None:
    named, other = make_scene(), make_scene()
    stated = own(named, 3)[1:-1]
    named, under_default = (
        under(each, quotas=f'{{actions_per_day: "1", {stated}}}') for each in (named, other)
    )
    for scene, expected in ((named, 3), (under_default, 1)):
        results = scene.batch(*(scene.body() for _ in range(4))).json["results"]
        assert states(results).count("quantified") == expected
    free = under(under_default, quotas=f"{{{stated}}}")
    assert free.report().json["state"] == "quantified"
    assert counted(free) == 1, "of who has no quota nothing is counted"


def test_operators_are_told_once_a_day_at_the_stated_share(scene: Scene, token_for: Tokens) -> None:
    scene = under(scene, quotas=f'{own(scene, 4)[:-1]}, alarm_at_per_mille: "500"}}')
    operator = token_for("operator")
    scene.report()
    assert alarms_of(scene, operator) == []
    scene.report()
    (alarm,) = alarms_of(scene, operator)
    assert (alarm["actions"], alarm["actions_per_day"]) == (2, 4)
    assert alarm["id"].startswith("qal_")
    for _ in range(4):
        scene.report()
    assert alarms_of(scene, operator) == [alarm]
    assert alarms_of(scene, token_for("authority")) == [alarm]
    for token in (scene.provider_token, scene.person_token):
        assert scene.http.get("/v1/quota-alarms", token=token).status_code == 403


@pytest.mark.parametrize("at_once", [1, 5])
def test_lists_at_the_same_instant_never_share_what_room_there_is(
    scene: Scene, at_once: int
) -> None:
    quota, lists = 12, 8
    wiring = under(scene, quotas=own(scene, quota)).wiring
    people = [a_participant(wiring, provider_id=scene.provider) for _ in range(lists)]

    def send(person: UUID) -> int:
        rides = [
            a_ride(
                person,
                scene.provider,
                occurred_at=datetime.now(UTC) - timedelta(minutes=10 * number + 30),
                evidence={"ride_id": secrets.token_hex(8)},
            )
            for number in range(at_once * 2)
        ]
        answers = []
        for begin in range(0, len(rides), at_once):
            answers += recording(wiring, rides[begin : begin + at_once], terms=wiring.wait_terms)
        return sum(each.standing.state == "quantified" for each in answers)  # type: ignore[union-attr]

    with ThreadPoolExecutor(lists) as pool:
        credited = sum(pool.map(send, people))
    assert credited == min(quota, lists * at_once * 2)
    assert counted(scene) == credited


def test_a_single_action_with_room_takes_no_lock(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    locked: list[Any] = []
    monkeypatch.setattr(
        hold_over_quota, "lock_provider_days", lambda _, providers: locked.append(providers)
    )
    scene = under(scene, quotas=own(scene, 1000))
    assert scene.report().json["state"] == "quantified"
    assert not locked
    scene.batch(scene.body(), scene.body())
    assert locked == [[scene.provider.hex]]


def test_what_a_household_shares_is_one_action_with_the_mass_of_the_whole(scene: Scene) -> None:
    scene = under(scene, quotas=own(scene, 1))
    scene.plant()
    other = a_participant(scene.wiring, provider_id=scene.provider)
    stranger = a_participant(scene.wiring, provider_id=scene.provider, scenes=())
    a_household(scene.wiring, {scene.person: 3_333, other: 3_333, stranger: 3_334})
    morning = yesterday_morning()
    first = scene.report(scene.generation(morning)).json
    assert (first["state"], first["household"]["parts"]) == ("quantified", 3_333)
    held = scene.report(scene.generation(morning + timedelta(hours=1))).json
    assert held["state"] == "held"
    assert counted(scene) == 1
    assert broken_of(scene.wiring, PROVIDER_DAYS, [scene.provider], ZONE) == []
