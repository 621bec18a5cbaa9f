"""What the programme owes in points."""

from __future__ import annotations

from typing import TypedDict

from flask import Response
from marshmallow import fields as plain

from app.auth import allow
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.fields import Strict
from app.http.validators import OneOf
from app.shown.liability import LiabilityAnswer, liability_answer, liability_csv
from app.usecases.points.read_liability import read_liability
from behaviours.civil_time import civil_day

blueprint = Blueprint("liability", __name__, description="What the programme owes in points.")


JSON, CSV = FORMS = ("json", "csv")


class LiabilityForm(Strict):
    """In which form."""

    format = plain.String(load_default=JSON, validate=OneOf(FORMS), metadata={"enum": list(FORMS)})


class WantedLiability(TypedDict):
    """As ``LiabilityForm`` loads it."""

    format: str


@blueprint.route("/v1/statistics/points/liability")
@allow("operator", "authority")
@blueprint.arguments(LiabilityForm, location="query")
@blueprint.response(200, LiabilityAnswer)
def read(wanted: WantedLiability) -> Response:
    """Everybody's points by the civil month in which they run out: 24 months, and what is later.

    `format=csv` is a file in UTF-8 with BOM for spreadsheets, which says the same.
    """
    moment = now()
    found = wiring().database.transact(read_liability, now=moment, zone=wiring().zone)
    if wanted["format"] == JSON:
        return json_answer(liability_answer(found, moment))
    name = f"points-liability-{civil_day(moment, wiring().zone)}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    content = liability_csv(found, moment)
    return Response(content, content_type="text/csv; charset=utf-8", headers=headers)
