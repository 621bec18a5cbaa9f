"""Where people were: it holds what nobody can have done, is kept sealed and coarse, and forgotten.

Every programme here is the shipped one with a check of speed stated, or with none.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from app.store.audit.streams import PLACES_KEPT
from behaviours.retention import PLACES
from tests.app.recording.conftest import Scene
from tests.builders.at_once import at_once
from tests.builders.audit import broken_of
from tests.builders.civil import yesterday_morning
from tests.builders.people import Tokens
from tests.builders.places import (
    BEGAN,
    CANTON_STATION,
    CANTON_TOWER,
    PEKING,
    SHANGHAI,
    SHENZHEN,
    SPEED,
    WITH_PLACES,
)
from tests.builders.programmes import under
from tests.builders.retention import take_kind


@pytest.fixture(name="scene")
def _scene(make_scene: Callable[..., Scene]) -> Scene:
    return under(make_scene(scenes=WITH_PLACES), checks=SPEED)


def place(at: tuple[str, str]) -> dict[str, str]:
    return {"latitude": at[0], "longitude": at[1]}


def a_ride(
    scene: Scene,
    minute: int,
    start: tuple[str, str] | None = None,
    end: tuple[str, str] | None = None,
    **changes: Any,
) -> dict[str, Any]:
    """A metro ride of twenty minutes that begins so long after ``BEGAN``."""
    began = BEGAN + timedelta(minutes=minute)
    body = scene.body(
        occurred_at=began.isoformat(), ended_at=(began + timedelta(minutes=20)).isoformat()
    )
    for name, at in (("start_place", start), ("end_place", end)):
        if at:
            body[name] = place(at)
    return {**body, **changes}


def a_bag(scene: Scene, minute: int, at: tuple[str, str]) -> dict[str, Any]:
    """A shop where the person was at one moment."""
    return scene.body(
        behaviour="own_bag",
        occurred_at=(BEGAN + timedelta(minutes=minute)).isoformat(),
        quantities={"times": "1"},
        evidence={"receipt_no": secrets.token_hex(8)},
        start_place=place(at),
    )


def codes(action: dict[str, Any]) -> list[str]:
    return [each["code"] for each in action.get("why", [])]


def facts(action: dict[str, Any]) -> dict[str, str]:
    (why,) = action["why"]
    return {each["name"]: each["value"] for each in why["facts"]}


def report(scene: Scene, body: dict[str, Any], **options: Any) -> dict[str, Any]:
    answer = scene.report(body, **options)
    assert answer.status_code in (200, 201), answer.text
    return answer.json


def kept(scene: Scene) -> int:
    with scene.wiring.database.engine.connect() as connection:
        return connection.exec_driver_sql(
            "select count(*) from person_place where participant_id = %s", (scene.person,)
        ).scalar_one()


def test_nobody_is_in_two_places_of_one_region_faster_than_the_programme_says(
    scene: Scene,
) -> None:
    assert codes(report(scene, a_ride(scene, 0, CANTON_STATION, CANTON_TOWER))) == []
    # A hundred kilometres in five minutes, in the same province.
    held = report(scene, a_ride(scene, 25, SHENZHEN, SHENZHEN))
    assert (held["state"], codes(held)) == ("held", ["impossible_speed"])
    said = facts(held)
    assert (said["other_region"], said["time_between"]) == ("CN-44", "5")
    assert 80 < int(said["distance_at_least"]) < 95
    assert "too little time" in held["why"][0]["text"]["en"]
    assert "时间不足" in held["why"][0]["text"]["zh-CN"]
    # By the fast train, which takes half an hour, it can be.
    assert codes(report(scene, a_ride(scene, 90, CANTON_TOWER, CANTON_STATION))) == []


def test_where_a_ride_ends_is_where_the_next_begins_whatever_its_region(scene: Scene) -> None:
    # From Canton to Peking by air in three hours; ten minutes later in Peking.
    flown = a_ride(scene, 0, CANTON_STATION, PEKING)
    flown["ended_at"] = (BEGAN + timedelta(hours=3)).isoformat()
    assert codes(report(scene, flown)) == []
    assert codes(report(scene, a_ride(scene, 190, PEKING, PEKING, region="CN-11"))) == []
    # And not in Canton a minute after: the region alone would say so.
    assert codes(report(scene, a_ride(scene, 215, CANTON_TOWER, CANTON_TOWER))) == [
        "impossible_speed"
    ]


def test_of_one_without_a_place_its_region_is_all_that_is_known(scene: Scene) -> None:
    assert codes(report(scene, a_ride(scene, 0))) == []
    assert codes(report(scene, a_ride(scene, 25, SHENZHEN))) == []
    assert codes(report(scene, a_ride(scene, 50, PEKING, region="CN-11"))) == ["impossible_speed"]


def test_one_ride_is_no_faster_than_that_either(scene: Scene) -> None:
    held = report(scene, a_ride(scene, 0, CANTON_STATION, PEKING))
    assert codes(held) == ["impossible_speed"]
    assert facts(held)["time_between"] == "20"
    # Around the globe, exactly: the longest way that there is.
    opposite = ("-23.1497", "-66.7423")
    held = report(scene, a_ride(scene, 600, CANTON_STATION, opposite))
    assert 20_000 < int(facts(held)["distance_at_least"]) < 20_016


def test_who_carries_a_bag_home_was_at_the_shop(scene: Scene) -> None:
    assert codes(report(scene, a_bag(scene, 0, CANTON_TOWER))) == []
    assert codes(report(scene, a_bag(scene, 10, SHANGHAI))) == ["impossible_speed"]
    assert codes(report(scene, a_ride(scene, 12, PEKING, region="CN-11"))) == ["impossible_speed"]
    # Within a ride nobody knows where the person was.
    assert codes(report(scene, a_ride(scene, 900, CANTON_STATION, CANTON_TOWER))) == []
    assert codes(report(scene, a_bag(scene, 910, SHENZHEN))) == []


def test_what_a_meter_counts_is_not_where_the_person_is(
    make_scene: Callable[..., Scene],
) -> None:
    scene = under(make_scene(scenes=WITH_PLACES), checks=SPEED)
    scene.plant()
    began = yesterday_morning()
    report(scene, a_ride(scene, 0, CANTON_STATION, CANTON_TOWER))
    plant = scene.generation(began)
    plant["start_place"] = place(SHANGHAI)
    # Her plant may stand in Shanghai while she is in Canton.
    assert codes(report(scene, plant)) == []
    assert kept(scene) == 1


@pytest.mark.parametrize("backwards", [False, True])
def test_in_one_list_and_in_any_order_the_same_is_held(scene: Scene, backwards: bool) -> None:
    bodies = [
        a_ride(scene, 0, CANTON_STATION, CANTON_TOWER),
        a_ride(scene, 25, SHENZHEN, SHENZHEN),
        a_ride(scene, 120, SHENZHEN, SHENZHEN),
    ]
    if backwards:
        bodies.reverse()
    dry = scene.batch(*bodies, query="?dry_run=true").json["results"]
    done = scene.batch(*bodies).json["results"]
    held = [codes(each["action"]) for each in done]
    assert held == [codes(each["action"]) for each in dry]
    assert held == (
        [[], ["impossible_speed"], []] if not backwards else [[], [], ["impossible_speed"]]
    )
    assert kept(scene) == 3


def test_a_dry_run_alone_says_the_same_and_keeps_nothing(scene: Scene) -> None:
    report(scene, a_ride(scene, 0, CANTON_STATION, CANTON_TOWER))
    asked = a_ride(scene, 25, SHENZHEN, SHENZHEN)
    dry = report(scene, asked, query="?dry_run=true")
    assert codes(dry) == ["impossible_speed"]
    assert kept(scene) == 1
    assert report(scene, asked)["why"] == dry["why"]


def test_of_two_at_the_same_instant_one_is_held(scene: Scene) -> None:
    bodies = [a_bag(scene, 0, CANTON_TOWER), a_bag(scene, 1, SHANGHAI)]
    done = at_once([partial(report, scene, each) for each in bodies])
    assert sorted(map(codes, done)) == [[], ["impossible_speed"]]


def test_a_person_tells_her_own_places(scene: Scene) -> None:
    def shown(minutes_ago: int, at: tuple[str, str]) -> dict[str, Any]:
        began = datetime.now(UTC) - timedelta(minutes=minutes_ago)
        return scene.proven_ride(
            began,
            ride_id=secrets.token_hex(8),
            issuer="rides",
            start_place=place(at),
            end_place=place(at),
        )

    options = {"token": scene.person_token}
    first = report(scene, shown(50, ("30.6072", "114.4240")), **options)
    assert codes(first) == ["confirmation_required"]
    second = report(scene, shown(25, ("30.6919", "111.2865")), **options)
    assert codes(second) == ["confirmation_required", "impossible_speed"]
    assert kept(scene) == 2


def test_what_is_taken_back_was_nowhere(scene: Scene) -> None:
    first = report(scene, a_ride(scene, 0, PEKING, PEKING, region="CN-11"))
    assert kept(scene) == 1
    taken = scene.http.post(
        f"/v1/actions/{first['id']}/reversals",
        {"reason": "It was somebody else.", "reason_code": "wrong_person"},
        token=scene.provider_token,
    )
    assert taken.status_code == 201, taken.text
    assert kept(scene) == 0
    assert codes(report(scene, a_ride(scene, 25, CANTON_TOWER))) == []


def test_a_correction_is_not_compared_with_what_it_corrects(scene: Scene) -> None:
    wrong = report(scene, a_ride(scene, 0, PEKING, PEKING, region="CN-11"))
    right = a_ride(scene, 10, CANTON_STATION, CANTON_TOWER, supersedes=wrong["id"])
    assert codes(report(scene, right)) == []
    assert kept(scene) == 1


def test_what_was_held_and_refused_was_nowhere(scene: Scene, token_for: Tokens) -> None:
    report(scene, a_ride(scene, 0, CANTON_STATION, CANTON_TOWER))
    held = report(scene, a_ride(scene, 25, SHENZHEN, SHENZHEN))
    assert kept(scene) == 2
    looked_at = scene.http.post(
        f"/v1/actions/{held['id']}/confirm",
        {"outcome": "refuse", "reason": "Not there.", "reason_code": "not_done"},
        token=token_for("operator"),
    )
    assert looked_at.json["state"] == "refused_after_hold"
    assert kept(scene) == 1
    assert broken_of(scene.wiring, PLACES_KEPT, [scene.person], {}) == []


def is_a_number_of(text: str, number: str) -> bool:
    """Whether the text has the number's digits other than as the seconds of a moment."""
    return re.search(rf"(?<![\d:]){re.escape(number)}", text) is not None


