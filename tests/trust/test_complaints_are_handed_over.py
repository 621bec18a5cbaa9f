"""A complaint goes to who can answer it: with a reason, by the clock that runs, and audited."""

from __future__ import annotations

import secrets
from typing import Any

import pytest
from sqlalchemy import text

from app.ids import public
from app.store.audit.complaining import COMPLAINTS
from tests.builders.answers import refusal
from tests.builders.complaints import REFUSED, ComplaintScene, scene
from tests.builders.people import an_organisation
from tests.trust.conftest import moving

__all__ = ["moving", "scene"]

WHY = {"text": "The gates of that station are not ours."}
TO_PROGRAMME = {"answerer": "programme", **WHY}


def hand(scene: ComplaintScene, number: str, body: Any, who: str = "provider") -> Any:
    return scene.post(f"/{number}/hand-over", body, who=who)


def test_who_must_answer_hands_it_over_and_the_clocks_run_on(scene: ComplaintScene) -> None:
    number = scene.filed()
    before = scene.get(f"/{number}").json
    handed = hand(scene, number, TO_PROGRAMME)
    assert handed.status_code == 200, handed.text
    after = scene.get(f"/{number}").json
    assert after["answerer"] == {"role": "programme", "organisation_id": None}
    for clock in ("due_at", "acknowledge_by", "state", "filed_at"):
        assert after[clock] == before[clock], clock
    told = after["history"][-1]
    assert (told["step"], told["by"], told["text"]) == ("hand_over", "provider", WHY["text"])
    assert told["handed_to"] == {"role": "programme", "organisation_id": None}
    # The one before sees it no more, and answers it no more.
    assert scene.get(f"/{number}", who="provider").status_code == 404
    assert scene.post(f"/{number}/reply", REFUSED, who="provider").status_code == 404
    answered = scene.post(f"/{number}/reply", REFUSED, who="operator")
    assert (answered.status_code, answered.json["state"]) == (200, "replied")
    late = hand(scene, number, {**TO_PROGRAMME}, who="operator")
    assert refusal(late) == (409, "COMPLAINT_STATE_WRONG")
    assert scene.broken() == []


def test_silence_counts_from_the_filing_whoever_must_answer(scene: ComplaintScene) -> None:
    number = scene.filed()
    assert hand(scene, number, TO_PROGRAMME).status_code == 200
    scene.later()
    assert scene.get(f"/{number}").json["state"] == "escalated"
    scene.sweep()
    assert scene.broken() == []


def test_of_providers_only_one_to_whom_the_person_agreed(scene: ComplaintScene) -> None:
    number = scene.filed()
    stranger = an_organisation(scene.wiring)
    for named in (public("org", stranger), f"org_{secrets.token_hex(16)}", None):
        body = {"answerer": "provider", **WHY}
        if named:
            body["organisation_id"] = named
        assert refusal(hand(scene, number, body)) == (422, "HANDED_OVER_WRONG"), named
    wrong = {**TO_PROGRAMME, "organisation_id": public("org", stranger)}
    assert refusal(hand(scene, number, wrong)) == (422, "HANDED_OVER_WRONG")
    same = {"answerer": "provider", "organisation_id": public("org", scene.provider_id), **WHY}
    assert refusal(hand(scene, number, same)) == (422, "HANDED_OVER_WRONG")
    # From the programme back to the provider that the person agreed to.
    assert hand(scene, number, TO_PROGRAMME).status_code == 200
    back = hand(scene, number, same, who="operator")
    assert (back.status_code, back.json["answerer"]["role"]) == (200, "provider")
    assert scene.get(f"/{number}", who="provider").status_code == 200
    assert scene.broken() == []


@pytest.mark.parametrize("who", ["person", "operator"])
def test_nobody_else_hands_it_over(scene: ComplaintScene, who: str) -> None:
    number = scene.filed()
    assert hand(scene, number, TO_PROGRAMME, who=who).status_code == 403
    assert hand(scene, number, {"answerer": "programme"}).status_code == 422, "without a reason"
    assert hand(scene, number, {**TO_PROGRAMME, "answerer": "merchant"}).status_code == 422
    assert len(scene.get(f"/{number}").json["history"]) == 1


@pytest.mark.parametrize(
    ("language", "word"), [("en", "already"), ("zh-CN", "本来")], ids=["en", "zh"]
)
def test_why_not_is_said_in_both_languages(scene: ComplaintScene, language: str, word: str) -> None:
    number = scene.filed()
    same = {"answerer": "provider", "organisation_id": public("org", scene.provider_id), **WHY}
    answer = scene.http.post(
        f"/v1/complaints/{number}/hand-over", same, token=scene.token("provider"),
        headers={"Accept-Language": language},
    )  # fmt: skip
    assert word in answer.json["detail"]


def test_the_audit_sees_an_answerer_to_whom_nobody_handed_it(scene: ComplaintScene) -> None:
    number = scene.filed()
    assert hand(scene, number, TO_PROGRAMME).status_code == 200
    asked = text(f"select offender from ({COMPLAINTS.rows}) c (offender, bad) where bad")
    with scene.wiring.database.engine.connect() as connection, connection.begin() as change:
        connection.execute(
            text(
                "update complaint set answerer = 'provider', answerer_id = :provider"
                " where number = :number"
            ),
            {"provider": scene.provider_id, "number": number},
        )
        found = connection.execute(asked, {"zone": str(scene.wiring.zone)}).scalars().all()
        change.rollback()
    assert number in found
