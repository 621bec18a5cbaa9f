"""Lock the values of a period that is over, and compute what they come to."""

from __future__ import annotations

from datetime import tzinfo
from typing import cast
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.calculations import add_calculation, newest_calculation
from app.store.projects.design_changes import counting_design
from app.store.projects.ex_antes import find_ex_ante
from app.store.projects.measurements import current_measurements
from app.store.projects.periods import standing_before, write_period
from app.usecases.projects.hold_period_of import HeldPeriod, hold_period_of
from behaviours.civil_time import civil_day
from behaviours.json_value import JsonObject
from behaviours.projects.calculated import PeriodCalculation
from behaviours.projects.design import StatedDesign
from behaviours.projects.design_written import digest_of
from behaviours.projects.designed import facts_of
from behaviours.projects.measurement import quantities_of
from behaviours.projects.plausible import check_plausible
from behaviours.projects.surveyed import (
    FixedTables,
    SurveyFrame,
    SurveyTold,
    chained,
    read_document,
    survey_document,
)
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.rules.methodology import Version
from behaviours.rules.survey.run import SurveyRun, run_survey
from behaviours.rules.survey.shown import run_shown
from behaviours.viewer import Viewer


def lock_period(
    connection: Connection,
    period_id: UUID,
    *,
    rulebook: ProgrammeRulebook,
    zone: tzinfo,
    by: Viewer,
    clock: Clock,
) -> PeriodCalculation:
    """The run of the project's rule over the locked values, as it is kept.

    Raises PeriodStateConflict, PeriodRunning, SurveyImplausible, what a run raises and what
    ``hold_period_of`` raises.
    """
    held = hold_period_of(connection, period_id, by=by)
    now = clock.now()
    locked = held.period.locked(now=now, today=civil_day(now, zone))
    counting = counting_design(connection, held.project, held.period.starts_on)
    version, design = rulebook.version_by_digest(counting.rule_digest), counting.design
    inputs = _inputs(connection, held, version, design)
    run = _run(version, design, inputs)
    assert by.user_id is not None, "whoever locks has a name"
    last = newest_calculation(connection, period_id)
    made = PeriodCalculation(
        period_id,
        last.number + 1 if last else 1,
        design.number,
        version.digest,
        inputs,
        digest_of(inputs),
        cast(JsonObject, run_shown(version, run)),
        run.mg,
        chained(version, run),
        by.user_id,
        now,
    )
    add_calculation(connection, made)
    write_period(connection, locked)
    return made


def _run(version: Version, design: StatedDesign, inputs: JsonObject) -> SurveyRun:
    survey = read_document(inputs)
    run = run_survey(version, survey)
    check_plausible(version, facts_of(design.content), survey, run)
    return run


def _inputs(
    connection: Connection, held: HeldPeriod, version: Version, design: StatedDesign
) -> JsonObject:
    """The survey of the period: by design, as measured, and from what was before."""
    period, project = held
    table = find_ex_ante(connection, project.project_id, design.number)
    assert table is not None, "a period is opened on a design with a table"
    facts = facts_of(design.content)
    before = standing_before(connection, period)
    carried = newest_calculation(connection, before) if before else None
    measured = quantities_of(current_measurements(connection, period.period_id))
    return survey_document(
        version,
        SurveyFrame(project.said.region, period.span, facts),
        SurveyTold(period.sets, measured, period.labels),
        FixedTables(cast(JsonObject, table.content["project_parameters"]), facts.crediting),
        carried.carried if carried else {},
    )
