"""A design document and an ex-ante table, read back as they were stated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import cast

from behaviours.json_value import JsonObject
from behaviours.projects.design import (
    BenefitShare,
    DesignTexts,
    LandStratum,
    NewDesign,
    Parcel,
    PlanItem,
    PlantMeter,
)
from behaviours.projects.designed import DaySpan
from behaviours.projects.ex_ante import ExAnteRow, NewExAnte
from behaviours.projects.land import DEGREE, Shape, WrittenCoordinates
from behaviours.projects.registration import crediting_of
from behaviours.projects.surveyed import SurveyTold


def design_read(content: JsonObject) -> NewDesign:
    """The document that ``written`` wrote."""
    parts = {
        name: cast(Sequence[JsonObject], content[name])
        for name in ("parcels", "meters", "strata", "monitoring_plan", "benefit_split")
    }
    texts = (str(content[name]) for name in DesignTexts._fields)
    return NewDesign(
        date.fromisoformat(str(content["starts_on"])),
        crediting_of(content),
        tuple(_parcel(each) for each in parts["parcels"]),
        tuple(_meter(each) for each in parts["meters"]),
        tuple(_stratum(each) for each in parts["strata"]),
        tuple(
            PlanItem(*(str(each[name]) for name in PlanItem._fields))
            for each in parts["monitoring_plan"]
        ),
        tuple(
            BenefitShare(str(each["party"]), cast(int, each["share_ppm"]))
            for each in parts["benefit_split"]
        ),
        DesignTexts(*texts),
        content["no_other_mechanism"] is True,
    )


def ex_ante_read(content: JsonObject) -> NewExAnte:
    """The table that ``ex_ante_written`` wrote."""
    rows = tuple(
        ExAnteRow(
            DaySpan(date.fromisoformat(str(each["from"])), date.fromisoformat(str(each["to"]))),
            SurveyTold(*(cast(JsonObject, each[name]) for name in SurveyTold._fields)),
            int(str(each["saved_mg"])),
        )
        for each in cast(Sequence[JsonObject], content["rows"])
    )
    fixed = cast(JsonObject, content["project_parameters"])
    return NewExAnte(fixed, rows, int(str(content["total_mg"])))


def _parcel(one: JsonObject) -> Parcel:
    shape = _shape(cast(WrittenCoordinates, one["coordinates"]))
    return Parcel(str(one["parcel_no"]), str(one["tenure_no"]), shape)


def _meter(one: JsonObject) -> PlantMeter:
    return PlantMeter(
        str(one["issuer"]),
        str(one["number"]),
        cast(int, one["capacity_w"]),
        date.fromisoformat(str(one["connected_on"])),
    )


def _stratum(one: Mapping[str, object]) -> LandStratum:
    year = cast("int | None", one["planted_year"])
    return LandStratum(str(one["code"]), tuple(cast(Sequence[str], one["parcels"])), year)


def _shape(coordinates: WrittenCoordinates) -> Shape:
    return tuple(
        tuple(tuple((_whole(east), _whole(north)) for east, north in ring) for ring in polygon)
        for polygon in coordinates
    )


def _whole(degrees: str) -> int:
    return int(Decimal(degrees) * DEGREE)
