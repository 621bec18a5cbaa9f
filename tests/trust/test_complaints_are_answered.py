"""Whoever complains has a number, somebody who must answer, and a clock that nobody stops."""

from __future__ import annotations

from datetime import timedelta

from app.ids import public
from app.store.complaints.complaints import Sought, queue_of
from behaviours.actions.waiting import WaitTerms
from behaviours.complaints import ACKNOWLEDGE
from behaviours.quotas import Quota, Quotas
from tests.builders.answers import refusal
from tests.builders.complaints import REFUSED, SLIP, scene
from tests.builders.empty_market import market, shut
from tests.builders.people import (
    a_participant,
    an_organisation,
)
from tests.builders.redemption import an_offer

__all__ = ["market", "scene", "shut"]


# From the complaint to the credit.


def test_a_missing_credit_is_recorded_and_named_and_the_person_accepts(scene):
    filed = scene.post("", scene.missing).json
    number = filed["number"]
    assert (filed["state"], filed["overdue"], filed["next"]) == ("filed", False, ["withdraw"])
    assert filed["answerer"] == {
        "role": "provider",
        "organisation_id": public("org", scene.provider_id),
    }
    assert number in filed["notice"]
    assert (filed["history"][0]["text"], filed["history"][0]["files"]) == (
        scene.missing["text"],
        [SLIP],
    )
    read = scene.post(f"/{number}/acknowledge", who="provider").json
    assert (read["state"], read["due_at"]) == ("under_review", filed["due_at"])
    asked = scene.post(f"/{number}/messages", {"text": "Where did you leave?"}, who="provider")
    assert asked.status_code == 201
    action = scene.recorded()
    credited = scene.post(
        f"/{number}/reply",
        {"outcome": "credit", "action_id": action, "text": "Recorded now."},
        who="provider",
    )
    assert credited.json["verdict"]["action_id"] == action
    assert credited.json["next"] == []
    assert scene.get(f"/{number}").json["next"] == ["accept", "escalate"]
    closed = scene.post(f"/{number}/close").json
    assert (closed["state"], closed["due_at"]) == ("closed", None)
    assert [each["step"] for each in closed["history"]] == [
        "file", "acknowledge", "message", "reply", "accept",
    ]  # fmt: skip
    assert refusal(scene.post(f"/{number}/messages", {"text": "And?"})) == (
        409,
        "COMPLAINT_ENDED",
    )
    assert scene.broken() == []


def test_what_was_recorded_must_be_what_was_missing(scene):
    number = scene.filed()
    other = a_participant(scene.wiring, provider_id=scene.provider_id)
    wrong = {
        "person": scene.recorded(
            participant_id=other.hex, external_id="theirs", evidence={"ride_id": f"a{other.hex}"}
        ),
        "day": scene.recorded(
            external_id="before",
            occurred_at=scene.ride.occurred_at - timedelta(days=2),
            evidence={"ride_id": f"b{other.hex}"},
        ),
        "behaviour": scene.recorded(
            behaviour="bus_ride",
            external_id="bus",
            evidence={"ride_id": f"c{other.hex}"},
            occurred_at=scene.ride.occurred_at - timedelta(minutes=90),
        ),
    }
    for case, action in wrong.items():
        body = {"outcome": "credit", "action_id": action, "text": "Here."}
        answer = scene.post(f"/{number}/reply", body, who="provider")
        assert refusal(answer) == (409, "COMPLAINT_ACTION_WRONG"), (case, answer.text)
    body = {"outcome": "credit", "action_id": scene.recorded(), "text": "Here."}
    assert scene.post(f"/{number}/reply", body, who="provider").status_code == 200
    # The same action is no credit for a second complaint.
    again = scene.post(f"/{scene.filed()}/reply", body, who="provider")
    assert refusal(again) == (409, "COMPLAINT_ACTION_WRONG")
    assert scene.broken() == []


def test_a_refusal_is_taken_to_the_authority_which_upholds_it_and_the_provider_puts_it_right(
    scene,
):
    number = scene.replied()
    told = scene.http.get(
        f"/v1/complaints/{number}",
        token=scene.token("person"),
        headers={"Accept-Language": "zh-CN"},
    ).json
    assert told["verdict"]["reason"] == "记录显示该行为未发生。"
    assert scene.post(f"/{number}/escalate", {"text": "The slip."}).json["state"] == "escalated"
    late = scene.post(f"/{number}/reply", REFUSED, who="provider")
    assert refusal(late) == (409, "COMPLAINT_STATE_WRONG")
    upheld = scene.post(
        f"/{number}/decide", {"outcome": "uphold", "text": "It is genuine."}, who="authority"
    )
    assert upheld.json["state"] == "upheld"
    fulfilled = scene.post(
        f"/{number}/reply",
        {
            "step": "fulfil",
            "outcome": "credit",
            "action_id": scene.recorded(),
            "text": "Done.",
        },
        who="provider",
    )
    assert fulfilled.json["state"] == "closed", fulfilled.text
    assert scene.broken() == []


