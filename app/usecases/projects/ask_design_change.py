"""Ask for another design of a registered project, from a day on; a renewal is one, too."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.design_changes import (
    add_design_change,
    counting_design,
    design_changes_of,
)
from app.store.projects.designs import lock_land
from app.store.projects.ex_antes import find_ex_ante
from app.store.projects.proofs import proofs_of
from app.usecases.projects.check_changed_land import check_changed_land
from app.usecases.projects.hold_project_of import hold_project_of
from behaviours.project_deadlines import ProjectDeadlines
from behaviours.projects.applying import check_taken
from behaviours.projects.design import NewDesign
from behaviours.projects.design_change import (
    PROPOSED,
    RENEWAL,
    AskedChange,
    DesignBefore,
    DesignChange,
    DesignChangeUnfit,
)
from behaviours.projects.design_written import digest_of, written
from behaviours.projects.designed import facts_of
from behaviours.projects.ex_ante import (
    NewExAnte,
    UnknownExAnte,
    check_reproduced,
    ex_ante_written,
)
from behaviours.projects.project import Project
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.rules.methodology import Version
from behaviours.viewer import Viewer


class NewDesignChange(NamedTuple):
    """A change as it is asked for; ``methodology_version`` None: the one of before."""

    kind: str
    effective_on: date | None
    text: str
    design: NewDesign
    table: NewExAnte
    methodology_version: str | None = None


def ask_design_change(
    connection: Connection,
    project_id: UUID,
    said: NewDesignChange,
    *,
    rulebook: ProgrammeRulebook,
    deadlines: ProjectDeadlines,
    by: Viewer,
    clock: Clock,
) -> DesignChange:
    """The change, frozen by the digests of its documents; nothing counts by it yet.

    Raises ProjectStateConflict, DesignChangeOpen, DesignChangeUnfit, RenewalLate, DesignUnfit,
    ShapeUnfit, ProofMissing, MethodologyNotInForce, ExAnteUnfit, ExAnteNotReproduced,
    SurveyImplausible, UnknownExAnte, what a run raises, what ``check_changed_land`` and
    ``hold_project_of`` raise.
    """
    # Before the project: so does everybody who takes land.
    lock_land(connection)
    project = hold_project_of(connection, project_id, by=by)
    now = clock.now()
    today = deadlines.today(now)
    project.check_registered()
    before = _before(connection, project)
    version = _version(said, before, project, rulebook, today=today)
    said.design.check(version, {each.kind for each in proofs_of(connection, project_id)})
    content = written(said.design)
    digest = digest_of(content)
    expected = ex_ante_written(digest, said.table)
    asked = AskedChange(said.kind, said.effective_on, content, expected)
    asked.check(before, today=today, renew_days=deadlines.terms.renew.value)
    check_reproduced(version, project.said.region, facts_of(content), said.table)
    first = asked.first_day(before)
    check_changed_land(
        connection, project, said.design, kind=said.kind, effective_on=first, rulebook=rulebook
    )
    assert by.user_id is not None, "whoever asks has a name"
    change = DesignChange(
        project_id,
        len(before.changes) + 1,
        said.kind,
        first,
        said.text,
        content=content,
        digest=digest,
        expected=expected,
        expected_digest=digest_of(expected),
        methodology=version.label,
        rule_digest=version.digest,
        state=PROPOSED,
        proposed_by=by.user_id,
        proposed_at=now,
        state_at=now,
    )
    add_design_change(connection, change)
    return change


def _before(connection: Connection, project: Project) -> DesignBefore:
    counting = counting_design(connection, project)
    table = find_ex_ante(connection, project.project_id, counting.design.number)
    if table is None:
        raise UnknownExAnte("ex_ante")
    return DesignBefore(
        counting.design.content,
        table.content,
        counting.methodology,
        counting.rule_digest,
        design_changes_of(connection, project.project_id),
    )


def _version(
    said: NewDesignChange,
    before: DesignBefore,
    project: Project,
    rulebook: ProgrammeRulebook,
    *,
    today: date,
) -> Version:
    """Of a renewal the one that is in force by now, and of every other change the one of before."""
    if said.kind != RENEWAL:
        if said.methodology_version is not None:
            raise DesignChangeUnfit("methodology", pointer="/methodology_version")
        return rulebook.version_by_digest(before.rule_digest)
    code, _, former = before.methodology.partition("@")
    version = rulebook.version(code, said.methodology_version or former)
    check_taken(rulebook, version, project.said.region, on=today)
    return version
