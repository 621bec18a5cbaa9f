"""State what a design is expected to come to, year by year; the engine has to come to the same."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.designs import find_design
from app.store.projects.ex_antes import add_ex_ante, find_ex_ante
from app.usecases.projects.hold_project_of import hold_project_of
from behaviours.projects.design import UnknownDesign
from behaviours.projects.design_written import digest_of
from behaviours.projects.designed import facts_of
from behaviours.projects.ex_ante import (
    ExAnteStands,
    NewExAnte,
    StatedExAnte,
    check_reproduced,
    ex_ante_written,
)
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer


def state_ex_ante(
    connection: Connection,
    project_id: UUID,
    said: NewExAnte,
    *,
    rulebook: ProgrammeRulebook,
    by: Viewer,
    clock: Clock,
) -> StatedExAnte:
    """The table of the newest design as it is kept; the same one again changes nothing.

    Raises ProjectStateConflict, UnknownDesign, ExAnteUnfit, ExAnteNotReproduced, ExAnteStands,
    SurveyImplausible, what a run raises and what ``hold_project_of`` raises.
    """
    project = hold_project_of(connection, project_id, by=by)
    now = clock.now()
    project.check_takes_ex_ante()
    design = find_design(connection, project_id)
    if design is None:
        raise UnknownDesign("design")
    version = rulebook.version_by_digest(project.said.digest)
    facts = facts_of(design.content)
    inputs = check_reproduced(version, project.said.region, facts, said)
    content = ex_ante_written(design.digest, said)
    last, digest = find_ex_ante(connection, project_id, design.number), digest_of(content)
    if last is not None:
        if last.digest == digest:
            return last
        raise ExAnteStands
    assert by.user_id is not None, "whoever states has a name"
    table = StatedExAnte(project_id, design.number, content, digest, said.total_mg, by.user_id, now)
    add_ex_ante(connection, table, said.rows, inputs)
    return table
