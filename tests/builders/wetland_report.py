"""The report of a wetland over one year: two strata, three parcels, and a deduction."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, cast
from uuid import UUID

from behaviours.json_value import JsonObject
from behaviours.projects.calculated import PeriodCalculation, PeriodReport
from behaviours.projects.design import StatedDesign
from behaviours.projects.design_written import digest_of
from behaviours.projects.designed import DaySpan, civil_year
from behaviours.projects.ex_ante import ExAnteSpan, StatedExAnte
from behaviours.projects.finding import FORWARD, KEPT, ProjectFinding
from behaviours.projects.measurement import MEASURED, SUBSTITUTED, Calibration, Measurement
from behaviours.projects.monitoring import LOCKED, MonitoringPeriod
from behaviours.projects.project import REGISTERED, Project, ProjectStatement
from behaviours.projects.report import ReportRows, report_content
from behaviours.projects.surveyed import read_document
from behaviours.rules.methodology import Version
from behaviours.rules.survey.run import run_survey
from behaviours.rules.survey.shown import run_shown
from tests.builders.projects import design, square

WHO, PROJECT, PERIOD = UUID(int=1), UUID(int=2), UUID(int=3)
NOW = datetime(2027, 3, 1, 2, tzinfo=UTC)
YEAR = DaySpan(date(2026, 1, 1), date(2027, 1, 1))
LEFT = "Show the classifier's errors."
EVIDENCE, SECOND = bytes(range(32)), bytes(range(32, 64))
# The third of the rule's worked cases: two strata, 26 per cent uncertain where 20 cost nothing.
TABLES: dict[str, dict[str, str]] = {
    "area": {"S1.2026": "120", "S2.2026": "60"},
    "cover": {"S1.2026": "0.60", "S2.2026": "0.325"},
    "by_default": {"S1": "1", "S2": "1"},
    "soil_change": {"S1.2026": "0", "S2.2026": "0"},
    "alloch_percent": {"S1": "20", "S2": "20"},
    "organic": {"S1": "0", "S2": "0"},
    "salinity": {"S1": "20", "S2": "33"},
    "biomass_change": {"S1.2026": "0", "S2.2026": "0"},
    "tree_stated": {"S1.2026": "1150.5", "S2.2026": "300.25"},
    "burning": {"2026": "0"},
    "fuel": {"2026": "0"},
    "fire_premium": {"2026": "0"},
    "leakage": {"2026": "0"},
    "uncertainty": {"S1": "0.15", "S2": "0.72"},
    "confidence": {"": "90"},
}
FIXED: JsonObject = {
    "baseline": {
        "values": {"S1.2026": "0", "S2.2026": "0"},
        "source": "Taken as nought",
        "grade": "assumption",
    },
    "baseline_uncertainty": {
        "values": "0",
        "source": "Of a baseline of nought",
        "grade": "assumption",
    },
    "risk_percent": {"values": "15", "source": "A risk report", "grade": "assumption"},
}


def wetland_report(version: Version, parcels: int = 3, **changes: dict[str, str]) -> PeriodReport:
    """A report by the rule of tidal wetlands; ``changes`` are tables in place of others."""
    content = report_content(
        version, wetland_rows(version, parcels, **changes), reason="更多幼树成活。",
        checked_on=date(2027, 3, 1), number=1,
    )  # fmt: skip
    return PeriodReport(PERIOD, 1, content, digest_of(content), WHO, NOW)


def wetland_rows(version: Version, parcels: int, **changes: dict[str, str]) -> ReportRows:
    """Every row that the report is made of."""
    tables = {**TABLES, **changes}
    stated = StatedDesign(PROJECT, 1, wetland_design(parcels), bytes(32), WHO, NOW)
    return ReportRows(
        Project(
            PROJECT,
            WHO,
            ProjectStatement(
                "湛江红树林修复一期", "在废弃虾塘恢复红树林。", "CN-440800", version.label,
                version.digest,
            ),
            REGISTERED,
            NOW,
            NOW,
        ),
        MonitoringPeriod(PERIOD, PROJECT, 2, *YEAR, {}, {}, LOCKED, WHO, NOW, NOW),
        stated,
        StatedExAnte(PROJECT, 1, {"project_parameters": FIXED}, bytes(32), 0, WHO, NOW),
        [ExAnteSpan(civil_year(2026), 1_700_000_000_000)],
        [
            _measurement(name, key, value)
            for name, cells in tables.items()
            for key, value in cells.items()
        ],
        [Calibration(PROJECT, "UAV", date(2026, 1, 1), date(2028, 1, 1), 5000, SECOND, WHO, NOW)],
        _calculation(version, tables),
        [DaySpan(date(2025, 1, 1), date(2025, 12, 1)), YEAR],
        [
            ProjectFinding(
                UUID(int=9), PERIOD, 1, FORWARD, "4", LEFT, WHO, NOW, KEPT
            )
        ],
    )  # fmt: skip


def wetland_design(parcels: int) -> JsonObject:
    """A design of parcels one beside the other, the last of them in a stratum of its own."""
    land = [
        {
            "parcel_no": f"ZJ-{number:03d}",
            "tenure_no": f"T-{number:03d}",
            "area_m2": 1_000_000 + number,
            "coordinates": [square((1_104_000_000 + 120_000 * number, 212_000_000))["coordinates"]],
        }
        for number in range(1, parcels + 1)
    ]
    named = [str(each["parcel_no"]) for each in land]
    strata = [
        {"code": "S1", "parcels": named[:-1], "area_m2": 2_000_003, "planted_year": 2025},
        {"code": "S2", "parcels": named[-1:], "area_m2": 1_000_003, "planted_year": None},
    ]
    crediting = {"from": "2025-01-01", "to": "2055-01-01", "renewable": False}
    whole: dict[str, Any] = {"meters": [], **design(), "parcels": land, "strata": strata}
    return {**whole, "area_m2": 3_000_006, "crediting_period": crediting}


def _measurement(name: str, key: str, value: str) -> Measurement:
    substituted = name == "salinity"
    return Measurement(
        UUID(int=5), PERIOD, name, key, value, *YEAR,
        SUBSTITUTED if substituted else MEASURED,
        SECOND if name == "cover" else EVIDENCE,
        "UAV" if name == "cover" else None,
        "The probe was lost; the least before." if substituted else None,
        None, WHO, NOW,
    )  # fmt: skip


def _calculation(version: Version, tables: dict[str, dict[str, str]]) -> PeriodCalculation:
    inputs: JsonObject = {
        "region": "CN-440800",
        "period": {"from": YEAR.starts_on.isoformat(), "to": YEAR.ends_before.isoformat()},
        "sets": {"strata": ["S1", "S2"]},
        "quantities": {name: cells.get("", cells) for name, cells in tables.items()},
        "labels": {},
        "project_parameters": FIXED,
        "previous": {},
    }
    run = run_survey(version, read_document(inputs))
    shown = cast(JsonObject, run_shown(version, run))
    return PeriodCalculation(
        PERIOD, 1, 1, version.digest, inputs, digest_of(inputs), shown, run.mg, {}, WHO, NOW
    )