def test_the_authority_decides_what_it_did_not_answer_and_that_is_final(scene):
    body = {"kind": "personal_data", "text": "My region is wrong."}
    number = scene.post("", body).json["number"]
    answered = scene.post(
        f"/{number}/reply", {"outcome": "correct", "text": "Changed."}, who="authority"
    )
    assert answered.status_code == 200, answered.text
    scene.post(f"/{number}/escalate", {"text": "It is not."})
    decision = {"outcome": "refuse", "reason_code": "as_the_rules_say", "text": "It is."}
    assert refusal(scene.post(f"/{number}/decide", decision, who="authority")) == (
        409,
        "DECIDED_BY_SAME",
    )
    scene.callers["authority"] = scene.tokens.caller("authority")
    assert scene.post(f"/{number}/decide", decision, who="authority").json["state"] == "closed"
    for path, said, who in (
        ("decide", decision, "authority"),
        ("escalate", {"text": "Again."}, "person"),
        ("close", None, "person"),
    ):
        answer = scene.post(f"/{number}/{path}", said, who=who)
        assert refusal(answer) == (409, "COMPLAINT_ENDED")
    assert scene.broken() == []


def test_a_merchant_answers_for_its_offer_and_others_do_not_see_it(scene):
    merchant_id = an_organisation(scene.wiring, "merchant")
    offer_id = an_offer(scene.wiring, merchant_id=merchant_id).offer_id
    body = {"kind": "redemption", "offer_id": public("ofr", offer_id), "text": "Not as shown."}
    filed = scene.post("", body).json
    assert filed["answerer"]["role"] == "merchant"
    scene.callers["merchant"] = scene.tokens.caller("merchant", tenant=merchant_id)
    scene.callers["stranger"] = scene.tokens.caller("participant")
    for who in ("provider", "stranger"):
        assert scene.get(f"/{filed['number']}", who=who).status_code == 404
        assert scene.get("", who=who).json["data"] == []
    assert [each["number"] for each in scene.get("", who="merchant").json["data"]] == [
        filed["number"]
    ]
    answer = scene.post(
        f"/{filed['number']}/reply", {"outcome": "correct", "text": "Exchanged."}, who="merchant"
    )
    assert answer.json["state"] == "replied"


# What is refused, and what is not taken.


def test_a_provider_complains_for_people_who_let_it_report(scene):
    body = {**scene.missing, "participant_id": public("par", scene.person)}
    assert scene.post("", body, who="provider").json["filed_by"] == "provider"
    assert len(scene.get("").json["data"]) == 1
    stranger = {**body, "participant_id": public("par", a_participant(scene.wiring))}
    assert refusal(scene.post("", stranger, who="provider")) == (404, "NOT_FOUND")
    assert refusal(scene.post("", stranger)) == (422, "VALIDATION_FAILED")
    assert refusal(scene.post("", scene.missing, who="provider")) == (422, "VALIDATION_FAILED")


def test_what_is_named_must_be_there(scene):
    for change in ({"behaviour": "flying"}, {"provider_id": f"org_{'0' * 32}"}):
        assert refusal(scene.post("", {**scene.missing, **change})) == (
            422,
            "COMPLAINT_INCOMPLETE",
        )
    nothing = {"kind": "wrong_credit", "action_id": f"act_{'0' * 32}", "text": "It is wrong."}
    assert scene.post("", nothing).status_code == 404
    nothing = {"kind": "redemption", "offer_id": f"ofr_{'0' * 32}", "text": "It is wrong."}
    assert scene.post("", nothing).status_code == 404
    credited = {"kind": "wrong_credit", "action_id": scene.recorded(), "text": "Too little."}
    told = scene.post("", credited).json
    assert (told["behaviour"], told["answerer"]["role"]) == ("metro_ride", "provider")


def test_what_waits_for_a_look_is_contested_there_and_is_no_credit_yet(scene):
    full = WaitTerms(quotas=Quotas(by_default=Quota(actions=0)))
    held = scene.recorded(terms=full)
    body = {"kind": "wrong_credit", "action_id": held, "text": "It is right."}
    assert refusal(scene.post("", body)) == (409, "ACTION_STILL_WAITS")
    contested = scene.http.post(
        f"/v1/me/actions/{held}/contest", {"text": "It is right."}, token=scene.token("person")
    )
    assert contested.status_code == 201
    credit = {"outcome": "credit", "action_id": held, "text": "Here."}
    answer = scene.post(f"/{scene.filed()}/reply", credit, who="provider")
    assert refusal(answer) == (409, "COMPLAINT_ACTION_WRONG")


