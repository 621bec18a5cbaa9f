"""Routes of series: the factors and warming potentials by which rules count, and how two people
add a value to them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NotRequired, TypedDict

from flask import Response
from marshmallow import fields as plain

from app.auth import allow, allow_public
from app.http.answers import in_force, json_answer
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import Day, DecimalText, Line, Strict
from app.http.once import once
from app.http.pages import page_of, whole_or_page
from app.http.registers import Register, Shown, at_row, exported, rows_taken, sent_rows, takes_file
from app.http.signing import made_when_signed, with_awaited
from app.http.validators import Between, Count, OneOf
from app.ids import parse
from app.shown.series import (
    AwaitingSeriesValue,
    AwaitingSeriesValues,
    ProposedSeriesValueAnswer,
    SeriesValueAnswer,
    proposed_value,
    said_shown,
    values_shown,
)
from app.usecases.methodologies.propose_series import propose_series
from app.usecases.methodologies.read_series import read_series
from app.usecases.methodologies.sign_series import sign_series
from app.wiring import Wiring
from behaviours.json_value import JsonObject
from behaviours.refusal import Refusal
from behaviours.rules.factors import GRADES
from behaviours.rules.series_value import NewSeriesValue, SeriesValue

blueprint = Blueprint("series", __name__, description="Factors and warming potentials.")

MOST_VALUES: Final = 100
BOTH: Final = ("operator", "authority")
_EXAMPLE: Final[JsonObject] = {
    "values": [
        {
            "series": "avg_province",
            "area": "CN-44",
            "data_year": 2024,
            "value": "0.4403",
            "unit": "kgCO2/kWh",
            "holds_from": "2027-01-01",
            "title": "关于发布2024年电力二氧化碳排放因子的公告",
            "source": "https://www.mee.gov.cn/",
            "copy": "The annex, table 2, as downloaded on 2026-12-20",
            "grade": "official",
        }
    ]
}


class SeriesValueBody(Strict):
    """A value that is added to a series (`area` and `data_year`), or to a set of warming potentials
    (`gas`)."""

    series = Line(required=True, most=64, metadata={"example": "avg_province"})
    area = Line(most=32, metadata={"description": "As the series names its areas."})
    gas = Line(most=32, metadata={"description": "Of a warming potential, as `CH4`."})
    data_year = plain.Integer(strict=True, allow_none=True, validate=Between(1990, 2200))
    value = DecimalText(required=True, metadata={"example": "0.4403"})
    unit = Line(required=True, most=60, metadata={"example": "kgCO2/kWh"})
    holds_from = Day(
        required=True, metadata={"description": "It counts for actions done on this day or later."}
    )
    title = Line(required=True, most=300, metadata={"description": "Of the publication."})
    source = Line(required=True, most=300, metadata={"description": "Where that is found."})
    copy = Line(required=True, most=300, metadata={"description": "Which copy was read."})
    grade = plain.String(required=True, validate=OneOf(GRADES))
    note = Line(most=300)


class SentSeriesValue(TypedDict):
    """As ``SeriesValueBody`` loads it."""

    series: str
    area: NotRequired[str]
    gas: NotRequired[str]
    data_year: NotRequired[int | None]
    value: Decimal
    unit: str
    holds_from: date
    title: str
    source: str
    copy: str
    grade: str
    note: NotRequired[str]


class SeriesValuesBody(Strict):
    """Values that are proposed together."""

    values = plain.List(
        plain.Nested(SeriesValueBody), required=True, validate=Count(1, MOST_VALUES)
    )


class SentSeriesValues(TypedDict):
    """As ``SeriesValuesBody`` loads it."""

    values: list[SentSeriesValue]


SERIES = Register("series", SeriesValueBody(), frozenset({"published_at"}))
COLUMNS: Final = (
    *("series", "area", "gas", "data_year", "value", "unit", "holds_from", "title", "source"),
    *("copy", "grade", "note"),
)
EXAMPLE_FILE: Final = (
    f"{','.join(COLUMNS)}\n"
    "avg_province,CN-44,,2024,0.4403,kgCO2/kWh,2027-01-01,公告,https://www.mee.gov.cn/,表2,official,\n"
)
SeriesValues = page_of(SeriesValueAnswer, "SeriesValues")
ProposedSeriesValues = page_of(ProposedSeriesValueAnswer, "ProposedSeriesValues")


@blueprint.route("/v1/series", methods=["GET"])
@allow_public
@blueprint.paged
@blueprint.response(200, SeriesValues)
def list_series() -> Response:
    """Every value by which rules count: those of the release and those that the programme added.

    Of a region and year that stand twice, the one that was published later counts for what is
    recorded after it. What was recorded before keeps the value that it names.
    """
    return json_answer(whole_or_page(list(values_shown(wiring().rulebook.book))))


@blueprint.route("/v1/series/proposals", methods=["GET"])
@allow(*BOTH)
@blueprint.paged
@blueprint.response(200, ProposedSeriesValues)
def list_proposed_series() -> Response:
    """Every value that was proposed here, the last first."""
    found = wiring().database.transact(read_series, zone=wiring().zone)
    return json_answer(whole_or_page([proposed_value(each) for each in reversed(found)]))


@blueprint.route("/v1/series/proposals", methods=["POST"])
@allow(*BOTH, step="series.propose")
@blueprint.arguments(SeriesValuesBody, example=_EXAMPLE)
@blueprint.response(202, AwaitingSeriesValues)
def propose_series_values(body: SentSeriesValues) -> Response:
    """Propose values and sign them; the other role publishes each.

    A value counts for actions that were done on its first day or later and are recorded after it
    was published. It never changes: a correction is another value.
    """
    answer = once(_awaited, status=202, required=False)(
        propose_series,
        [said_of(each) for each in body["values"]],
        zone=wiring().zone,
        **by_caller(),
    )
    return in_force(answer)


@blueprint.route("/v1/series/proposals/<value_id>/publish", methods=["POST"])
@allow(*BOTH, step="series.publish")
@blueprint.signed(201, AwaitingSeriesValue)
def publish_series_value(value_id: str) -> Response:
    """Sign a proposed value; the second signature, of another person and role, publishes it."""
    answer = once(with_awaited(proposed_value), status=made_when_signed, required=False)(
        sign_series, parse("svl", value_id), zone=wiring().zone, **by_caller()
    )
    return in_force(answer)


@exported(blueprint, SERIES, "What the programme added", to=allow_public)
def export_series(parts: Wiring) -> Shown:
    """Every value that two have signed, in a file that `import` takes in again."""
    found = parts.database.transact(read_series, zone=parts.zone)
    published = sorted((each for each in found if each.published_at), key=lambda e: e.order)
    rows = (
        {name: said for name, said in said_shown(each).items() if said not in (None, "")}
        for each in published
    )
    return rows, list(COLUMNS)


@blueprint.route("/v1/series/import", methods=["POST"])
@allow(*BOTH, step="series.import")
@takes_file(blueprint, SERIES, EXAMPLE_FILE)
def import_series() -> Response:
    """Propose every value of a file and sign it; the other role publishes them by the same file."""
    try:
        answer = once(_rows_of, status=201, required=False)(
            propose_series,
            [said_of(each) for each in sent_rows(SERIES)],
            zone=wiring().zone,
            **by_caller(),
        )
    except Refusal as refusal:
        raise at_row(refusal, "values") from None
    return in_force(answer)


def said_of(row: SentSeriesValue) -> NewSeriesValue:
    """What a body, or a row of a file, says of a value."""
    return NewSeriesValue(**row)


def _awaited(done: Sequence[tuple[SeriesValue, Sequence[str]]]) -> JsonObject:
    show = with_awaited(proposed_value)
    return {"data": [show(each) for each in done]}


def _rows_of(done: Sequence[tuple[SeriesValue, Sequence[str]]]) -> JsonObject:
    return rows_taken(done)
