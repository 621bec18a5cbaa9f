"""Monitoring report of a period, put together from the rows it rests on; nothing is typed twice.

The sections are those of the CDM form as UNDP's registry carries it and of a filed report
(projects.md, §3). What is missing is printed: a cell without a value is a gap, and a gap between
periods is credited to nobody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple, cast

from behaviours.json_value import Json, JsonObject
from behaviours.projects.calculated import PeriodCalculation
from behaviours.projects.design import StatedDesign
from behaviours.projects.designed import DaySpan, facts_of
from behaviours.projects.ex_ante import ExAnteSpan, StatedExAnte, expected_mg
from behaviours.projects.finding import FORWARD, KEPT, ProjectFinding
from behaviours.projects.measurement import (
    SUBSTITUTED,
    Calibration,
    Measurement,
    MissingDays,
    missing_days,
    uncalibrated_days,
)
from behaviours.projects.monitoring import MonitoringPeriod, gaps_between
from behaviours.projects.project import Project
from behaviours.projects.report_figures import figures_of, uncertainty_of
from behaviours.projects.surveyed import rule_of
from behaviours.refusal import Invalid
from behaviours.rules.methodology import Version
from behaviours.rules.survey.shown import RunShown


class ReportUnfit(Invalid):
    """More was reduced than expected, and the report does not say why."""


class ReportRows(NamedTuple):
    """Every row that a report is derived from; ``earlier`` are the days monitored before, and
    ``kept`` the findings that earlier verifications left for this one."""

    project: Project
    period: MonitoringPeriod
    design: StatedDesign
    ex_ante: StatedExAnte
    expected: Sequence[ExAnteSpan]
    measured: Sequence[Measurement]
    calibrations: Sequence[Calibration]
    calculation: PeriodCalculation
    earlier: Sequence[DaySpan]
    kept: Sequence[ProjectFinding]


def report_content(
    version: Version, rows: ReportRows, *, reason: str, checked_on: date, number: int
) -> JsonObject:
    """The report as JSON; ``reason`` says why more was reduced than expected, where it was.

    Raises ReportUnfit.
    """
    expected = expected_mg(rows.expected, rows.period.span)
    if rows.calculation.mg > expected and not reason:
        raise ReportUnfit(pointer="/reason", expected_mg=str(expected))
    run, instruments = cast(RunShown, rows.calculation.run), _instruments(rows)
    figures = figures_of(version, rows.period.starts_on, run["factors"])
    return {
        "basic": _basic(version, rows, number),
        "activity": _activity(rows),
        "implementation": {
            "findings_for_this_period": [
                {"section": each.section, "text": each.text}
                for each in rows.kept
                if each.kind == FORWARD and each.state == KEPT
            ],
        },
        "monitoring_system": {
            "plan": rows.design.content["monitoring_plan"],
            "instruments": instruments,
        },
        "factors": figures,
        "fixed_parameters": _fixed(version, rows),
        "monitored": _monitored(version, rows),
        "calculation": {
            "rule_digest": rows.calculation.rule_digest,
            "inputs": rows.calculation.inputs,
            "inputs_digest": rows.calculation.inputs_digest.hex(),
            "run": rows.calculation.run,
        },
        "uncertainty": uncertainty_of(version, figures, run, instruments),
        "comparison": _comparison(expected, rows.calculation.mg, reason),
        "uniqueness": _uniqueness(checked_on),
        "evidence": sorted({each.evidence.hex() for each in rows.measured}),
    }


def _uniqueness(checked_on: date) -> JsonObject:
    registers = ["declared_elsewhere", "covered_emitters", "projects"]
    return {"registers": registers, "checked_on": checked_on.isoformat(), "found": []}


def _comparison(expected_mg: int, actual_mg: int, reason: str) -> JsonObject:
    return {
        "expected_mg": str(expected_mg),
        "actual_mg": str(actual_mg),
        "difference_ppm": _ppm(actual_mg - expected_mg, expected_mg),
        "reason": reason,
    }


def _basic(version: Version, rows: ReportRows, number: int) -> JsonObject:
    project, period = rows.project, rows.period
    return {
        "project_id": f"prj_{project.project_id.hex}",
        "project_name": project.said.name,
        "region": project.said.region,
        "owner": project.said.owner.name if project.said.owner else None,
        "methodology": version.label,
        "methodology_title_zh": version.title_zh,
        "methodology_title_en": version.title_en,
        "methodology_digest": version.digest,
        "design": rows.design.number,
        "design_digest": rows.design.digest.hex(),
        "ex_ante_digest": rows.ex_ante.digest.hex(),
        "period": period.number,
        "from": period.starts_on.isoformat(),
        "to": period.ends_before.isoformat(),
        "report": number,
        "unmonitored_before": [
            _days(each)
            for each in gaps_between(
                rows.earlier,
                DaySpan(facts_of(rows.design.content).crediting.starts_on, period.ends_before),
            )
        ],
    }


def _activity(rows: ReportRows) -> JsonObject:
    design = rows.design.content
    parcels = cast(Sequence[JsonObject], design["parcels"])
    return {
        "summary": rows.project.said.summary,
        "area_m2": design["area_m2"],
        "parcels": [
            {name: each[name] for name in ("parcel_no", "tenure_no", "area_m2", "coordinates")}
            for each in parcels
        ],
        "strata": design["strata"],
        "meters": design["meters"],
        "benefit_split": design["benefit_split"],
    }


def _instruments(rows: ReportRows) -> list[Json]:
    return [
        {
            "instrument": each.instrument,
            "calibrated_on": each.calibrated_on.isoformat(),
            "due_on": each.due_on.isoformat(),
            "most_error_ppm": each.most_error_ppm,
            "evidence": each.evidence.hex(),
        }
        for each in rows.calibrations
    ]


def _fixed(version: Version, rows: ReportRows) -> JsonObject:
    """The project's own figures as stated, with the unit and the meaning that the rule gives."""
    rule = rule_of(version)
    stated = cast(Mapping[str, JsonObject], rows.ex_ante.content["project_parameters"])
    return {
        name: {
            **figure,
            "unit": rule.fixed[name].unit.text,
            "meaning": rule.fixed[name].meaning,
        }
        for name, figure in stated.items()
    }


