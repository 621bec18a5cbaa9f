"""Report what a fire, a storm or a felling took back; the rule says how much it is."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.calculations import newest_calculation
from app.store.projects.designs import find_design
from app.store.projects.issuances import last_issued
from app.store.projects.losses import add_loss, losses_of
from app.store.projects.projects import hold_project
from behaviours.json_value import JsonObject
from behaviours.project_deadlines import ProjectDeadlines
from behaviours.projects.design_written import digest_of
from behaviours.projects.designed import facts_of
from behaviours.projects.loss import REPORTED, Loss, LossUnfit, NewLoss, NothingToLose
from behaviours.projects.project import UnknownProject
from behaviours.projects.surveyed import read_document
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.rules.survey.run import run_survey
from behaviours.viewer import Viewer


def report_loss(
    connection: Connection,
    project_id: UUID,
    said: NewLoss,
    *,
    rulebook: ProgrammeRulebook,
    deadlines: ProjectDeadlines,
    by: Viewer,
    clock: Clock,
) -> Loss:
    """The loss, which two people have yet to settle; nothing is issued of the project meanwhile.

    Its owner reports it, whether it takes part or not, or who answers for the programme. Raises
    UnknownProject, NothingToLose, LossUnfit and what a run raises.
    """
    project = hold_project(connection, project_id)
    if project is None or not (project.is_of(by) or by.answers_in(project.said.region)):
        raise UnknownProject("project")
    now = clock.now()
    found = _computed(connection, project_id, said, rulebook, today=deadlines.today(now))
    assert by.user_id is not None, "whoever reports has a name"
    loss = Loss(
        project_id,
        len(losses_of(connection, project_id)) + 1,
        said.kind,
        said.occurred_on,
        said.occurred_on + timedelta(days=deadlines.terms.report_loss.value),
        *(said.strata, said.area_m2, said.evidence, said.text),
        *(found.period_id, found.inputs, digest_of(found.inputs), found.lost_mg),
        *(REPORTED, by.user_id, now, now),
    )
    add_loss(connection, loss)
    return loss


class _Computed(NamedTuple):
    """The last issued period, its survey with the values that hold since, and what is lost."""

    period_id: UUID
    inputs: JsonObject
    lost_mg: int


def _computed(
    connection: Connection,
    project_id: UUID,
    said: NewLoss,
    rulebook: ProgrammeRulebook,
    *,
    today: date,
) -> _Computed:
    issued = last_issued(connection, project_id)
    calculation = newest_calculation(connection, issued[0]) if issued else None
    if issued is None or calculation is None:
        raise NothingToLose
    design = find_design(connection, project_id, calculation.design_number)
    assert design is not None, "what was computed was designed"
    facts, (period_id, issued_before) = facts_of(design.content), issued
    said.check(today=today, issued_before=issued_before, strata=facts.strata, area_m2=facts.area_m2)
    inputs = said.inputs(calculation.inputs)
    run = run_survey(rulebook.version_by_digest(calculation.rule_digest), read_document(inputs))
    if run.mg > calculation.mg:
        raise LossUnfit("gain", pointer="/after", computed_mg=str(run.mg))
    return _Computed(period_id, inputs, calculation.mg - run.mg)
