"""A bag of old clothes: weighed, quantified by routes less the project's own emissions, undone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.builders.server import Caller, Town

GRADES = {"official", "secondary", "press", "assumption"}


def _enrol(collector: Caller, identity: str) -> str:
    """With consent given the day before, so that any hour of the day is covered."""
    yesterday = datetime.now(UTC) - timedelta(days=1)
    consent = {
        "scene": "clothing",
        "text_version": "2026-01",
        "granted_at": yesterday.isoformat(timespec="seconds"),
    }
    person = {"identity": identity, "region": "CN-44", "consents": [consent]}
    return collector.post("/v1/participants", person)["id"]


def test_a_bag_of_old_clothes(town: Town) -> None:
    collector = town.organisation("provider")
    participant = _enrol(collector, "a person with a full wardrobe")
    person = town.user("participant", participant)
    bag = {
        "participant_id": participant,
        "behaviour": "clothing_recycling",
        "external_id": "pickup-7",
        "occurred_at": (datetime.now(UTC) - timedelta(hours=3)).isoformat(timespec="seconds"),
        "region": "CN-44",
        "quantities": {"mass_kg": "5.5"},
        "evidence": {"weigh_ticket_no": "WT-2026-0007"},
    }

    # 5.5 kg x (0.75 x 3.6 - 0.167) kg/kg = 13.9315 kg, to the milligram.
    action = collector.post("/v1/actions", bag)
    assert action["reduction"]["reduction_kg"] == "13.931500"
    assert action["reduction"]["class"] == "project"
    assert action["points"]["awarded"] == 13_931
    assert person.get("/v1/me")["reduction_kg"] == "13.931500"

    # The calculation names each step, and every figure's source and grade.
    calculation = person.get(f"/v1/actions/{action['id']}/calculation")
    assert calculation["agrees"] is True
    assert [step["value"] for step in calculation["steps"]] == ["14.85", "0.9185", "13.9315"]
    assert all(each["source"]["title"] for each in calculation["parameters"])
    assert {each["provenance"] for each in calculation["parameters"]} <= GRADES

    # The same ticket again, in a batch with a fresh one: each item is answered as if alone.
    again = bag | {"external_id": "pickup-8"}
    fresh = bag | {"external_id": "pickup-9", "evidence": {"weigh_ticket_no": "WT-2026-0009"}}
    wrong = bag | {"external_id": "pickup-10", "quantities": {"mass_kg": "-1"}}
    batch = {"actions": [again, fresh, wrong]}
    results = collector.post("/v1/actions/batch", batch, expected=207)["results"]
    assert [each["status"] for each in results] == [409, 201, 422]
    assert results[0]["problem"]["code"] == "DUPLICATE_CLAIM"
    assert results[2]["problem"]["errors"][0]["pointer"].endswith("/quantities/mass_kg")
    assert person.get("/v1/me")["reduction_kg"] == "27.863000"

    # The collector finds that the second bag was somebody else's and takes it back.
    second = results[1]["action"]["id"]
    undone = collector.post(
        f"/v1/actions/{second}/reversals", {"reason": "The bag was the neighbour's."}
    )
    assert undone
    assert collector.get(f"/v1/actions/{second}")["state"] == "reversed"
    me = person.get("/v1/me")
    assert me["reduction_kg"] == "13.931500"
    assert (me["points"]["pending"], me["points"]["debt"]) == (13_931, 0)
    collector.post(
        f"/v1/actions/{second}/reversals", {"reason": "Twice is too often."}, expected=409
    )

    # Its ticket is free again, for the neighbour.
    neighbour = _enrol(collector, "the neighbour")
    rightly = fresh | {"external_id": "pickup-11", "participant_id": neighbour}
    assert collector.post("/v1/actions", rightly)["participant_id"] == neighbour