def test_nobody_reads_where_somebody_was_but_the_person_in_her_export(
    scene: Scene, token_for: Tokens
) -> None:
    body = a_ride(scene, 0, CANTON_STATION, CANTON_TOWER)
    done = report(scene, body)
    held = report(scene, a_ride(scene, 25, SHENZHEN, SHENZHEN))
    exact = {*CANTON_TOWER, *CANTON_STATION, *SHENZHEN}
    for path, token in (
        (f"/v1/actions/{done['id']}", scene.provider_token),
        (f"/v1/actions/{held['id']}", scene.provider_token),
        (f"/v1/actions/{done['id']}/calculation", scene.provider_token),
        (f"/v1/actions/{done['id']}", token_for("operator")),
        ("/v1/holds?limit=100", token_for("operator")),
        ("/v1/holds?limit=100", scene.provider_token),
        ("/v1/me/actions", scene.person_token),
    ):
        shown = scene.http.get(path, token=token).text
        assert not any(is_a_number_of(shown, each) for each in (*exact, "23.11", "113.32", "22.61"))
    rows = scene.http.get("/v1/me/export", token=scene.person_token).json["rows"]["person_place"]
    # What is kept is what she reads: a hundredth of a degree.
    assert rows[0]["start_place"] == ["23.15", "113.26"]
    assert rows[0]["end_place"] == ["23.11", "113.32"]
    with scene.wiring.database.engine.connect() as connection:
        for table in ("action", "waiting_action", "action_hold", "person_place", "person_interval"):
            for each in ("23.11", "113.32", *exact):
                found = connection.exec_driver_sql(
                    f"select count(*) from {table} t where participant_id = %s and t::text like %s",
                    (scene.person, f"%{each}%"),
                ).scalar_one()
                assert found == 0, (table, each)


