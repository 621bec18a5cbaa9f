"""What a period of a project comes to by a rule, with every step; nothing is recorded."""

from __future__ import annotations

from typing import ClassVar, NotRequired, TypedDict, cast

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import Region, Strict
from app.usecases.methodologies.read_rule_to_run import read_rule_to_run
from app.usecases.methodologies.tell_period import tell_period
from behaviours.actions.drafts import document_text
from behaviours.json_value import JsonObject
from behaviours.rules.lifecycle import INSIDERS
from behaviours.rules.survey.reading import survey_of
from behaviours.rules.survey.run import run_survey
from behaviours.rules.survey.shown import run_shown

blueprint = Blueprint("periods", __name__, description="What a period of a project comes to.")


class SurveyBody(Strict):
    """What is known of a project in a period, as a case in the rule's examples has it.

    Every figure is a text; keys of several sets are joined by full stops.
    """

    EXAMPLE: ClassVar[JsonObject] = {
        "region": "CN-44",
        "period": {"from": "2025-01-01", "to": "2026-01-01"},
        "sets": {"meters": ["M1"]},
        "quantities": {"export": {"M1.2025": "1200.5"}, "import": {"M1.2025": "3"}},
    }

    region = Region(required=True)
    period = plain.Dict(
        required=True,
        metadata={"description": "`from` a day up to another (`to`), which is no part of it."},
    )
    sets = plain.Dict(
        metadata={"description": "The keys of each set; of one within another, by its key."}
    )
    quantities = plain.Dict(metadata={"description": "What was measured, by its keys."})
    labels = plain.Dict(metadata={"description": "A word for each key, such as its species."})
    project_parameters = plain.Dict(
        metadata={"description": "The project's own figures: values, source and grade of each."}
    )
    previous = plain.Dict(
        metadata={"description": "What the last verified period came to; left out before it."}
    )


class SentSurvey(TypedDict):
    """As ``SurveyBody`` loads it; what is in it is read with the places of its faults."""

    region: str
    period: JsonObject
    sets: NotRequired[JsonObject]
    quantities: NotRequired[JsonObject]
    labels: NotRequired[JsonObject]
    project_parameters: NotRequired[JsonObject]
    previous: NotRequired[JsonObject]


class RunStepAnswer(Schema):
    """An equation and what came out of it for each key."""

    name = plain.String()
    equation = plain.String()
    unit = plain.String()
    meaning = plain.String()
    provenance = plain.String()
    cells = plain.List(plain.Dict(), metadata={"description": "Each with `key` and `value`."})


class RunAnswer(Schema):
    """What came out; masses are whole milligrams CO2e as texts, losses below nought."""

    methodology = plain.String(metadata={"example": "cdm.grid_connected_pv@1"})
    digest = plain.String()
    provenance = plain.String()
    factors = plain.Dict(metadata={"description": "The factor that each series gave."})
    steps = plain.List(plain.Nested(RunStepAnswer))
    results = plain.Dict(metadata={"description": "Results beside the main one, by name."})
    vintages = plain.List(plain.Dict(), metadata={"description": "Each with `year` and `mg`."})
    saved_mg = plain.String(metadata={"example": "917713623375"})


@blueprint.route("/v1/methodologies/<code>/versions/<version>/period", methods=["POST"])
@allow(*sorted(INSIDERS), step="methodology.calculate_period")
@blueprint.arguments(SurveyBody)
@blueprint.response(200, RunAnswer)
def calculate_period(body: SentSurvey, code: str, version: str) -> Response:
    """What does this period come to? By a published rule of projects or one that is on its way.

    The same as `tanpuhui methodology period` says; nothing is recorded but who asked what. How much
    is told and how many keys one run goes over are bounded (`INVALID_SURVEY`, `CANNOT_CALCULATE`).
    """
    rulebook, database = wiring().rulebook, wiring().database
    rule = database.transact(read_rule_to_run, code, version, rulebook=rulebook)
    rule.check_of_projects()
    survey = survey_of(document_text(cast("JsonObject", body), ""), "period")
    run = run_survey(rule, survey)
    database.transact(tell_period, rule, survey, run)
    return json_answer(run_shown(rule, run))
