"""What waits holds its claims and nothing else, until somebody else says what it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

import pytest

from app.clock import Clock
from app.store.audit.recording import WAITS
from app.store.database import Database
from app.usecases.recording.alarm_holds import alarm_holds
from app.usecases.recording.lapse_holds import lapse_holds
from tests.app.recording.conftest import Scene
from tests.builders.audit import broken_of
from tests.builders.issuers import an_issuer
from tests.builders.people import Tokens


@pytest.fixture(name="scene")
def _scene(make_scene: Callable[..., Scene]) -> Scene:
    return make_scene()


def ticket(scene: Scene, number: int = 1, kilograms: str = "80") -> dict[str, Any]:
    """More than a person brings on one day, by the rule."""
    return scene.body(
        behaviour="clothing_recycling",
        quantities={"mass_kg": kilograms},
        evidence={"weigh_ticket_no": f"W-{scene.person.hex}-{number}"},
    )


_known: WeakKeyDictionary[Database, str] = WeakKeyDictionary()


def transit(scene: Scene) -> str:
    """Whose the ride's number is: people name it. One for each database."""
    if scene.wiring.database not in _known:
        _known[scene.wiring.database] = an_issuer(scene.wiring)
    return _known[scene.wiring.database]


def screenshot(scene: Scene, number: int = 1) -> dict[str, Any]:
    """A ride that the person herself shows."""
    began = datetime.now(UTC) - timedelta(minutes=25 * number)
    mark = f"R-{scene.person.hex}-{number}"
    return scene.proven_ride(began, ride_id=mark, issuer=transit(scene))


def account(scene: Scene) -> Any:
    return scene.http.get("/v1/me", token=scene.person_token).json


def test_what_is_not_plausible_is_held_and_brings_nothing(scene: Scene) -> None:
    before, rows = account(scene), scene.rows()
    answer = scene.report(ticket(scene))
    assert answer.status_code == 201, answer.text
    held = answer.json
    assert held["state"] == "held"
    assert held["points"]["awarded"] == 0
    assert held["points"]["if_confirmed"] > 0
    (reason,) = held["why"]
    assert reason["code"] == "implausible"
    assert reason["condition"] == "mass_kg_a_day"
    assert set(reason["text"]) == {"zh-CN", "en"}
    assert {"name": "day.mass_kg", "value": "80", "unit": "kg"} in reason["facts"]
    assert account(scene) == before
    now = scene.rows()
    assert {name for name in now if now[name] != rows[name]} == {"claim_key"}
    # It is claimed all the same, and read by who reported it and by the person.
    again = {**ticket(scene), "external_id": "another"}
    assert scene.report(again).json["code"] == "DUPLICATE_CLAIM"
    path = f"/v1/actions/{held['id']}"
    for token in (scene.provider_token, scene.person_token):
        read = scene.http.get(path, token=token).json
        assert (read["state"], read["why"]) == ("held", held["why"])
        assert read["reduction"]["state"] == "waiting"
    (mine,) = scene.http.get("/v1/me/actions", token=scene.person_token).json["data"]
    assert mine["id"] == held["id"]


def test_what_a_person_shows_herself_waits_for_a_confirmation(scene: Scene) -> None:
    before = account(scene)
    answer = scene.report(screenshot(scene), token=scene.person_token)
    assert answer.status_code == 201, answer.text
    assert answer.json["state"] == "pending_confirmation"
    assert answer.json["why"][0]["code"] == "confirmation_required"
    assert account(scene) == before
    overlapping = {**screenshot(scene), "external_id": "x"}
    overlapping["evidence"] = {**overlapping["evidence"], "ride_id": "another"}
    assert scene.report(overlapping, token=scene.person_token).json["code"] == "OVERLAPPING_RIDE"


def test_what_waits_too_long_lapses_and_can_be_reported_again(scene: Scene, tmp_path: Any) -> None:
    first = scene.report(screenshot(scene), token=scene.person_token).json
    second = scene.report(ticket(scene)).json
    database, later = scene.wiring.database, tmp_path / "clock"
    clock = Clock(later)
    while database.transact(lapse_holds, clock=scene.wiring.clock):
        pass
    path = "/v1/actions/"
    assert scene.http.get(path + first["id"], token=scene.person_token).json["state"] != "lapsed"
    clock.advance(30 * 86_400)
    while database.transact(lapse_holds, clock=clock):
        pass
    for gone, token in ((first, scene.person_token), (second, scene.provider_token)):
        read = scene.http.get(path + gone["id"], token=token).json
        assert read["state"] == "lapsed"
        assert read["waiting"]["outcome"]["outcome"] == "lapse"
        assert read["points"] == {**read["points"], "awarded": 0, "if_confirmed": 0}
    again = {**ticket(scene), "external_id": "again"}
    assert scene.report(again).json["state"] == "held"
    other = {**screenshot(scene), "external_id": "again"}
    assert scene.report(other, token=scene.person_token).status_code == 201


def test_what_nobody_looked_at_is_said_aloud_once_and_not_credited(
    scene: Scene, tmp_path: Any
) -> None:
    held = scene.report(ticket(scene)).json
    clock = Clock(tmp_path / "clock")
    clock.advance(7 * 86_400)
    database = scene.wiring.database
    assert database.transact(alarm_holds, now=clock.now()) >= 1
    assert database.transact(alarm_holds, now=clock.now()) == 0
    read = scene.http.get(f"/v1/actions/{held['id']}", token=scene.provider_token).json
    assert read["state"] == "held"


def test_what_waits_can_be_taken_back_by_who_reported_it(scene: Scene) -> None:
    held = scene.report(ticket(scene)).json
    path = f"/v1/actions/{held['id']}/reversals"
    answer = scene.http.post(path, {"reason": "Weighed twice."}, token=scene.provider_token)
    assert answer.status_code == 201, answer.text
    assert answer.json["points"] == {"taken": 0, "owed": 0, "kept": 0}
    assert scene.http.post(path, {"reason": "x"}, token=scene.provider_token).status_code == 409
    read = scene.http.get(f"/v1/actions/{held['id']}", token=scene.person_token).json
    assert read["state"] == "reversed"
    assert scene.report({**ticket(scene), "external_id": "again"}).json["state"] == "held"


def test_what_waits_ends_with_its_person(scene: Scene, token_for: Tokens) -> None:
    held = scene.report(ticket(scene)).json
    assert scene.http.send("DELETE", "/v1/me", token=scene.person_token).status_code == 200
    read = scene.http.get(f"/v1/actions/{held['id']}", token=token_for("operator")).json
    assert read["waiting"]["outcome"]["outcome"] == "leave"


def test_the_audit_names_what_waits_and_was_decided_at_once(scene: Scene) -> None:
    """The line ``waiting_actions``."""
    held = UUID(scene.report(ticket(scene)).json["id"].removeprefix("act_"))
    assert broken_of(scene.wiring, WAITS, [held]) == []
    engine, named = scene.wiring.database.engine, (held,)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "insert into hold_outcome select participant_id, action_id, 'confirm', 'operator',"
            " now(), null, 'nobody' from action_hold where action_id = %s",
            named,
        )
    found = broken_of(scene.wiring, WAITS, [held])
    with engine.begin() as connection:
        # What refuses a change is off: this is somebody who owns the server.
        connection.exec_driver_sql("set local session_replication_role = replica")
        connection.exec_driver_sql("delete from hold_outcome where action_id = %s", named)
    assert len(found) == 1
