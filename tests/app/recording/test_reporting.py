"""Reporting an action: what is answered, and what the books hold afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from app.usecases.recording.record import Recorded
from tests.app.recording.conftest import Scene
from tests.builders.actions import a_ride, recording
from tests.builders.civil import yesterday_morning
from tests.builders.people import Tokens, an_organisation


def test_a_ride_is_answered_with_its_grams_and_points(scene: Scene) -> None:
    body = scene.body()
    answer = scene.report(body)
    assert answer.status_code == 201
    action = answer.json
    assert action["id"].startswith("act_")
    assert action["state"] == "quantified"
    assert action["participant_id"] == body["participant_id"]
    assert action["external_id"] == body["external_id"]
    reduction, points = action["reduction"], action["points"]
    assert reduction["id"].removeprefix("red_") == action["id"].removeprefix("act_")
    assert reduction["reduction_kg"] == "0.046000"
    assert reduction["methodology"] == "bj.low_carbon_travel@2024-2"
    assert reduction["digest"].startswith("sha256:")
    assert (reduction["provenance"], reduction["class"]) == ("press", "scene")
    assert reduction["state"] == "pending"
    assert points["awarded"] == 46
    assert points["limited_by"] is None
    assert points["available_at"] < points["expires_at"]


def test_what_was_answered_can_be_read_again(scene: Scene) -> None:
    recorded = scene.report().json
    read = scene.http.get(f"/v1/actions/{recorded['id']}", token=scene.provider_token)
    assert read.status_code == 200
    assert read.json == recorded


def test_a_dry_run_answers_the_same_and_writes_nothing(scene: Scene) -> None:
    body = scene.body()
    before = scene.rows()
    dry = scene.report(body, query="?dry_run=true")
    assert dry.status_code == 200
    assert scene.rows() == before
    answered, real = dry.json, scene.report(body).json
    for answer in (answered, real):
        answer.pop("recorded_at")
        answer.pop("id")
        answer["reduction"].pop("id")
    assert answered == real


def test_a_dry_run_of_a_metered_action_makes_no_meter(scene: Scene) -> None:
    def meters() -> int:
        with scene.wiring.database.engine.connect() as connection:
            return int(connection.exec_driver_sql("select count(*) from meter").scalar_one())

    before = meters()
    scene.plant()
    with scene.wiring.database.engine.begin() as connection:
        # As of a plant of an earlier release: registering one makes its meter now.
        connection.exec_driver_sql(
            "delete from meter m where not exists"
            " (select from meter_interval i where i.meter_digest = m.meter_digest)"
        )
    body = scene.generation(yesterday_morning())
    assert scene.report(body, query="?dry_run=1").status_code == 200
    assert meters() <= before
    made = meters()
    assert scene.report(body).status_code == 201
    assert meters() == made + 1


def test_who_gains_does_not_report_what_a_provider_has_to(scene: Scene) -> None:
    body = scene.body()
    body.pop("participant_id")
    for query in ("", "?dry_run=1"):
        answer = scene.report(body, token=scene.person_token, query=query)
        assert answer.status_code == 403
        assert answer.json["code"] == "REPORTING_NOT_OPEN"
    assert not any(scene.rows().values())


def test_a_person_cannot_report_for_another(scene: Scene) -> None:
    answer = scene.report(token=scene.person_token)
    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/participant_id"
    assert not any(scene.rows().values())


def test_a_repeated_external_id_is_named_and_counted_once(scene: Scene) -> None:
    body = scene.body()
    first = scene.report(body).json
    after_first = scene.rows()
    again = scene.report(body)
    assert again.status_code == 409
    assert again.json["code"] == "DUPLICATE_ACTION"
    assert again.json["details"]["action_id"] == first["id"]
    assert scene.rows() == after_first


def test_two_providers_may_use_the_same_external_id_for_two_actions(
    scene: Scene, make_scene: Callable[..., Scene]
) -> None:
    other = make_scene()
    assert scene.report(scene.body(external_id="one")).status_code == 201
    assert other.report(other.body(external_id="one")).status_code == 201


def test_the_same_ride_from_another_provider_is_refused_without_a_word_about_whose_it_is(
    scene: Scene, make_scene: Callable[..., Scene]
) -> None:
    body = scene.body()
    recorded = scene.report(body).json
    other = make_scene()
    answer = other.report(other.body(evidence=body["evidence"]))
    assert answer.status_code == 409
    assert answer.json["code"] == "DUPLICATE_CLAIM"
    assert answer.json["errors"][0]["pointer"] == "/evidence/ride_id"
    assert "action_id" not in answer.json["details"]
    text = answer.get_data(as_text=True)
    assert recorded["id"] not in text
    assert scene.person.hex not in text
    assert not any(other.rows().values())


def test_the_same_ride_twice_from_one_provider_is_named_to_it(scene: Scene) -> None:
    body = scene.body()
    recorded = scene.report(body).json
    answer = scene.report(scene.body(evidence=body["evidence"]))
    assert answer.status_code == 409
    assert answer.json["details"] == {"collides_on": "ride", "action_id": recorded["id"]}


def test_nobody_is_on_two_rides_at_once(scene: Scene) -> None:
    began = datetime.now(UTC) - timedelta(hours=5)
    minutes = lambda number: (began + timedelta(minutes=number)).isoformat()  # noqa: E731
    first = scene.body(occurred_at=minutes(0), ended_at=minutes(30))
    assert scene.report(first).status_code == 201
    for start, end in ((-10, 1), (10, 20), (29, 60), (-10, 60), (0, 30)):
        answer = scene.report(scene.body(occurred_at=minutes(start), ended_at=minutes(end)))
        assert (answer.status_code, answer.json["code"]) == (409, "OVERLAPPING_RIDE"), start
    for start, end in ((30, 40), (-20, 0)):
        body = scene.body(occurred_at=minutes(start), ended_at=minutes(end))
        assert scene.report(body, query="?dry_run=true").status_code == 200, start
        assert scene.report(body).status_code == 201, start


def test_a_meter_counts_an_interval_once_whoever_reports_it(
    scene: Scene, make_scene: Callable[..., Scene]
) -> None:
    scene.plant()
    other = make_scene(scene.provider)
    began = yesterday_morning()

    def generation(who: Scene, start: int, end: int) -> dict:
        return who.body(
            behaviour="distributed_pv",
            occurred_at=(began + timedelta(hours=start)).isoformat(),
            ended_at=(began + timedelta(hours=end)).isoformat(),
            quantities={"generation_kwh": "2.5"},
            evidence={"meter_id": f"M-{scene.person.hex}"},
        )

    assert scene.report(generation(scene, 0, 4)).status_code == 201
    for who in (scene, other):
        answer = who.report(generation(who, 3, 5))
        assert (answer.status_code, answer.json["code"]) == (409, "OVERLAPPING_METER_INTERVAL")
    answer = other.report(generation(other, 4, 5))
    assert (answer.status_code, answer.json["code"]) == (409, "INSTALLATION_OF_ANOTHER")
    assert scene.report(generation(scene, 4, 5)).status_code == 201
    assert scene.report(generation(scene, -1, 0)).status_code == 201


def test_a_home_with_photovoltaics_earns_nothing_for_using_little(scene: Scene) -> None:
    scene.plant()
    began = yesterday_morning()
    generation = scene.generation(began)
    assert scene.report(generation).status_code == 201
    use = scene.body(
        behaviour="household_electricity",
        # Of the same year, on New Year's Day too.
        occurred_at=began.isoformat(),
        quantities={"consumption_kwh": "3"},
        evidence={"account_no": f"A-{scene.person.hex}"},
    )
    answer = scene.report(use)
    assert (answer.status_code, answer.json["code"]) == (409, "EXCLUDED_BY_OTHER_BEHAVIOUR")


def test_the_cap_of_the_day_limits_points_and_never_grams(scene: Scene) -> None:
    began = datetime.now(UTC) - timedelta(hours=1)
    # 100 points a day for one's own bag, 5 for each time.
    answers = [
        scene.report(
            scene.body(
                behaviour="own_bag",
                occurred_at=began.isoformat(),
                quantities={"times": "9"},
                evidence={"receipt_no": f"R-{scene.person.hex}-{number}"},
            )
        ).json
        for number in range(4)
    ]
    assert [one["points"]["awarded"] for one in answers] == [45, 45, 10, 0]
    assert [one["points"]["limited_by"] for one in answers] == [
        None, None, "own_bag:per_day", "own_bag:per_day",
    ]  # fmt: skip
    assert {one["reduction"]["reduction_kg"] for one in answers} == {"0.045000"}
    assert answers[3]["points"]["available_at"] is None


@pytest.mark.parametrize("role", ["operator", "authority"])
def test_who_answers_for_the_programme_sees_every_action(
    scene: Scene, token_for: Tokens, role: str
) -> None:
    recorded = scene.report().json
    path = f"/v1/actions/{recorded['id']}"
    assert scene.http.get(path, token=token_for(role)).json == recorded
    assert scene.http.get(path, token=scene.person_token).json == recorded


def test_strangers_do_not_learn_that_an_action_exists(scene: Scene, token_for: Tokens) -> None:
    recorded = scene.report().json
    for role in ("provider", "participant"):
        for path in (f"/v1/actions/{recorded['id']}", f"/v1/actions/{recorded['id']}/calculation"):
            answer = scene.http.get(path, token=token_for(role))
            assert answer.status_code == 404
    missing = scene.http.get(f"/v1/actions/act_{'0' * 32}", token=scene.provider_token)
    assert missing.status_code == 404
    assert missing.json["code"] == answer.json["code"]


def test_the_calculation_shows_every_step_and_comes_to_the_same(scene: Scene) -> None:
    recorded = scene.report().json
    answer = scene.http.get(
        f"/v1/actions/{recorded['id']}/calculation", token=scene.person_token
    ).json
    assert answer["agrees"] is True
    assert answer["saved_mg"] == answer["recomputed_mg"] == "46000"
    assert answer["digest"] == recorded["reduction"]["digest"]
    (factor,) = answer["parameters"]
    assert (factor["value"], factor["unit"], factor["provenance"]) == (
        "0.046", "kgCO2e/trip", "press",
    )  # fmt: skip
    assert factor["source"]["url"].startswith("http")
    assert answer["steps"][0]["equation"] == "trips * EF_trip"


def test_my_actions_come_page_by_page_the_last_first(scene: Scene) -> None:
    recorded = [scene.report().json["id"] for _ in range(5)]
    seen, query = [], "?limit=2"
    while query:
        page = scene.http.get(f"/v1/me/actions{query}", token=scene.person_token).json
        seen += [one["id"] for one in page["data"]]
        query = f"?limit=2&cursor={page['next_cursor']}" if page["has_more"] else ""
    assert seen == recorded[::-1]


def test_the_account_counts_what_was_recorded(scene: Scene) -> None:
    scene.report()
    scene.batch(scene.body(), scene.body())
    me = scene.http.get("/v1/me", token=scene.person_token).json
    assert me["reduction_kg"] == "0.138000"
    assert me["points"]["pending"] == 138


def test_an_idempotency_key_replays_the_answer(scene: Scene) -> None:
    body = scene.body()
    first = scene.report(body, key="once-1")
    again = scene.report(body, key="once-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.json == first.json


def test_points_recover_an_old_debt_first(scene: Scene) -> None:
    with scene.wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "update points_account set debt = 60 where participant_id = %s", (scene.person,)
        )
    scene.batch(scene.body(), scene.body())
    with scene.wiring.database.engine.connect() as connection:
        account = connection.exec_driver_sql(
            "select balance, debt, version from points_account where participant_id = %s",
            (scene.person,),
        ).one()
        lot = connection.exec_driver_sql(
            "select granted, remaining from points_lot where participant_id = %s", (scene.person,)
        ).one()
    assert tuple(account) == (32, 0, 4)
    assert tuple(lot) == (92, 32)


def test_a_provider_of_no_consent_learns_nothing(scene: Scene, token_for: Tokens) -> None:
    other = token_for("provider", tenant=an_organisation(scene.wiring))
    foreign = scene.report(token=other)
    unknown = scene.report(scene.body(participant_id=f"par_{'0' * 32}"), token=other)
    assert foreign.status_code == unknown.status_code == 404
    assert foreign.json["detail"] == unknown.json["detail"]


def test_recording_survives_a_restart_of_the_database(scene: Scene) -> None:
    """Connections that were kept open are gone; the next action takes a fresh one."""
    ride = a_ride(scene.person, scene.provider)
    url = scene.wiring.settings.database_url or ""
    scene.wiring.database.transact(lambda connection: connection.exec_driver_sql("select 1"))
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as somebody:
        somebody.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
        )
    (answer,) = recording(scene.wiring, [ride])
    assert isinstance(answer, Recorded)
    # Nobody else of this run finds one that is gone.
    scene.wiring.database.engine.dispose()
