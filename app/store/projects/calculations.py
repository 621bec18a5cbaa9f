"""SQL of what periods came to: every run over locked measurements, and every report of one."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.ids import public
from app.store.inserting import insert_into
from app.store.log.acting import tell
from behaviours.json_value import JsonObject
from behaviours.projects.calculated import PeriodCalculation, PeriodReport

_ADD = text(insert_into("period_calculation", PeriodCalculation._fields)).bindparams(
    *(bindparam(name, type_=JSONB) for name in ("inputs", "run", "carried"))
)
_NEWEST = text(
    f"select {', '.join(PeriodCalculation._fields)} from period_calculation"
    " where period_id = :period_id order by number desc limit 1"
)
_REPORT = text(insert_into("period_report", PeriodReport._fields)).bindparams(
    bindparam("content", type_=JSONB)
)
_NEWEST_REPORT = text(
    f"select {', '.join(PeriodReport._fields)} from period_report"
    " where period_id = :period_id order by number desc limit 1"
)


def add_calculation(connection: Connection, made: PeriodCalculation) -> None:
    """Keep a run; it never changes."""
    connection.execute(_ADD, made._asdict())
    told: JsonObject = {
        "calculation": made.number,
        "saved_mg": made.mg,
        "rule_digest": made.rule_digest,
        "inputs_digest": made.inputs_digest.hex(),
    }
    tell("monitoring_period", public("mpd", made.period_id), told)


def newest_calculation(connection: Connection, period_id: UUID) -> PeriodCalculation | None:
    """What the locked measurements came to last."""
    found = connection.execute(_NEWEST, {"period_id": period_id}).one_or_none()
    if found is None:
        return None
    return PeriodCalculation(*found)._replace(inputs_digest=bytes(found.inputs_digest))


def add_report(connection: Connection, report: PeriodReport) -> None:
    """Keep a report; it never changes."""
    connection.execute(_REPORT, report._asdict())
    told: JsonObject = {"report": report.number, "report_digest": report.digest.hex()}
    tell("monitoring_period", public("mpd", report.period_id), told)


def newest_report(connection: Connection, period_id: UUID) -> PeriodReport | None:
    """The report that counts."""
    found = connection.execute(_NEWEST_REPORT, {"period_id": period_id}).one_or_none()
    return PeriodReport(*found)._replace(digest=bytes(found.digest)) if found else None
