"""Monitoring periods as they are shown: where each stands, its values, its report, its findings."""

from __future__ import annotations

from collections.abc import Sequence

from marshmallow import Schema, fields as plain

from app.http.fields import AS_DAY, AS_KG, AS_MOMENT, moment
from app.ids import public
from behaviours.json_value import JsonObject
from behaviours.projects.calculated import PeriodCalculation, PeriodReport
from behaviours.projects.ex_ante import StatedExAnte
from behaviours.projects.measurement import QUALITIES, Calibration, Measurement
from behaviours.projects.monitoring import STATES, MonitoringPeriod
from behaviours.rules.units import kg


class MonitoringPeriodAnswer(Schema):
    """A monitoring period as it stands; its last day is the one before `to`."""

    id = plain.String(metadata={"example": "mpd_0199b2c3d4e57f0080000000000000aa"})
    project_id = plain.String()
    number = plain.Integer()
    from_ = plain.String(data_key="from", metadata=AS_DAY)
    to = plain.String(metadata=AS_DAY)
    sets = plain.Dict(keys=plain.String())
    labels = plain.Dict(keys=plain.String())
    state = plain.String(metadata={"enum": list(STATES)})
    state_at = plain.String(metadata=AS_MOMENT)
    notice_until = plain.String(allow_none=True, metadata=AS_DAY)
    verifier_id = plain.String(allow_none=True)
    attempt = plain.Integer(metadata={"description": "How often it was given to a verifier."})
    awaiting = plain.List(
        plain.String(), metadata={"description": "Whose signature the issue awaits."}
    )


class MonitoringPeriodsAnswer(Schema):
    """The periods of a project, newest first."""

    monitoring_periods = plain.List(plain.Nested(MonitoringPeriodAnswer))


class MeasurementAnswer(Schema):
    """A value as it is kept."""

    id = plain.String(metadata={"example": "msr_0199b2c3d4e57f0080000000000000aa"})
    parameter = plain.String()
    key = plain.String()
    value = plain.String()
    from_ = plain.String(data_key="from", metadata=AS_DAY)
    to = plain.String(metadata=AS_DAY)
    quality = plain.String(metadata={"enum": list(QUALITIES)})
    evidence_sha256 = plain.String()
    instrument = plain.String(allow_none=True)
    reason = plain.String(allow_none=True)
    supersedes = plain.String(allow_none=True)
    recorded_at = plain.String(metadata=AS_MOMENT)


class MeasurementsAnswer(Schema):
    """The values of a period that count."""

    measurements = plain.List(plain.Nested(MeasurementAnswer))


class CalibrationsAnswer(Schema):
    """The calibrations of a project's instruments."""

    calibrations = plain.List(plain.Dict(keys=plain.String()))


class CalculationAnswer(Schema):
    """What the locked values come to by the project's rule, with every step."""

    number = plain.Integer()
    saved_kg = plain.String(metadata=AS_KG)
    rule_digest = plain.String()
    inputs_digest = plain.String()
    inputs = plain.Dict(metadata={"description": "The survey that was computed, as a document."})
    run = plain.Dict(keys=plain.String())
    calculated_at = plain.String(metadata=AS_MOMENT)


class PeriodReportAnswer(Schema):
    """A report as it was put together from the rows, and its digest."""

    number = plain.Integer()
    digest = plain.String(
        metadata={"description": "SHA-256 of `report` as JSON: members in order, UTF-8, no blanks."}
    )
    reported_at = plain.String(metadata=AS_MOMENT)
    report = plain.Dict(keys=plain.String())


class ExAnteAnswer(Schema):
    """The ex-ante table of a design."""

    project_id = plain.String()
    design = plain.Integer()
    digest = plain.String()
    total_kg = plain.String(metadata=AS_KG)
    stated_at = plain.String(metadata=AS_MOMENT)
    table = plain.Dict(keys=plain.String())


def period_answer(period: MonitoringPeriod, awaiting: Sequence[str] = ()) -> JsonObject:
    """A period as it stands."""
    return {
        "id": public("mpd", period.period_id),
        "project_id": public("prj", period.project_id),
        "number": period.number,
        "from": period.starts_on.isoformat(),
        "to": period.ends_before.isoformat(),
        "sets": period.sets,
        "labels": period.labels,
        "state": period.state,
        "state_at": moment(period.state_at),
        "notice_until": period.notice_until.isoformat() if period.notice_until else None,
        "verifier_id": public("org", period.verifier_id) if period.verifier_id else None,
        "attempt": period.attempt,
        "awaiting": list(awaiting),
    }


def periods_answer(periods: Sequence[MonitoringPeriod]) -> JsonObject:
    """The periods of a project."""
    return {"monitoring_periods": [period_answer(each) for each in periods]}


def measurements_answer(measured: Sequence[Measurement]) -> JsonObject:
    """Values, as they are kept."""
    return {"measurements": [_measurement(each) for each in measured]}


def _measurement(one: Measurement) -> JsonObject:
    return {
        "id": public("msr", one.measurement_id),
        "parameter": one.parameter,
        "key": one.key,
        "value": one.value,
        "from": one.starts_on.isoformat(),
        "to": one.ends_before.isoformat(),
        "quality": one.quality,
        "evidence_sha256": one.evidence.hex(),
        "instrument": one.instrument,
        "reason": one.reason,
        "supersedes": public("msr", one.supersedes) if one.supersedes else None,
        "recorded_at": moment(one.recorded_at),
    }


def calibrations_answer(calibrations: Sequence[Calibration]) -> JsonObject:
    """Calibrations, as they are kept."""
    return {
        "calibrations": [
            {
                "instrument": each.instrument,
                "calibrated_on": each.calibrated_on.isoformat(),
                "due_on": each.due_on.isoformat(),
                "most_error_ppm": each.most_error_ppm,
                "evidence_sha256": each.evidence.hex(),
            }
            for each in calibrations
        ]
    }


def calculation_answer(made: PeriodCalculation) -> JsonObject:
    """A run, with everything that it rests on."""
    return {
        "number": made.number,
        "saved_kg": kg(made.mg),
        "rule_digest": made.rule_digest,
        "inputs_digest": f"sha256:{made.inputs_digest.hex()}",
        "inputs": made.inputs,
        "run": made.run,
        "calculated_at": moment(made.calculated_at),
    }


def period_report_answer(report: PeriodReport) -> JsonObject:
    """A report as it is kept."""
    return {
        "number": report.number,
        "digest": f"sha256:{report.digest.hex()}",
        "reported_at": moment(report.reported_at),
        "report": report.content,
    }


def ex_ante_answer(table: StatedExAnte) -> JsonObject:
    """A table as it is kept."""
    return {
        "project_id": public("prj", table.project_id),
        "design": table.design_number,
        "digest": f"sha256:{table.digest.hex()}",
        "total_kg": kg(table.total_mg),
        "stated_at": moment(table.stated_at),
        "table": table.content,
    }
