"""Say what there is to say of findings: the owner answers, and who validates judges the answers."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.findings import OF_VALIDATIONS
from app.usecases.projects.hold_project_judged import hold_project_judged
from app.usecases.projects.hold_project_of import hold_project_of
from app.usecases.projects.reply_to_findings import reply_to_findings
from app.usecases.projects.told_findings import ToldFindings, told_findings
from behaviours.projects.finding import ANSWERED, NewReply
from behaviours.projects.project import ANSWER_FINDINGS, RAISE_FINDINGS
from behaviours.viewer import Viewer


def reply_to_validation_findings(
    connection: Connection, project_id: UUID, said: Sequence[NewReply], *, by: Viewer, clock: Clock
) -> ToldFindings:
    """Every finding of the project. Raises ProjectStateConflict, UnknownFinding, FindingAnswered,
    and what ``hold_project_of`` raises of answers, ``hold_project_judged`` of the rest."""
    answers = all(each.reply == ANSWERED for each in said)
    hold = hold_project_of if answers else hold_project_judged
    project, now = hold(connection, project_id, by=by), clock.now()
    project.move(ANSWER_FINDINGS if answers else RAISE_FINDINGS, now=now)
    assert by.user_id is not None, "whoever replies has a name"
    reply_to_findings(connection, OF_VALIDATIONS, project_id, said, user_id=by.user_id, now=now)
    return told_findings(connection, OF_VALIDATIONS, project_id)
