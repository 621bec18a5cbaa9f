"""What a person does on one day is judged as a whole, in whatever order it is reported."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.app.recording.conftest import Scene


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


def refused(answer: Any) -> bool:
    return bool(answer.get("code") == "IMPLAUSIBLE")


def test_tickets_of_one_day_add_up_and_what_was_reversed_does_not_count(
    scene: Scene, make_scene: Callable[..., Scene], ticket: Callable[..., dict[str, Any]]
) -> None:
    first = scene.report(ticket(scene, 1, "40"))
    assert first.status_code == 201
    before = scene.rows()
    for query in ("?dry_run=true", ""):
        again = scene.report(ticket(scene, 2, "40"), query=query)
        assert again.status_code == 422
        assert refused(again.json)
        assert again.json["details"]["condition"] == "mass_kg_a_day"
        assert {"name": "day.mass_kg", "value": "80", "unit": "kg"} in again.json["details"][
            "facts"
        ]
    assert scene.rows() == before
    # Another provider, the same person; and another person of the same provider.
    elsewhere = make_scene()
    assert elsewhere.report(ticket(elsewhere, 3, "40")).status_code == 201
    reason = {"reason": "Weighed for somebody else."}
    path = f"/v1/actions/{first.json['id']}/reversals"
    assert scene.http.post(path, reason, token=scene.provider_token).status_code == 201
    assert scene.report(ticket(scene, 4, "40")).status_code == 201


def test_tickets_of_one_list_add_up_and_what_is_refused_does_not_count(
    scene: Scene, ticket: Callable[..., dict[str, Any]]
) -> None:
    bodies = [ticket(scene, number, kg) for number, kg in enumerate(("40", "30", "20", "5"))]
    results = scene.batch(*bodies).json["results"]
    assert [one["status"] for one in results] == [201, 422, 201, 422]
    assert scene.report(bodies[1]).status_code == 422


def test_a_repeat_stays_a_repeat_on_a_day_that_is_full(
    scene: Scene, ticket: Callable[..., dict[str, Any]]
) -> None:
    body = ticket(scene, 1, "60")
    assert scene.report(body).status_code == 201
    assert scene.report(body).json["code"] == "DUPLICATE_ACTION"