def test_it_is_forgotten_after_the_days_that_the_programme_says(scene: Scene) -> None:
    stated = under(scene, checks='{impossible_speed: {km_per_hour: "900", keep_places_days: "2"}}')
    assert stated.http.get("/v1/programme").json["checks"]["impossible_speed"] == {
        "km_per_hour": 900,
        "keep_places_days": 2,
    }
    report(stated, a_ride(stated, 0, CANTON_STATION))
    now = stated.wiring.clock.now()
    purge = partial(take_kind, stated.wiring, PLACES)
    purge(now=now + timedelta(days=2) - timedelta(minutes=5))
    assert kept(stated) == 1
    assert purge(now=now + timedelta(days=2, minutes=5)) >= 1
    assert kept(stated) == 0
    # The region is still known.
    assert codes(report(stated, a_ride(stated, 25, PEKING, region="CN-11"))) == ["impossible_speed"]


def test_who_leaves_takes_it_along(scene: Scene) -> None:
    report(scene, a_ride(scene, 0, CANTON_STATION, CANTON_TOWER))
    left = scene.http.delete("/v1/me", token=scene.person_token, key=secrets.token_hex(8))
    assert left.status_code in (200, 202, 204), left.text
    assert kept(scene) == 0


def test_nothing_is_kept_where_the_programme_does_not_ask(
    make_scene: Callable[..., Scene],
) -> None:
    scene = make_scene(scenes=WITH_PLACES)
    assert codes(report(scene, a_ride(scene, 0, CANTON_STATION, PEKING))) == []
    scene.batch(*(a_ride(scene, 30 * each, SHENZHEN) for each in range(1, 4)))
    assert kept(scene) == 0