def test_a_flood_is_refused_and_says_until_when(scene):
    for _ in range(scene.wiring.programme.complaints.complaints_per_day):
        number = scene.filed()
    answer = scene.post("", scene.missing)
    assert refusal(answer) == (429, "TOO_MANY_COMPLAINTS")
    assert 0 < int(answer.headers["Retry-After"]) <= 86_400
    # What a provider files for the person is counted by itself.
    named = {**scene.missing, "participant_id": public("par", scene.person)}
    assert scene.post("", named, who="provider").status_code == 201
    for _ in range(scene.wiring.programme.complaints.messages_per_day):
        assert scene.post(f"/{number}/messages", {"text": "And?"}).status_code == 201
    assert refusal(scene.post(f"/{number}/messages", {"text": "And?"})) == (
        429,
        "TOO_MANY_COMPLAINTS",
    )
    scene.later()
    scene.filed()


def test_a_dry_run_keeps_nothing(scene):
    tried = scene.http.post(
        "/v1/complaints?dry_run=true", scene.missing, token=scene.token("person")
    )
    assert (tried.status_code, tried.headers["Dry-Run"]) == (200, "true")
    assert scene.get(f"/{tried.json['number']}").status_code == 404
    number = scene.filed()
    tried = scene.post(f"/{number}/reply?dry_run=true", REFUSED, who="provider")
    assert tried.json["state"] == "replied"
    assert scene.get(f"/{number}").json["state"] == "filed"


# Time.


def test_silence_takes_it_to_the_authority_whether_or_not_anybody_swept(scene):
    number = scene.filed()
    due_at = scene.get(f"/{number}").json["due_at"]
    scene.later()
    unswept = scene.get(f"/{number}").json
    assert unswept["state"] == "escalated"
    assert refusal(scene.post(f"/{number}/reply", REFUSED, who="provider")) == (
        409,
        "COMPLAINT_STATE_WRONG",
    )
    assert scene.sweep() > 0
    swept = scene.get(f"/{number}").json
    assert {**swept, "history": None} == {**unswept, "history": None}
    assert (swept["history"][-1]["step"], swept["history"][-1]["said_at"]) == ("overrun", due_at)
    assert scene.sweep() == 0
    assert scene.broken() == []


def test_an_answer_to_which_nothing_is_said_stands(scene):
    number = scene.replied()
    scene.later()
    assert refusal(scene.post(f"/{number}/escalate", {"text": "Too late."})) == (
        409,
        "COMPLAINT_ENDED",
    )
    scene.sweep()
    ended = scene.get(f"/{number}").json
    assert (ended["state"], ended["history"][-1]["step"]) == ("closed", "settle")
    assert scene.get("?open=false").json["data"][0]["number"] == number
    assert scene.broken() == []


def test_queues_are_read_in_pages_and_what_is_overdue_stands_first(scene):
    old = scene.escalated()
    scene.later()
    fresh = [scene.filed() for _ in range(3)]
    query = f"?kind=missing_credit&organisation_id={public('org', scene.provider_id)}"
    seen, cursor = [], ""
    while True:
        page = scene.get(f"{query}&limit=2{cursor}", who="operator").json
        seen += [(each["number"], each["overdue"]) for each in page["data"]]
        if not page["has_more"]:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == [(old, True), *((each, False) for each in fresh)]
    late = scene.get(f"{query}&overdue=true", who="authority").json["data"]
    assert [each["number"] for each in late] == [old]
    by_state = scene.get(f"{query}&state=filed", who="authority").json["data"]
    assert [each["number"] for each in by_state] == fresh


def test_what_sql_lists_by_time_is_what_the_domain_says(scene):
    scene.replied(), scene.filed(), scene.escalated()
    acknowledged = scene.filed()
    scene.wiring.database.transact(scene.step(acknowledged, ACKNOWLEDGE, "provider"))
    sought, deadlines = Sought(participant_id=scene.person), scene.wiring.deadlines
    start = scene.wiring.clock.now()
    with scene.wiring.database.engine.connect() as connection:
        stored = queue_of(connection, sought, now=start, after=None, most=9)
        assert len(stored) == 4
        for days in range(80):
            now = start + timedelta(days=days)
            standing = {each.number: each.as_of(now, deadlines) for each in stored}
            for state in {each.state for each in standing.values()} - {"closed"}:
                found = queue_of(
                    connection, sought._replace(state=state), now=now, after=None, most=9
                )
                assert {each.number for each in found} == {
                    number for number, each in standing.items() if each.state == state
                }
