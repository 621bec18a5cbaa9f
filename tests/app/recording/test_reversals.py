"""Taking an action back: what is free again, what is taken or owed, and what stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.ids import new_id
from behaviours.actions import judgement
from tests.app.recording.conftest import Scene
from tests.builders.civil import yesterday_morning
from tests.builders.people import Tokens


def reverse(scene: Scene, action_id: str, **options: object):
    options.setdefault("token", scene.provider_token)
    return scene.http.post(
        f"/v1/actions/{action_id}/reversals", {"reason": "A test ride of the gate."}, **options
    )


def account(scene: Scene) -> tuple[int, ...]:
    with scene.wiring.database.engine.connect() as connection:
        return tuple(
            connection.exec_driver_sql(
                "select a.balance, a.debt, r.saved_mg, r.actions from points_account a"
                " join reduction_account r using (participant_id) where participant_id = %s",
                (scene.person,),
            ).one()
        )


def test_a_reversal_takes_back_grams_and_points(scene: Scene) -> None:
    kept, gone = scene.report().json, scene.report().json
    answer = reverse(scene, gone["id"])
    assert answer.status_code == 201
    assert answer.json["points"] == {"taken": 46, "owed": 0, "kept": 0}
    assert answer.json["reduction"]["state"] == "reversed"
    assert account(scene) == (46, 0, 46_000, 1)
    read = scene.http.get(f"/v1/actions/{gone['id']}", token=scene.person_token).json
    assert (read["state"], read["reduction"]["state"]) == ("reversed", "reversed")
    still = scene.http.get(f"/v1/actions/{kept['id']}", token=scene.person_token).json
    assert still["state"] == "quantified"


def test_a_second_reversal_changes_nothing(scene: Scene) -> None:
    gone = scene.report().json
    assert reverse(scene, gone["id"]).status_code == 201
    before = (account(scene), scene.rows())
    again = reverse(scene, gone["id"])
    assert (again.status_code, again.json["code"]) == (409, "ALREADY_REVERSED")
    assert (account(scene), scene.rows()) == before


def test_what_was_claimed_is_free_again_but_not_the_external_id(
    scene: Scene, make_scene: Callable[..., Scene]
) -> None:
    body = scene.body()
    gone = scene.report(body).json
    other = make_scene()
    rightly = other.body(evidence=body["evidence"])
    assert other.report(rightly).status_code == 409
    reverse(scene, gone["id"])
    assert other.report(rightly).status_code == 201
    assert scene.report(body).json["code"] == "ACTION_REVERSED"
    # The same hour of the same person, too.
    assert scene.report(scene.body(occurred_at=body["occurred_at"])).status_code == 201


def test_a_meter_interval_and_a_side_are_free_again(scene: Scene) -> None:
    scene.plant()
    scene.home()
    began = yesterday_morning()
    generation = scene.generation(began)
    gone = scene.report(generation).json
    use = scene.body(
        behaviour="household_electricity",
        # Of the same year, on New Year's Day too.
        occurred_at=began.isoformat(),
        quantities={"consumption_kwh": "3"},
        evidence={"account_no": f"A-{scene.person.hex}"},
    )
    assert scene.report(use).status_code == 409
    assert reverse(scene, gone["id"]).status_code == 201
    assert scene.report({**generation, "external_id": "again"}).status_code == 201
    assert scene.report(use).status_code == 409
    with scene.wiring.database.engine.connect() as connection:
        sides = connection.exec_driver_sql(
            "select sum(actions) from exclusion_claim where participant_id = %s"
            " and exclusion_group = 'home_pv_or_low_carbon_electricity'",
            (scene.person,),
        ).scalar_one()
    assert sides == 1


def test_a_side_is_taken_until_the_last_of_its_actions_is_reversed(scene: Scene) -> None:
    scene.plant()
    scene.home()
    began = yesterday_morning()
    taken = [
        scene.report(
            scene.body(
                behaviour="distributed_pv",
                occurred_at=(began + timedelta(hours=hour)).isoformat(),
                ended_at=(began + timedelta(hours=hour + 1)).isoformat(),
                quantities={"generation_kwh": "2.5"},
                evidence={"meter_id": f"M-{scene.person.hex}"},
            )
        ).json["id"]
        for hour in range(2)
    ]
    use = scene.body(
        behaviour="household_electricity",
        occurred_at=began.isoformat(),
        quantities={"consumption_kwh": "3"},
        evidence={"account_no": f"A-{scene.person.hex}"},
    )
    answers = []
    for action_id in taken:
        assert reverse(scene, action_id).status_code == 201
        answers.append(scene.report(use).status_code)
    assert answers == [409, 201]


def test_points_taken_back_count_against_no_cap(scene: Scene) -> None:
    began = (datetime.now(UTC) - timedelta(hours=1)).isoformat()

    def bag(number: int) -> dict:
        return scene.body(
            behaviour="own_bag",
            occurred_at=began,
            quantities={"times": "9"},
            evidence={"receipt_no": f"R-{scene.person.hex}-{number}"},
        )

    first = scene.report(bag(1)).json
    rest = [scene.report(bag(number)).json["points"]["awarded"] for number in (2, 3, 4)]
    assert rest == [45, 10, 0]
    reverse(scene, first["id"])
    assert scene.report(bag(5)).json["points"]["awarded"] == 45


def test_an_old_action_is_reversed_whatever_the_rules_have_become(
    scene: Scene, make_scene: Callable[..., Scene], monkeypatch: pytest.MonkeyPatch
) -> None:
    body = scene.body(evidence={"ride_id": f"ride-{scene.person.hex}"})
    gone = scene.report(body).json
    other = make_scene()
    rightly = other.body(evidence=body["evidence"])
    with monkeypatch.context() as tightened:
        # As if shorter evidence and other quantities were asked for since.
        tightened.setattr(judgement, "EVIDENCE_LENGTH_MAX", 3)
        tightened.setattr(judgement, "_DECIMAL", re.compile("never"))
        assert other.report(rightly).status_code == 422
        answer = reverse(scene, gone["id"])
        assert (answer.status_code, answer.json["points"]["taken"]) == (201, 46)
    assert account(scene) == (0, 0, 0, 0)
    assert scene.rows()["person_interval"] == 0
    assert other.report(rightly).status_code == 201


def test_a_reversal_needs_no_policy_to_free_the_cap(scene: Scene) -> None:
    gone = scene.report().json
    with scene.wiring.database.engine.begin() as connection:
        # As if the policy had known no cap when the action was recorded.
        connection.exec_driver_sql(
            "delete from points_cap where participant_id = %s", (scene.person,)
        )
    assert reverse(scene, gone["id"]).status_code == 201


def test_what_was_spent_is_owed(scene: Scene) -> None:
    gone = scene.report().json
    with scene.wiring.database.engine.begin() as connection:
        # As if 40 of the 46 had bought something.
        connection.exec_driver_sql(
            "update points_lot set remaining = 6 where participant_id = %s", (scene.person,)
        )
        connection.exec_driver_sql(
            "update points_account set balance = 6 where participant_id = %s", (scene.person,)
        )
    assert reverse(scene, gone["id"]).json["points"] == {"taken": 6, "owed": 40, "kept": 0}
    assert account(scene) == (0, 40, 0, 0)


def test_only_who_reported_it_or_an_operator_reverses(
    scene: Scene, make_scene: Callable[..., Scene], token_for: Tokens
) -> None:
    gone = scene.report().json
    assert reverse(make_scene(), gone["id"]).status_code == 404
    assert reverse(scene, gone["id"], token=scene.person_token).status_code == 403
    path = f"/v1/actions/{gone['id']}/reversals"
    why = {"reason_code": "wrong_person", "reason": "It was her sister."}
    operators = [token_for("operator"), token_for("operator")]
    signed = [scene.http.post(path, why, token=each).status_code for each in operators]
    assert signed == [202, 201], "operators take nothing back alone"


def test_a_reversal_needs_a_reason(scene: Scene) -> None:
    gone = scene.report().json
    path = f"/v1/actions/{gone['id']}/reversals"
    answer = scene.http.post(path, {}, token=scene.provider_token)
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/reason")


def into_bundle(scene: Scene, action_id: str, *, frozen: bool) -> UUID:
    bundle_id = new_id()
    with scene.wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "insert into bundle (bundle_id, vintage, occurred_from, occurred_to, unit_class, state,"
            " created_by, created_at, reserve_per_mille, reductions, selected_mg, frozen_at)"
            " values (%s, 2026, '2026-01-01', '2026-12-31', 'scene', %s, %s, now(), 0, 1, 46000,"
            " %s)",
            (
                bundle_id,
                "sealed" if frozen else "selected",
                new_id(),
                datetime.now(UTC) if frozen else None,
            ),
        )
        connection.exec_driver_sql(
            "insert into bundle_entry (participant_id, action_id, bundle_id, saved_mg, leaf)"
            " values (%s, %s, %s, 46000, '\\x00')",
            (scene.person, UUID(hex=action_id.removeprefix("act_")), bundle_id),
        )
    return bundle_id


def entries(scene: Scene) -> int:
    with scene.wiring.database.engine.connect() as connection:
        return connection.exec_driver_sql(
            "select count(*) from bundle_entry where participant_id = %s", (scene.person,)
        ).scalar_one()


def test_a_reduction_leaves_a_bundle_that_is_not_sealed(scene: Scene) -> None:
    gone = scene.report().json
    bundle_id = into_bundle(scene, gone["id"], frozen=False)
    read = scene.http.get(f"/v1/actions/{gone['id']}", token=scene.provider_token).json
    assert read["reduction"]["state"] == "selected"
    answer = reverse(scene, gone["id"]).json
    assert answer["bundle_id"] == f"bdl_{bundle_id.hex}"
    assert answer["reduction"]["state"] == "reversed"
    assert entries(scene) == 0
