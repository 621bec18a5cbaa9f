"""From a draft to a rule that two people signed, and out of force again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError

from app.ids import public
from app.wiring import Wiring
from behaviours.document import canonical_digest
from tests.builders.civil import CHINA
from tests.builders.market import run
from tests.builders.methodologies import FILING, Office, Rule


def test_a_rule_goes_from_draft_to_force_and_every_step_is_on_record(
    office: Office, today: date
) -> None:
    rule = Rule(today)
    drafted = office.draft(rule)
    assert (drafted.status_code, drafted.json["state"]) == (201, "draft"), drafted.text
    assert drafted.headers["ETag"] == '"1"'
    filed = office.file(rule)
    assert filed.json["state"] == "filed"
    assert filed.json["application"]["applicant"] == FILING["applicant"]
    assert len(filed.json["application"]["design_document"]["sha256"]) == 64
    assert office.review(rule).json["state"] == "reviewed"
    first = office.post(f"{rule.path}/publish", by="authority")
    assert (first.status_code, first.json["awaiting"]) == (202, ["operator"])
    second = office.post(f"{rule.path}/publish", by="operator")
    assert (second.status_code, second.json["awaiting"]) == (201, [])
    steps = office.http.get(f"{rule.path}/history").json["data"]
    assert [(step["step"], step["state"], step["role"]) for step in steps] == [
        ("draft", "draft", "operator"),
        ("file", "filed", "operator"),
        ("review", "reviewed", "verifier"),
        ("sign", "reviewed", "authority"),
        ("publish", "published", "operator"),
    ]
    assert {step["digest"] for step in steps} == {drafted.json["digest"]}
    assert all("by" not in step and "details" not in step for step in steps)
    inside = office.send("GET", f"{rule.path}/history", by="authority").json["data"]
    assert inside[0]["by"] == public("usr", office.people["operator"].user_id)
    assert inside[2]["details"]["declaration"]["employer"]


def test_what_was_published_can_be_read_by_everybody_and_what_was_not_by_insiders(
    wiring: Wiring, today: date
) -> None:
    office, rule, draft = Office(wiring), Rule(today), Rule(today)
    office.published(rule)
    office.draft(draft)
    # Another process learns of it in its own time; a fresh one asks at once.
    rules = type(wiring.rules)(CHINA, b"a key of claims")
    reader = Office(replace(wiring, rules=rules))
    public_list = reader.http.get("/v1/methodologies").json["data"]
    states = {f"{row['code']}@{row['version']}": row["state"] for row in public_list}
    assert states[rule.label] == "in_force"
    assert states["bj.low_carbon_travel@2024-2"] == "in_force"
    assert draft.label not in states
    whole = reader.http.get(rule.path)
    assert whole.json["document"]["code"] == rule.code
    assert reader.http.get(draft.path).status_code == 404
    assert reader.http.get(f"{draft.path}/history").status_code == 404
    inside = reader.send("GET", "/v1/methodologies", by="verifier").json["data"]
    assert (draft.code, "draft") in {(row["code"], row["state"]) for row in inside}
    read = reader.send("GET", draft.path, by="operator")
    assert (read.json["document"], read.headers["ETag"]) == (draft.body()["document"], '"1"')
    assert reader.send("GET", draft.path, by="operator2").status_code == 200
    stranger = reader.http.get(draft.path, token=reader.tokens("merchant"))
    assert stranger.status_code == 404


def test_a_document_that_cannot_be_used_says_where_and_what_to_do(
    office: Office, today: date
) -> None:
    rule = Rule(today, equation="trips + EF_trip")
    refused = office.draft(rule)
    assert (refused.status_code, refused.json["code"]) == (422, "INVALID_METHODOLOGY")
    said = refused.json["details"]
    assert (said["file"], said["field"]) == ("methodology.yaml", "equations[0].is")
    line = rule.body()["document"].splitlines()[said["line"] - 1]
    assert "trips + EF_trip" in line
    assert said["problem"]
    assert said["remedy"]
    (told,) = refused.json["errors"]
    assert told["pointer"] == "/document/equations/0/is"
    assert told["line"] == said["line"]
    slips = rule.body()["document"].replace("grade: official}", "grade: sure}")
    both = office.post(
        f"/v1/methodologies/{rule.code}/versions",
        {"document": slips.replace("scope: Rides of a test.", "scope: ''"), "examples": "x"},
        by="operator",
    )
    assert [(each["file"], each["pointer"]) for each in both.json["errors"]] == [
        ("methodology.yaml", "/document/scope"),
        ("methodology.yaml", "/document/parameters/EF_trip/values/0/grade"),
        ("methodology.yaml", "/document/equations/0/grade"),
        ("examples.yaml", "/examples"),
    ]
    assert both.json["detail"] == both.json["errors"][0]["detail"]
    wrong = {**Rule(today).body(), "examples": Rule(today, saved_mg=51_000).body()["examples"]}
    path = f"/v1/methodologies/{Rule(today).code}/versions"
    differs = office.post(path, wrong, by="operator")
    assert differs.json["details"]["file"] == "examples.yaml"
    assert "gives 50000, the example says 51000" in differs.json["detail"]


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"document": {"code": "a.b", "result": 0.5}}, 422, "FIGURE_NOT_A_TEXT"),
        ({"document": "[" * 100_000}, 422, "INVALID_METHODOLOGY"),
        ({"document": "a: &x [*x]"}, 422, "INVALID_METHODOLOGY"),
        ({"document": "!!python/object/apply:os.system ['true']"}, 422, "INVALID_METHODOLOGY"),
        ({"document": "\ud7ff\ufffe"}, 422, "INVALID_METHODOLOGY"),
        ({"document": 5}, 422, "VALIDATION_FAILED"),
        ({"examples": "examples: []"}, 422, "INVALID_METHODOLOGY"),
    ],
)
def test_nothing_that_is_no_rule_is_kept(
    office: Office, today: date, change: dict, status: int, code: str
) -> None:
    rule = Rule(today)
    answer = office.post(
        f"/v1/methodologies/{rule.code}/versions", {**rule.body(), **change}, by="operator"
    )
    assert (answer.status_code, answer.json["code"]) == (status, code), answer.text
    assert office.send("GET", rule.path, by="operator").status_code == 404


def test_a_document_may_come_as_json_with_figures_as_text(office: Office, today: date) -> None:
    rule = Rule(today)
    office.draft(rule)
    # What a published rule shows can be sent again as the next version.
    shown = office.http.get("/v1/methodologies/bj.low_carbon_travel/versions/2024").json
    document = {**shown["document"], "code": rule.code, "version": "2"}
    document["in_force"] = {"from": today.isoformat()}
    examples = {
        "examples": [
            {
                "title": "One trip",
                "origin": "computed",
                "region": "CN-11",
                "occurred_on": today.isoformat(),
                "quantities": {"trips": "1"},
                "evidence": {"ride_id": "a"},
                "saved_mg": "46000",
            }
        ]
    }
    answer = office.post(
        f"/v1/methodologies/{rule.code}/versions",
        {"document": document, "examples": examples},
        by="operator",
    )
    assert answer.status_code == 201, answer.text


def test_names_and_contents_are_taken_once(office: Office, today: date) -> None:
    rule = Rule(today)
    office.draft(rule)
    assert office.draft(rule).json["code"] == "METHODOLOGY_VERSION_EXISTS"
    shipped = Rule(today, code="bj.low_carbon_travel", version="2024")
    assert office.draft(shipped).status_code == 409
    other = office.post("/v1/methodologies/test.other/versions", rule.body(), by="operator")
    assert other.json["code"] == "METHODOLOGY_NAME_DIFFERS"


def test_a_draft_is_revised_by_who_read_its_last_revision(office: Office, today: date) -> None:
    rule = Rule(today)
    office.draft(rule)
    better = Rule(today, 60_000, rule.code, rule.version, rule.behaviour)
    put = office.send("PUT", rule.path, better.body(), by="operator", headers={"If-Match": '"1"'})
    assert (put.status_code, put.headers["ETag"]) == (200, '"2"'), put.text
    late = office.send("PUT", rule.path, rule.body(), by="operator2", headers={"If-Match": '"1"'})
    assert (late.status_code, late.json["code"]) == (412, "METHODOLOGY_DRAFT_CHANGED")
    for tag in ("", 'W/"2"', "2", '"1", W/"2"'):
        sent = {"headers": {"If-Match": tag}, "by": "operator2"}
        answer = office.send("PUT", rule.path, rule.body(), **sent)
        assert (answer.status_code, answer.json["code"]) == (412, "METHODOLOGY_DRAFT_CHANGED"), tag
    alone = office.send("PATCH", rule.path, {"document": rule.body()["document"]}, by="operator")
    assert alone.json["code"] == "INVALID_METHODOLOGY", "its examples are for another figure"
    nine = Rule(today, 60_000, rule.code, "9")
    renamed = {"document": nine.body()["document"]}
    answer = office.send("PATCH", rule.path, renamed, by="operator")
    assert answer.json["code"] == "METHODOLOGY_NAME_DIFFERS"
    office.file(rule)
    resting = office.send("PUT", rule.path, better.body(), by="operator")
    assert (resting.status_code, resting.json["code"]) == (409, "METHODOLOGY_STATE_CONFLICT")
    assert "Reopen" in resting.json["detail"]


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"belongs_to_applicant": True}, "/declaration/belongs_to_applicant"),
        ({"took_part_in_drafting": True}, "/declaration/took_part_in_drafting"),
        ({"other_interest": "My brother sells the bicycles."}, "/declaration/other_interest"),
        ({"employer": "岭南低碳 研究院"}, "/declaration/employer"),
    ],
)
def test_an_expert_with_an_interest_is_turned_away(
    office: Office, today: date, said: dict, pointer: str
) -> None:
    rule = Rule(today)
    office.draft(rule)
    office.file(rule)
    answer = office.review(rule, **said)
    assert (answer.status_code, answer.json["code"]) == (409, "CONFLICT_OF_INTEREST")
    assert answer.json["errors"][0]["pointer"] == pointer
    assert office.send("GET", rule.path, by="operator").json["state"] == "filed"


def test_an_expert_of_the_applicant_is_found_whatever_they_declare(
    office: Office, today: date
) -> None:
    rule = Rule(today)
    office.draft(rule)
    own = office.people["verifier"].tenant_id
    assert own is not None
    assert office.file(rule, applicant_id=public("org", own)).status_code == 200
    assert office.review(rule).json["code"] == "CONFLICT_OF_INTEREST"
    assert office.review(rule, by="authority").json["state"] == "reviewed"


def test_the_expert_sends_a_draft_back_with_reasons(office: Office, today: date) -> None:
    rule = Rule(today)
    office.draft(rule)
    office.file(rule)
    back = office.review(rule, "return")
    assert (back.json["state"], back.json["revision"]) == ("draft", 2)
    steps = office.send("GET", f"{rule.path}/history", by="operator").json["data"]
    assert steps[-1]["details"]["reasons"] == "Read."
    assert office.file(rule).json["state"] == "filed"


def test_steps_have_their_order(office: Office, today: date) -> None:
    rule = Rule(today)
    assert office.file(rule).status_code == 404
    office.draft(rule)
    for answer in (office.review(rule), office.post(f"{rule.path}/publish", by="operator")):
        assert (answer.status_code, answer.json["code"]) == (409, "METHODOLOGY_STATE_CONFLICT")
    empty = office.file(rule, design_document={"title": "Nothing in it"})
    assert empty.json["errors"][0]["pointer"] == "/design_document/text"
    design = {"title": "t", "text": "a", "sha256": "0" * 64}
    assert office.file(rule, design_document=design).json["code"] == "DESIGN_DOCUMENT_DIFFERS"
    unknown = office.file(rule, applicant_id="org_" + "0" * 32)
    assert unknown.json["code"] == "UNKNOWN_APPLICANT"


def test_one_person_cannot_publish_alone(office: Office, today: date) -> None:
    rule = Rule(today)
    office.reviewed(rule)
    for who in ("operator", "operator2", "operator"):
        answer = office.post(f"{rule.path}/publish", by=who)
        assert (answer.status_code, answer.json["awaiting"]) == (202, ["authority"])


def test_reviewer_publisher_and_approver_are_different_people(office: Office, today: date) -> None:
    rule = Rule(today)
    office.draft(rule)
    office.file(rule)
    # Also whoever reviewed an earlier revision, and sent it back.
    office.review(rule, "return", by="authority2")
    office.file(rule)
    assert office.review(rule, by="authority").json["state"] == "reviewed"
    assert office.post(f"{rule.path}/publish", by="operator").status_code == 202
    for reviewer in ("authority", "authority2"):
        answer = office.post(f"{rule.path}/publish", by=reviewer)
        assert (answer.status_code, answer.json["code"]) == (409, "ANOTHER_PERSON_NEEDED")
    office.people["third"] = office.tokens.caller("authority")
    assert office.post(f"{rule.path}/publish", by="third").status_code == 201
    gate, why = f"{rule.path}/gate-approvals", {"reason": "The figure was checked."}
    for involved in ("authority", "authority2", "operator", "third"):
        answer = office.post(gate, why, by=involved)
        assert (answer.status_code, answer.json["code"]) == (409, "ANOTHER_PERSON_NEEDED"), involved
    assert office.post(gate, why, by="operator2").json["open"] is False
    office.people["fourth"] = office.tokens.caller("authority")
    opened = office.post(gate, why, by="fourth")
    assert (opened.status_code, opened.json["open"]) == (201, True)


def test_signatures_are_for_one_content(office: Office, today: date) -> None:
    rule = Rule(today)
    office.reviewed(rule)
    office.post(f"{rule.path}/publish", by="operator")
    reopened = office.post(f"{rule.path}/reopen", {"reason": "A figure."}, by="operator")
    assert reopened.json["state"] == "draft"
    better = Rule(today, 60_000, rule.code, rule.version, rule.behaviour)
    assert office.send("PUT", rule.path, better.body(), by="operator").status_code == 200
    office.file(rule)
    office.review(rule)
    answer = office.post(f"{rule.path}/publish", by="authority")
    assert (answer.status_code, answer.json["awaiting"]) == (202, ["operator"])


def test_nothing_is_published_for_days_that_have_passed(office: Office, today: date) -> None:
    rule = Rule(today - timedelta(days=1))
    office.reviewed(rule)
    answer = office.post(f"{rule.path}/publish", by="operator")
    assert (answer.status_code, answer.json["code"]) == (422, "METHODOLOGY_STARTS_IN_THE_PAST")


def test_two_rules_for_one_behaviour_do_not_start_together(office: Office, today: date) -> None:
    rule = Rule(today)
    office.published(rule)
    twin = Rule(today, behaviour=rule.behaviour)
    office.reviewed(twin)
    office.post(f"{twin.path}/publish", by="operator")
    answer = office.post(f"{twin.path}/publish", by="authority")
    assert (answer.status_code, answer.json["code"]) == (409, "METHODOLOGY_STARTS_TOGETHER")
    for_a_region = Rule(today, behaviour=rule.behaviour, regions="[CN-44]")
    office.published(for_a_region)


def test_the_database_itself_keeps_what_was_published_and_what_was_done(
    office: Office, wiring: Wiring, today: date
) -> None:
    rule = Rule(today)
    office.published(rule)
    for statement in (
        "update methodology_version set document = 'x'",
        "update methodology_version set state = 'draft', published_at = null",
        "delete from methodology_version",
        "update methodology_step set role = 'authority'",
        "delete from methodology_step",
    ):
        with pytest.raises(IntegrityError) as broken:
            run(
                wiring,
                lambda connection, statement=statement: connection.exec_driver_sql(
                    f"{statement} where code = %s", (rule.code,)
                ),
            )
        assert isinstance(broken.value.orig, psycopg.IntegrityError)


def test_a_withdrawal_takes_two_people_and_a_day_to_come(office: Office, today: date) -> None:
    rule = Rule(today)
    office.published(rule)
    tomorrow = today + timedelta(days=1)
    body = {"from": tomorrow.isoformat(), "reason": "The cited text was repealed."}
    path = f"{rule.path}/withdraw"
    early = office.post(path, {**body, "from": today.isoformat()}, by="operator")
    assert (early.status_code, early.json["code"]) == (422, "WITHDRAWAL_TOO_EARLY")
    assert office.post(path, body, by="operator").status_code == 202
    later = {**body, "from": (today + timedelta(days=9)).isoformat()}
    assert office.post(path, later, by="authority").status_code == 202, "another day, not signed"
    assert office.post(path, body, by="authority").status_code == 201
    assert office.post(path, body, by="authority").json["code"] == "METHODOLOGY_ALREADY_WITHDRAWN"
    shown = office.http.get(rule.path).json
    assert (shown["state"], shown["withdrawn_from"]) == ("in_force", tomorrow.isoformat())
    ask = {"region": "CN-44", "quantities": {"trips": "1"}}
    calculator = f"/v1/methodologies/{rule.code}/quantify"
    assert office.http.post(calculator, ask).json["reduction_kg"] == "0.050000"
    asked = office.http.post(calculator, {**ask, "occurred_on": tomorrow.isoformat()})
    assert (asked.status_code, asked.json["code"]) == (422, "METHODOLOGY_WITHDRAWN")
    unknown = office.post("/v1/methodologies/test.none/versions/1/withdraw", body, by="operator")
    assert unknown.status_code == 404


def test_who_works_on_rules_calculates_by_a_draft(office: Office, today: date) -> None:
    rule = Rule(today + timedelta(days=30))
    office.draft(rule)
    calculator = f"/v1/methodologies/{rule.code}/quantify"
    ask = {
        "region": "CN-44",
        "quantities": {"trips": "3"},
        "version": rule.version,
        "occurred_on": rule.starts_on.isoformat(),
    }
    for who in ("operator", "operator2", "authority", "verifier"):
        found = office.post(calculator, ask, by=who)
        assert found.json["reduction_kg"] == "0.150000", found.text
        assert found.json["calculation"]["steps"][0]["value"] == "0.15"
    for token in (None, office.tokens("merchant"), office.tokens("provider")):
        hidden = office.http.post(calculator, ask, token=token)
        assert (hidden.status_code, hidden.json["code"]) == (404, "UNKNOWN_METHODOLOGY")


def test_a_draft_is_told_what_its_publication_would_refuse(office: Office, today: date) -> None:
    rule = Rule(today - timedelta(days=1))
    drafted = office.draft(rule)
    (told,) = drafted.json["obstacles"]
    assert (told["pointer"], told["code"]) == (
        "/document/in_force/from",
        "METHODOLOGY_STARTS_IN_THE_PAST",
    )
    better = replace(rule, starts_on=today + timedelta(days=1))
    revised = office.send("PUT", rule.path, better.body(), by="operator")
    assert (revised.status_code, revised.json["obstacles"]) == (200, [])


def test_what_is_read_of_a_version_is_taken_as_the_next(office: Office, today: date) -> None:
    rule = Rule(today)
    office.published(rule)
    read = office.http.get(rule.path).json
    sent = {name: read[name] for name in ("document", "examples")}
    path = f"/v1/methodologies/{rule.code}/versions"
    again = office.post(path, sent, by="operator")
    assert (again.status_code, again.json["code"]) == (409, "METHODOLOGY_VERSION_EXISTS")
    # With another name it is another content; with its own again it has its own digest.
    other = office.post(
        path, {**sent, "document": {**sent["document"], "version": "next"}}, by="operator"
    )
    assert other.status_code == 201
    back = office.send("GET", f"{path}/next", by="operator").json
    document = json.loads(back["document"])
    assert canonical_digest({**document, "version": rule.version}) == read["digest"]