def _monitored(version: Version, rows: ReportRows) -> JsonObject:
    rule = rule_of(version)
    facts = facts_of(rows.design.content)
    period = rows.period
    gaps = missing_days(version, facts, period.sets, period.span, rows.measured)
    return {
        "values": [
            {
                "parameter": each.parameter,
                "meaning": rule.quantities[each.parameter].meaning,
                "key": each.key,
                "value": each.value,
                "unit": rule.quantities[each.parameter].unit.text,
                "from": each.starts_on.isoformat(),
                "to": each.ends_before.isoformat(),
                "quality": each.quality,
                "instrument": each.instrument,
                "evidence": each.evidence.hex(),
            }
            for each in rows.measured
        ],
        "substitutions": [
            {"parameter": each.parameter, "key": each.key, "reason": each.reason}
            for each in rows.measured
            if each.quality == SUBSTITUTED
        ],
        "gaps": [_missing(each) for each in gaps],
        "uncalibrated": [
            _missing(each) for each in uncalibrated_days(rows.measured, rows.calibrations)
        ],
    }


def _missing(one: MissingDays) -> Mapping[str, Json]:
    days = DaySpan(one.starts_on, one.ends_before)
    return {"parameter": one.parameter, "key": one.key, **_days(days)}


def _days(span: DaySpan) -> Mapping[str, Json]:
    return {"from": span.starts_on.isoformat(), "to": span.ends_before.isoformat()}


def _ppm(difference: int, whole: int) -> int | None:
    """In millionths of what was expected, toward nought; None where nothing was expected."""
    if not whole:
        return None
    sign = -1 if (difference < 0) != (whole < 0) else 1
    return sign * (abs(difference) * 1_000_000 // abs(whole))
