"""Who gains does not set the figure: a plant is known, confirmed, bounded, and of one holder."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.factory import create_app
from app.usecases.audit.audit import audit
from tests.builders.installations import an_installation
from tests.builders.people import Http, a_participant

# Ten in the morning in China, on a day of the rules that ask for an installation.
MORNING = datetime.now(UTC).replace(hour=2, minute=0, second=0, microsecond=0) + timedelta(days=14)


@pytest.fixture
def scene(make_scene, movable):
    movable.clock.advance(16 * 86_400)
    made = make_scene()
    made.http = Http(create_app(movable))
    return made


def generation(scene, kwh: str = "2.5", at: datetime = MORNING, **changes: Any) -> dict[str, Any]:
    body = scene.generation(at)
    return {**body, "quantities": {"generation_kwh": kwh}, **changes}


def meter(scene) -> str:
    return f"M-{scene.person.hex}"


def a_plant(scene, holder: UUID | None = None, **changes: Any) -> UUID:
    return an_installation(
        scene.wiring, holder or scene.person, scene.provider, number=meter(scene), **changes
    )


def held_for(answer) -> str:
    """The condition for which the action waits and brings nothing yet."""
    found = answer.json
    assert (answer.status_code, found["state"], found["points"]["awarded"]) == (201, "held", 0)
    return found["why"][0]["condition"]


def test_what_nobody_registered_is_not_credited_and_the_call_is_named(scene):
    answer = scene.report(generation(scene))
    assert answer.status_code == 422
    assert answer.json["code"] == "INSTALLATION_UNKNOWN"
    assert answer.json["errors"][0]["pointer"] == "/evidence/meter_id"
    assert "register_installation" in answer.json["detail"]
    a_plant(scene)
    assert scene.report(generation(scene)).status_code == 201


def test_every_spelling_of_the_number_finds_it(scene):
    a_plant(scene)
    wide = meter(scene).lower().replace("-", "－")
    answer = scene.report(generation(scene, evidence={"meter_id": wide}))
    assert answer.status_code == 201, answer.json


def test_an_unconfirmed_plant_is_not_credited(scene):
    a_plant(scene, confirmed=False)
    assert held_for(scene.report(generation(scene))) == "installation_confirmed"


def test_a_plant_does_no_more_than_it_can_and_nothing_before_it_was_there(scene):
    a_plant(scene, capacity="3", commissioned_on=f"{MORNING - timedelta(days=1):%Y-%m-%d}")
    assert scene.report(generation(scene, "3")).status_code == 201
    later = MORNING + timedelta(hours=1)
    assert held_for(scene.report(generation(scene, "3.1", later))) == "within_capacity"
    before = MORNING - timedelta(days=2)
    assert held_for(scene.report(generation(scene, "3", before))) == "after_commissioning"


def test_another_persons_plant_is_refused(scene):
    other = a_participant(scene.wiring, provider_id=scene.provider)
    a_plant(scene, other)
    answer = scene.report(generation(scene))
    assert (answer.status_code, answer.json["code"]) == (409, "INSTALLATION_OF_ANOTHER")
    assert other.hex not in answer.text


def test_each_holder_is_credited_for_their_own_time_and_no_hour_twice(scene, token_for):
    plant = a_plant(scene)
    assert scene.report(generation(scene)).status_code == 201
    buyer = a_participant(scene.wiring, provider_id=scene.provider)
    sold = MORNING + timedelta(hours=2)
    path = f"/v1/installations/ins_{plant.hex}"
    change = {
        "reason": "Sold",
        "evidence": "Deed 5",
        "participant_id": f"par_{buyer.hex}",
        "at": (MORNING + timedelta(minutes=30)).isoformat(),
    }
    early = scene.http.post(f"{path}/holder", change, token=scene.provider_token)
    assert early.json["code"] == "INSTALLATION_USED_LATER"
    change["at"] = sold.isoformat()
    begun = scene.http.post(f"{path}/holder", change, token=scene.provider_token)
    assert begun.status_code == 201, begun.json
    confirm = f"/v1/installations/{begun.json['id']}/confirm"
    seen = scene.http.post(confirm, {"reason": "Seen"}, token=token_for("operator"))
    assert seen.status_code == 200
    bought = {"participant_id": f"par_{buyer.hex}"}
    before = MORNING + timedelta(hours=1)
    assert scene.report(generation(scene, at=before)).status_code == 201
    after = scene.report(generation(scene, at=sold))
    assert after.status_code == 422, "held, it would keep the hour from the next holder"
    assert after.json["details"]["condition"] == "installation_in_use"
    theirs = scene.report(generation(scene, at=before, **bought))
    assert theirs.status_code in (409, 422)
    assert scene.report(generation(scene, at=sold, **bought)).status_code == 201


def test_a_batch_finds_them_all_at_once(scene):
    a_plant(scene)
    hours = [MORNING + timedelta(hours=each) for each in range(3)]
    unknown = generation(scene, evidence={"meter_id": "another"})
    answer = scene.batch(*[generation(scene, at=at) for at in hours], unknown)
    assert [one["status"] for one in answer.json["results"]] == [201, 201, 201, 422]


def test_the_audit_names_an_action_of_another_holder_or_outside_its_life(scene):
    plant = a_plant(scene)
    action = scene.report(generation(scene)).json["id"]
    wiring = scene.wiring

    def found(connection):
        return {
            one.name: one
            for one in audit(connection, rulebook=wiring.rulebook, policies=wiring.policies)
        }["installations"]

    for change in (
        f"participant_id = '{UUID(int=7)}'",
        f"ended_at = '{MORNING.isoformat()}', state = 'ended'",
        f"commissioned_on = '{MORNING + timedelta(days=1):%Y-%m-%d}'",
    ):
        with wiring.database.engine.connect() as connection:
            assert found(connection).ok
            connection.exec_driver_sql(
                f"update installation set {change} where installation_id = %s",
                (plant,),
            )
            broken = found(connection)
            assert not broken.ok
            assert action in broken.line()
            connection.rollback()
