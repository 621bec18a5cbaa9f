"""A period of a project over the API: the same answer as the command line, for whoever may ask."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner

from app.commands.main import tanpuhui
from behaviours.actions.shipped import METHODOLOGIES_FOLDER
from behaviours.rules.document import read_document
from behaviours.rules.survey.reading import SURVEY_FIELDS
from tests.behaviours.project_rule import EXAMPLE, a_document
from tests.builders.methodologies import Office

CASES = METHODOLOGIES_FOLDER / "cdm" / "grid_connected_pv" / "1" / "examples.yaml"
ROUTE = "/v1/methodologies/cdm.grid_connected_pv/versions/1/period"


def told(text: str, at: int = 0) -> dict[str, Any]:
    cases = read_document(text, "examples.yaml").value
    assert isinstance(cases, dict)
    case: Any = cases["examples"][at]
    return {name: case[name] for name in SURVEY_FIELDS if name in case}


@pytest.fixture
def office(wiring) -> Office:
    return Office(wiring)


def test_a_published_rule_answers_as_the_command_line_does(office, tmp_path):
    case = told(CASES.read_text("utf-8"), 1)
    answer = office.post(ROUTE, case, by="verifier")
    assert answer.status_code == 200, answer.text
    file = tmp_path / "period.yaml"
    file.write_text(json.dumps(case), "utf-8")
    words = ["methodology", "period", "cdm.grid_connected_pv@1", str(file), "--json"]
    assert answer.json == json.loads(CliRunner().invoke(tanpuhui, words).output)
    assert answer.json["saved_mg"] == "917713623375"


def test_a_draft_is_run_by_those_who_work_on_rules_and_nobody_else(office):
    texts = {"document": a_document().replace("official", "secondary"), "examples": EXAMPLE}
    drafted = office.post("/v1/methodologies/test.project/versions", texts, by="operator")
    assert drafted.status_code == 201, drafted.text
    route = "/v1/methodologies/test.project/versions/1/period"
    for who in ("operator", "authority", "verifier"):
        answer = office.post(route, told(EXAMPLE), by=who)
        assert (answer.status_code, answer.json["saved_mg"]) == (200, "50000000000"), answer.text
        assert answer.json["results"] == {"kept": "25000000000"}
    provider = office.tokens("provider")
    assert office.http.post(route, told(EXAMPLE), token=provider).status_code == 403
    assert office.http.post(route, told(EXAMPLE)).status_code == 401


def test_all_that_cannot_be_read_is_told_with_its_place(office):
    case = told(CASES.read_text("utf-8"), 1)
    case["period"] = {"from": "2025-13-01"}
    case["quantities"] = dict.fromkeys(case["quantities"], "many")
    answer = office.post(ROUTE, case, by="operator")
    assert (answer.status_code, answer.json["code"]) == (422, "INVALID_SURVEY")
    places = {each["pointer"] for each in answer.json["errors"]}
    assert {"/period", "/period/from"} <= places
    assert {f"/quantities/{name}" for name in case["quantities"]} <= places


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"quantities": {"nothing": "1"}}, "UNFIT_SURVEY"),
        ({"previous": {"ER": 1.5}}, "FIGURE_NOT_A_TEXT"),
        ({"quantities": {"long": "1" * 300_000}}, "INVALID_SURVEY"),
        ({"more": "x"}, "VALIDATION_FAILED"),
    ],
)
def test_what_does_not_fit_is_refused(office, change, code):
    answer = office.post(ROUTE, {**told(CASES.read_text("utf-8"), 1), **change}, by="operator")
    assert (answer.status_code, answer.json["code"]) == (422, code), answer.text


def test_a_rule_of_actions_knows_no_period(office):
    route = "/v1/methodologies/bj.clean_plate/versions/2024/period"
    answer = office.post(route, told(CASES.read_text("utf-8"), 1), by="operator")
    assert answer.json["code"] == "FOR_ACTIONS"
