"""What is sent of ex-ante tables, monitoring periods and what was measured in them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar, NotRequired, TypedDict
from uuid import UUID

from marshmallow import fields as plain

from app.http.fields import Day, FileDigest, Line, PublicId, SignedKg, Strict
from app.http.validators import Between, Characters, Count, OneOf
from behaviours.json_value import JsonObject
from behaviours.projects.design import WHOLE_PPM
from behaviours.projects.designed import DaySpan
from behaviours.projects.ex_ante import ExAnteRow, NewExAnte
from behaviours.projects.measurement import (
    MEASURED,
    MOST_MEASUREMENTS,
    QUALITIES,
    NewCalibration,
    NewMeasurement,
)
from behaviours.projects.monitoring import NewPeriod
from behaviours.projects.surveyed import SurveyTold
from behaviours.rules.survey_rule import YEARS_MAX

_MG_PER_KG = 1_000_000
_A_YEAR: JsonObject = {"from": "2027-01-01", "to": "2028-01-01"}


def _mg(kg: Decimal) -> int:
    return int(kg * _MG_PER_KG)


class ExAnteRowBody(Strict):
    """A civil year of the crediting period, with the values that it is computed from."""

    from_ = Day(required=True, data_key="from", metadata={"example": "2027-01-01"})
    to = Day(required=True, metadata={"description": "The day after the last one."})
    sets = plain.Dict(
        keys=plain.String(), metadata={"description": "Sets beside strata and meters, as plots."}
    )
    quantities = plain.Dict(keys=plain.String(), required=True)
    labels = plain.Dict(keys=plain.String())
    saved_kg = SignedKg(required=True, metadata={"example": "196957.500000"})


class SentExAnteRow(TypedDict):
    """As ``ExAnteRowBody`` loads it."""

    from_: date
    to: date
    sets: NotRequired[JsonObject]
    quantities: JsonObject
    labels: NotRequired[JsonObject]
    saved_kg: Decimal


class ExAnteBody(Strict):
    """What the design is expected to come to: every civil year, and all of them together."""

    EXAMPLE: ClassVar[JsonObject] = {
        "project_parameters": {
            "EF_OM": {"values": "0.8042", "source": "Southern grid 2019", "grade": "secondary"}
        },
        "rows": [{**_A_YEAR, "quantities": {"export": {"M1.2027": "100000"}}, "saved_kg": "60000"}],
        "total_kg": "60000",
    }

    project_parameters = plain.Dict(
        keys=plain.String(),
        required=True,
        metadata={"description": "The project's own figures: values, source and grade of each."},
    )
    rows = plain.List(
        plain.Nested(ExAnteRowBody), required=True, validate=Count(min=1, max=YEARS_MAX)
    )
    total_kg = SignedKg(required=True)


class SentExAnte(TypedDict):
    """As ``ExAnteBody`` loads it."""

    project_parameters: JsonObject
    rows: list[SentExAnteRow]
    total_kg: Decimal


def ex_ante_of(sent: SentExAnte) -> NewExAnte:
    """What was sent, as a table says it."""
    rows = tuple(
        ExAnteRow(
            DaySpan(each["from_"], each["to"]),
            SurveyTold(each.get("sets", {}), each["quantities"], each.get("labels", {})),
            _mg(each["saved_kg"]),
        )
        for each in sent["rows"]
    )
    return NewExAnte(sent["project_parameters"], rows, _mg(sent["total_kg"]))


class MonitoringPeriodBody(Strict):
    """The days that are monitored, and what is told of them beside the design."""

    EXAMPLE: ClassVar[JsonObject] = _A_YEAR

    from_ = Day(required=True, data_key="from", metadata={"example": "2027-01-01"})
    to = Day(required=True, metadata={"description": "The day after the last one."})
    sets = plain.Dict(
        keys=plain.String(), metadata={"description": "Sets beside strata and meters, as plots."}
    )
    labels = plain.Dict(keys=plain.String())


class SentMonitoringPeriod(TypedDict):
    """As ``MonitoringPeriodBody`` loads it."""

    from_: date
    to: date
    sets: NotRequired[JsonObject]
    labels: NotRequired[JsonObject]


def period_of(sent: SentMonitoringPeriod) -> NewPeriod:
    """What was sent, as a new period says it."""
    span = DaySpan(sent["from_"], sent["to"])
    return NewPeriod(span, sent.get("sets", {}), sent.get("labels", {}))


class MeasurementBody(Strict):
    """A value of a quantity of the rule, in its unit; its keys are joined by full stops."""

    parameter = Line(required=True, most=64, metadata={"example": "export"})
    key = plain.String(load_default="", validate=Characters(max=200))
    value = Line(required=True, most=64, metadata={"example": "410250"})
    from_ = Day(required=True, data_key="from")
    to = Day(required=True, metadata={"description": "The day after the last one."})
    quality = plain.String(
        required=True, validate=OneOf(QUALITIES), metadata={"enum": list(QUALITIES)}
    )
    evidence_sha256 = FileDigest(required=True)
    instrument = Line(most=64)
    reason = Line(most=500, metadata={"description": "Of a substitute and of a correction."})
    supersedes = PublicId("msr", metadata={"description": "The value that it stands in place of."})


class SentMeasurement(TypedDict):
    """As ``MeasurementBody`` loads it."""

    parameter: str
    key: str
    value: str
    from_: date
    to: date
    quality: str
    evidence_sha256: bytes
    instrument: NotRequired[str]
    reason: NotRequired[str]
    supersedes: NotRequired[UUID]


class MeasurementsBody(Strict):
    """Values of a period, all of them or none."""

    EXAMPLE: ClassVar[JsonObject] = {
        "measurements": [
            {
                "parameter": "export",
                "key": "M1.2027",
                "value": "410250",
                **_A_YEAR,
                "quality": MEASURED,
                "evidence_sha256": "9f86d081884c7d65" * 4,
            }
        ]
    }

    measurements = plain.List(
        plain.Nested(MeasurementBody),
        required=True,
        validate=Count(min=1, max=MOST_MEASUREMENTS),
    )


class SentMeasurements(TypedDict):
    """As ``MeasurementsBody`` loads it."""

    measurements: list[SentMeasurement]


def measurements_of(sent: SentMeasurements) -> list[NewMeasurement]:
    """What was sent, as stated values."""
    return [
        NewMeasurement(
            each["parameter"],
            each["key"],
            each["value"],
            DaySpan(each["from_"], each["to"]),
            each["quality"],
            each["evidence_sha256"],
            each.get("instrument"),
            each.get("reason"),
            each.get("supersedes"),
        )
        for each in sent["measurements"]
    ]


class CalibrationBody(Strict):
    """An instrument was calibrated."""

    instrument = Line(required=True, most=64)
    calibrated_on = Day(required=True)
    due_on = Day(required=True)
    most_error_ppm = plain.Integer(
        required=True,
        strict=True,
        validate=Between(0, WHOLE_PPM),
        metadata={"description": "The greatest error of its class, in millionths."},
    )
    evidence_sha256 = FileDigest(required=True)


class SentCalibration(TypedDict):
    """As ``CalibrationBody`` loads it."""

    instrument: str
    calibrated_on: date
    due_on: date
    most_error_ppm: int
    evidence_sha256: bytes


class CalibrationsBody(Strict):
    """Calibrations of instruments of a project."""

    EXAMPLE: ClassVar[JsonObject] = {
        "calibrations": [
            {
                "instrument": "M1",
                "calibrated_on": "2027-01-01",
                "due_on": "2029-01-01",
                "most_error_ppm": 5000,
                "evidence_sha256": "9f86d081884c7d65" * 4,
            }
        ]
    }

    calibrations = plain.List(
        plain.Nested(CalibrationBody), required=True, validate=Count(min=1, max=MOST_MEASUREMENTS)
    )


class SentCalibrations(TypedDict):
    """As ``CalibrationsBody`` loads it."""

    calibrations: list[SentCalibration]


def calibrations_sent(sent: SentCalibrations) -> list[NewCalibration]:
    """What was sent, as stated calibrations."""
    return [
        NewCalibration(
            each["instrument"],
            each["calibrated_on"],
            each["due_on"],
            each["most_error_ppm"],
            each["evidence_sha256"],
        )
        for each in sent["calibrations"]
    ]
