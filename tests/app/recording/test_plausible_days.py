"""What a person does on one day is judged as a whole, in whatever order it is reported."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from behaviours.closing import OrganisationHasMatters
from behaviours.standing import CLOSED
from tests.app.recording.conftest import Scene
from tests.builders.standing import closed


@pytest.fixture(name="ticket")
def _ticket() -> Callable[..., dict[str, Any]]:
    done = (datetime.now(UTC) - timedelta(minutes=2)).isoformat()

    def make(scene: Scene, number: int, kilograms: str) -> dict[str, Any]:
        return scene.body(
            behaviour="clothing_recycling",
            occurred_at=done,
            quantities={"mass_kg": kilograms},
            evidence={"weigh_ticket_no": f"T-{scene.person.hex}-{number}"},
        )

    return make


def held(answer: Any) -> bool:
    return bool(answer["state"] == "held" and answer["why"][0]["condition"] == "mass_kg_a_day")


def test_tickets_of_one_day_add_up_and_what_was_reversed_does_not_count(
    scene: Scene, make_scene: Callable[..., Scene], ticket: Callable[..., dict[str, Any]]
) -> None:
    first = scene.report(ticket(scene, 1, "40"))
    assert first.json["state"] == "quantified"
    for query in ("?dry_run=true", ""):
        again = scene.report(ticket(scene, 2, "40"), query=query)
        assert held(again.json)
        assert {"name": "day.mass_kg", "value": "80", "unit": "kg"} in again.json["why"][0]["facts"]
    # Another provider, the same person; and another person of the same provider.
    elsewhere = make_scene()
    assert elsewhere.report(ticket(elsewhere, 3, "40")).json["state"] == "quantified"
    reason = {"reason": "Weighed for somebody else."}
    for gone in (first, again):
        path = f"/v1/actions/{gone.json['id']}/reversals"
        assert scene.http.post(path, reason, token=scene.provider_token).status_code == 201
    assert scene.report(ticket(scene, 4, "40")).json["state"] == "quantified"


def test_tickets_of_one_list_add_up_and_what_waits_is_of_the_day(
    scene: Scene, ticket: Callable[..., dict[str, Any]]
) -> None:
    bodies = [ticket(scene, number, kg) for number, kg in enumerate(("40", "20", "30", "5"))]
    results = scene.batch(*bodies).json["results"]
    assert [one["status"] for one in results] == [201] * 4
    states = [one["action"]["state"] for one in results]
    assert states == ["quantified", "quantified", "held", "held"]
    assert scene.report(bodies[2]).json["code"] == "DUPLICATE_ACTION"


def test_a_repeat_stays_a_repeat_on_a_day_that_is_full(
    scene: Scene, ticket: Callable[..., dict[str, Any]]
) -> None:
    body = ticket(scene, 1, "60")
    assert scene.report(body).status_code == 201
    assert scene.report(body).json["code"] == "DUPLICATE_ACTION"


def test_a_provider_that_closes_settles_first_what_waits(
    scene: Scene, ticket: Callable[..., dict[str, Any]]
) -> None:
    assert scene.report(ticket(scene, 1, "40")).json["state"] == "quantified"
    waiting = scene.report(ticket(scene, 2, "40"))
    assert held(waiting.json)
    with pytest.raises(OrganisationHasMatters) as told:
        closed(scene.wiring, scene.provider)
    assert (told.value.case, told.value.facts["count"]) == ("waiting_actions", 1)
    path = f"/v1/actions/{waiting.json['id']}/reversals"
    reason = {"reason": "Weighed for somebody else."}
    assert scene.http.post(path, reason, token=scene.provider_token).status_code == 201
    assert closed(scene.wiring, scene.provider).standing.state == CLOSED
