"""One device, one content or one quarter of an hour for many people, and one person in two places.

Each is held and explained where the programme states a check, in whatever order and however many
come at once; nothing is asked where it states none.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from app.commands.import_ import import_
from app.ids import public
from app.settings import Settings
from app.usecases.recording import hold_by_signals
from app.wiring import Wiring
from behaviours.retention import SIGHTINGS
from tests.app.recording.conftest import Scene
from tests.builders.at_once import at_once
from tests.builders.people import Tokens, a_participant, agreed_long_ago, an_organisation
from tests.builders.programmes import text_stating, under
from tests.builders.retention import take_kind

TWO_A_DEVICE = '{same_device: {people: "2"}}'
TWO_A_CONTENT = '{same_evidence: {behaviours: [{behaviour: bike_ride, people: "2"}]}}'
# A span of a whole day, so that no test runs across its end.
TWO_TOGETHER = '{enrolled_together: {people: "2", minutes: "1440"}}'
SPEED = '{impossible_speed: {km_per_hour: "900"}}'


@pytest.fixture(name="scene")
def _scene(make_scene: Callable[..., Scene]) -> Scene:
    return make_scene()


def a_person(scene: Scene) -> str:
    """Somebody else of the provider, who agreed to everything long ago."""
    person = a_participant(scene.wiring, provider_id=scene.provider)
    return public("par", agreed_long_ago(scene.wiring, person))


def a_ride_of(scene: Scene, person: str, **changes: Any) -> dict[str, Any]:
    mark = secrets.token_hex(8)
    given = {"participant_id": person, "external_id": mark, "evidence": {"ride_id": mark}}
    return scene.body(**{**given, **changes})


def a_bike_ride_of(scene: Scene, person: str, **changes: Any) -> dict[str, Any]:
    began = datetime.now(UTC).replace(second=20, microsecond=0) - timedelta(hours=2)
    given = {
        "behaviour": "bike_ride",
        "occurred_at": began.isoformat(),
        "ended_at": (began + timedelta(minutes=20)).isoformat(),
        "quantities": {"distance_km": "3.27"},
    }
    return a_ride_of(scene, person, **{**given, **changes})


def sent(scene: Scene, *bodies: dict[str, Any], query: str = "") -> list[dict[str, Any]]:
    results = scene.batch(*bodies, query=query).json["results"]
    return [each["action"] for each in results]


def codes(action: dict[str, Any]) -> list[str]:
    return [each["code"] for each in action.get("why", [])]


def facts(action: dict[str, Any]) -> dict[str, str]:
    (why,) = action["why"]
    return {each["name"]: each["value"] for each in why["facts"]}


def sightings(scene: Scene) -> int:
    with scene.wiring.database.engine.connect() as connection:
        return connection.exec_driver_sql(
            "select count(*) from sighting s join participant p using (participant_id)"
            " where p.enrolled_by = %s",
            (scene.provider,),
        ).scalar_one()


def test_from_one_person_too_many_on_all_of_a_device_is_held(
    scene: Scene, token_for: Tokens
) -> None:
    scene = under(scene, checks=TWO_A_DEVICE)
    people, device = [a_person(scene) for _ in range(3)], secrets.token_hex(8)
    done = [
        scene.report(a_ride_of(scene, person, device=device)).json
        for person in (people[0], people[1], people[0], people[2], people[0])
    ]
    assert [each["state"] for each in done] == ["quantified"] * 3 + ["held"] * 2
    assert all(codes(each) == ["same_device"] for each in done[3:])
    assert facts(done[3])["people"] == "3"
    assert facts(done[3])["people_at_most"] == "2"
    assert facts(done[3])["device"] == facts(done[4])["device"]
    texts = done[3]["why"][0]["text"]
    assert "one device" in texts["en"]
    assert "同一设备" in texts["zh-CN"]
    assert (done[3]["points"]["awarded"], done[3]["points"]["if_confirmed"]) == (0, 46)
    held = {
        each["id"]: each
        for state in ("held",)
        for each in scene.http.get(
            f"/v1/holds?state={state}&limit=100", token=scene.provider_token
        ).json["data"]
    }
    assert held[done[3]["id"]]["why"] == done[3]["why"]
    looked_at = scene.http.post(
        f"/v1/actions/{done[3]['id']}/confirm",
        {"outcome": "confirm", "reason": "A family's tablet."},
        token=token_for("operator"),
    ).json
    assert (looked_at["state"], looked_at["points"]["awarded"]) == ("quantified", 46)


def test_another_device_another_provider_and_none_share_nothing(
    make_scene: Callable[..., Scene],
) -> None:
    one, other = (under(make_scene(), checks=TWO_A_DEVICE) for _ in range(2))
    device = secrets.token_hex(8)
    for scene in (one, other):
        people = [a_person(scene) for _ in range(3)]
        assert {
            each["state"]
            for each in sent(scene, *(a_ride_of(scene, each, device=device) for each in people[:2]))
        } == {"quantified"}
        for changes in ({"device": secrets.token_hex(8)}, {}):
            assert scene.report(a_ride_of(scene, people[2], **changes)).json["state"] == (
                "quantified"
            )


def test_a_device_is_kept_and_shown_nowhere(scene: Scene, token_for: Tokens) -> None:
    scene = under(scene, checks='{same_device: {people: "1"}}')
    device = f"tablet-{secrets.token_hex(8)}"
    scene.report(a_ride_of(scene, a_person(scene), device=device))
    held = scene.report(scene.body(device=device)).json
    assert codes(held) == ["same_device"]
    for path, token in (
        (f"/v1/actions/{held['id']}", scene.provider_token),
        (f"/v1/actions/{held['id']}/calculation", scene.provider_token),
        ("/v1/me/export", scene.person_token),
        ("/v1/holds?limit=100", token_for("operator")),
    ):
        assert device not in scene.http.get(path, token=token).text
    with scene.wiring.database.engine.connect() as connection:
        for table in ("action", "waiting_action", "action_hold", "sighting", "sighting_day"):
            found = connection.exec_driver_sql(
                f"select count(*) from {table} t where t::text like %s", (f"%{device}%",)
            ).scalar_one()
            assert found == 0, table


@pytest.mark.parametrize("device", ["", "x" * 257, None, 7, "tab\tlet"])
def test_what_is_no_text_is_no_device(scene: Scene, device: object) -> None:
    problem = scene.report(scene.body(device=device))
    assert problem.status_code == 422
    assert problem.json["errors"][0]["pointer"] == "/device"


def test_a_person_names_no_device(scene: Scene) -> None:
    body = scene.body(device="mine")
    del body["participant_id"]
    problem = scene.report(body, token=scene.person_token)
    assert (problem.status_code, problem.json["errors"][0]["pointer"]) == (422, "/device")


def test_a_dry_run_says_the_same_and_counts_nobody(scene: Scene) -> None:
    scene = under(scene, checks=TWO_A_DEVICE)
    people, device = [a_person(scene) for _ in range(4)], secrets.token_hex(8)
    scene.report(a_ride_of(scene, people[0], device=device))
    bodies = [a_ride_of(scene, each, device=device) for each in people]
    expected = ["quantified", "quantified", "held", "held"]
    before = sightings(scene)
    dry = sent(scene, *bodies, query="?dry_run=true")
    assert [each["state"] for each in dry] == expected
    assert sightings(scene) == before == 1
    assert [each["state"] for each in sent(scene, *bodies)] == expected


def test_what_is_refused_is_not_seen(scene: Scene) -> None:
    scene = under(scene, checks=TWO_A_DEVICE)
    device = secrets.token_hex(8)
    body = a_ride_of(scene, a_person(scene), device=device)
    assert scene.report(body).json["state"] == "quantified"
    results = scene.batch(
        *(dict(body, external_id=secrets.token_hex(8)) for _ in range(3)),
        dict(body, device=secrets.token_hex(8)),
    ).json["results"]
    assert {each["status"] for each in results} == {409}
    assert sightings(scene) == 1


def test_the_same_content_for_many_people_is_held(scene: Scene) -> None:
    scene = under(scene, checks=TWO_A_CONTENT)
    people = [a_person(scene) for _ in range(5)]
    same = [a_bike_ride_of(scene, each) for each in people]
    # In the same minute, and the same number written otherwise.
    same[2]["quantities"] = {"distance_km": "3.270"}
    moved = datetime.fromisoformat(same[2]["occurred_at"]) + timedelta(seconds=15)
    same[2]["occurred_at"] = moved.isoformat()
    done = sent(scene, *same[:3])
    assert [each["state"] for each in done] == ["quantified", "quantified", "held"]
    assert codes(done[2]) == ["same_evidence"]
    assert facts(done[2])["people"] == "3"
    others = [
        a_bike_ride_of(scene, people[3], quantities={"distance_km": "3.28"}),
        # A behaviour that the check does not name.
        *(a_ride_of(scene, each, occurred_at=same[0]["ended_at"]) for each in people[3:]),
    ]
    assert {each["state"] for each in sent(scene, *others)} == {"quantified"}
    assert codes(scene.report(a_bike_ride_of(scene, people[4])).json) == ["same_evidence"]


def test_many_who_just_enrolled_are_held_and_others_are_not(scene: Scene) -> None:
    scene = under(scene, checks=TWO_TOGETHER)
    new = [a_person(scene) for _ in range(3)]
    done = sent(scene, *(a_ride_of(scene, each) for each in new))
    assert [each["state"] for each in done] == ["quantified", "quantified", "held"]
    assert codes(done[2]) == ["enrolled_together"]
    assert facts(done[2])["within"] == "1440"
    old = a_person(scene)
    with scene.wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "update participant set enrolled_at = enrolled_at - interval '2 days'"
            " where participant_id = %s",
            (old.removeprefix("par_"),),
        )
    assert scene.report(a_ride_of(scene, old)).json["state"] == "quantified"


def test_nobody_is_in_two_places_faster_than_the_programme_says(scene: Scene) -> None:
    scene = under(scene, checks=SPEED)
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=40)

    def ride(hours: int, region: str) -> dict[str, Any]:
        return scene.body(occurred_at=(began + timedelta(hours=hours)).isoformat(), region=region)

    # Canton, an hour later Peking, which is held; a day later it can be.
    canton, peking = scene.report(ride(0, "CN-44")).json, scene.report(ride(1, "CN-11")).json
    assert canton["state"] == "quantified"
    assert codes(peking) == ["impossible_speed"]
    said = facts(peking)
    assert (said["other_region"], said["speed_at_most"]) == ("CN-44", "900")
    assert 1000 < int(said["distance_at_least"]) < 1890
    assert scene.report(ride(24, "CN-11")).json["state"] == "quantified"
    # What waits was somewhere, too; and who is next door may have crossed the border.
    assert codes(scene.report(ride(2, "CN-65")).json) == ["impossible_speed"]
    assert scene.report(ride(-2, "CN-45")).json["state"] == "quantified"
    # Told backwards, and within one list.
    listed = sent(scene, ride(32, "CN-44"), ride(31, "CN-11"), ride(33, "CN-44"))
    assert [codes(each) for each in listed] == [[], ["impossible_speed"], []]


def test_what_needs_nobody_there_is_in_any_region(scene: Scene) -> None:
    scene = under(scene, checks=SPEED)
    assert scene.report(scene.body()).json["state"] == "quantified"
    meal = scene.body(
        behaviour="no_disposable_tableware",
        region="CN-11",
        quantities={"orders": "1"},
        evidence={"order_id": secrets.token_hex(8)},
    )
    assert scene.report(meal).json["state"] == "quantified"


@pytest.mark.parametrize("size", [1, 3])
def test_requests_at_the_same_instant_never_share_what_room_there_is(
    scene: Scene, size: int
) -> None:
    scene = under(
        scene,
        checks='{same_device: {people: "6"}, enrolled_together: {people: "200", minutes: "1440"}}',
    )
    device = secrets.token_hex(8)
    lists = [[a_person(scene) for _ in range(size)] for _ in range(8)]

    def send(people: list[str]) -> int:
        done = sent(scene, *(a_ride_of(scene, each, device=device) for each in people))
        assert all(codes(each) in ([], ["same_device"]) for each in done)
        return sum(each["state"] == "quantified" for each in done)

    assert sum(at_once([partial(send, people) for people in lists])) == 6


def test_many_devices_in_shuffled_lists_at_once_wait_in_turn(scene: Scene) -> None:
    scene = under(scene, checks='{same_device: {people: "4"}}')
    devices = [secrets.token_hex(8) for _ in range(12)]

    def send(turn: int) -> int:
        person = a_person(scene)
        shuffled = devices[turn:] + devices[:turn]
        done = sent(scene, *(a_ride_of(scene, person, device=each) for each in shuffled))
        return sum(each["state"] == "quantified" for each in done)

    assert sum(at_once([partial(send, turn) for turn in range(6)])) == 4 * len(devices)


def test_without_a_check_nothing_is_asked_and_with_one_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    look_around = hold_by_signals.look_around

    def count(connection: Any, marks: Any, rides: Any, **options: Any) -> Any:
        asked.append(len(marks) + len(rides))
        return look_around(connection, marks, rides, **options)

    monkeypatch.setattr(hold_by_signals, "look_around", count)
    scene.batch(*(scene.body(device="d") for _ in range(3)))
    stated = under(scene, checks=TWO_A_DEVICE)
    stated.batch(*(stated.body() for _ in range(3)))
    assert asked == []
    both = under(stated, checks=f"{TWO_A_DEVICE[:-1]}, {SPEED[1:]}")
    both.batch(*(both.body(device="d") for _ in range(3)))
    assert asked == [6]


def test_what_was_seen_is_forgotten_after_the_next_day(scene: Scene) -> None:
    scene = under(scene, checks=TWO_A_DEVICE)
    scene.report(scene.body(device="d"))
    now = scene.wiring.clock.now()
    purge = partial(take_kind, scene.wiring, SIGHTINGS)
    purge(now=now + timedelta(days=1))
    assert sightings(scene) == 1
    assert purge(now=now + timedelta(days=2)) >= 1
    assert sightings(scene) == 0


def test_the_programme_says_what_it_checks(scene: Scene) -> None:
    assert scene.http.get("/v1/programme").json["checks"] == {
        "same_device": None,
        "same_evidence": None,
        "enrolled_together": None,
        "impossible_speed": None,
    }
    parts = (TWO_A_DEVICE, TWO_A_CONTENT, TWO_TOGETHER, SPEED)
    stated = under(scene, checks=f"{{{', '.join(each[1:-1] for each in parts)}}}")
    assert stated.http.get("/v1/programme").json["checks"] == {
        "same_device": {"people": 2},
        "same_evidence": {
            "people": None,
            "behaviours": [{"behaviour": "bike_ride", "people": 2}],
        },
        "enrolled_together": {"people": 2, "minutes": 1440},
        "impossible_speed": {"km_per_hour": 900, "keep_places_days": 30},
    }


def test_a_file_names_devices_too(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, wiring: Wiring, tmp_path: Path
) -> None:
    programme = tmp_path / "programme.yaml"
    programme.write_text(text_stating(checks='{same_device: {people: "1"}}'), "utf-8")
    monkeypatch.setenv("DATABASE_URL", settings.database_url or "")
    monkeypatch.setenv("REDIS_URL", settings.redis_url or "")
    monkeypatch.setenv("TANPUHUI_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("TANPUHUI_PROGRAMME", str(programme))
    mapping, rides = tmp_path / "rides.yaml", tmp_path / "rides.csv"
    mapping.write_text(
        "source: {format: csv}\nperson: '{who}'\nrecords:\n"
        "  - behaviour: metro_ride\n    region: CN-44\n    external_id: '{id}'\n"
        "    occurred_at: '{at}'\n    quantities: {trips: '1'}\n"
        "    evidence: {ride_id: '{id}'}\n    device: '{gate}'\n",
        "utf-8",
    )
    at, mark = (datetime.now(UTC) - timedelta(hours=1)).isoformat(), secrets.token_hex(6)
    rides.write_text(
        "who,id,at,gate\n"
        + "".join(
            f"{mark}-{who},{mark}-{number},{at},{gate}\n"
            for number, (who, gate) in enumerate(
                [("a", "g1"), ("b", "g1"), ("c", ""), ("d", ""), ("e", "g2"), ("f", "x" * 300)]
            )
        ),
        "utf-8",
    )
    arguments = (
        rides, "--mapping", mapping, "--provider", public("org", an_organisation(wiring)),
        "--enrol", "--consent-text", "2026-01", "--consent-since", "2026-01-01T00:00:00+08:00",
        "--json",
    )  # fmt: skip
    result = CliRunner().invoke(import_, [str(one) for one in arguments])
    assert result.stdout, result.stderr
    counts = json.loads(result.stdout)
    assert (counts["recorded"], counts["held"]) == (5, 1)
    assert counts["refused"] == {"INVALID_DEVICE": 1}
