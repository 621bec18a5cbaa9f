"""Ask for the registration of a validated project: everything that it rests on is frozen."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.decisions import decisions_of, write_decision
from app.store.projects.designs import lock_land
from app.store.projects.validations import opinions_of
from app.usecases.projects.check_meters_unowned import check_meters_unowned
from app.usecases.projects.freeze_dossier import freeze_dossier
from app.usecases.projects.hold_project_of import hold_project_of
from behaviours.projects.project import ASK, REFUSE, Project
from behaviours.projects.registration import RegistrationRefused
from behaviours.projects.validation import NEGATIVE, RETURNED, OpinionNegative
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer


def ask_registration(
    connection: Connection,
    project_id: UUID,
    *,
    by: Viewer,
    rulebook: ProgrammeRulebook,
    clock: Clock,
) -> Project:
    """The project whose registration is asked for.

    Raises ProjectStateConflict, RegistrationRefused where it was refused, OpinionNegative where the
    validation ended so, InsideCoveredEmitter, DeclaredElsewhere, and what ``hold_project_of``
    raises.
    """
    lock_land(connection)
    project = hold_project_of(connection, project_id, by=by)
    now = clock.now()
    _check_not_refused(connection, project_id)
    asked = project.move(ASK, now=now)
    check_meters_unowned(connection, project, "", rulebook=rulebook)
    dossier = freeze_dossier(connection, project)
    return write_decision(connection, asked, ASK, "", dossier=dossier, by=by.user_id, now=now)


def _check_not_refused(connection: Connection, project_id: UUID) -> None:
    for decision in decisions_of(connection, project_id):
        if decision.step == REFUSE:
            raise RegistrationRefused(clause=decision.clause)
    ended = [each.verdict for each in opinions_of(connection, project_id)][-1:]
    if ended and ended[0] in (NEGATIVE, RETURNED):
        raise OpinionNegative(verdict=ended[0])
