"""Sign a change of a design; with the second of two signatures the design counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.design_changes import write_design_change
from app.store.projects.designs import add_design, find_design, lock_land, take_land
from app.store.projects.ex_antes import add_ex_ante
from app.store.projects.projects import write_project
from app.store.recording.declared import write_withdrawals
from app.store.signing import sign_by
from app.usecases.projects.check_changed_land import ChangedLand, check_changed_land
from app.usecases.projects.hold_design_change import hold_design_change
from app.usecases.projects.hold_project_in import hold_project_in
from app.usecases.recording.block_claims import block_claims
from behaviours.civil_time import civil_day
from behaviours.json_value import JsonObject
from behaviours.projects.design import NewDesign, StatedDesign
from behaviours.projects.design_change import DesignChange
from behaviours.projects.design_read import design_read, ex_ante_read
from behaviours.projects.designed import facts_of
from behaviours.projects.ex_ante import StatedExAnte, check_reproduced
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer
from rewards.signing import Matter


class SignedDesignChange(NamedTuple):
    """A change of a design after a signature, and the roles whose signature is missing."""

    change: DesignChange
    awaiting: list[str]


def accept_design_change(
    connection: Connection,
    project_id: UUID,
    number: int,
    *,
    rulebook: ProgrammeRulebook,
    by: Viewer,
    clock: Clock,
) -> SignedDesignChange:
    """The change and who has yet to sign; its design counts from its first day when nobody has.

    Whoever registers land or meters beside it, or reports by one of the meters, comes before, and
    is in the way, or after, and finds them taken. Raises UnknownProject, UnknownDesignChange,
    ProjectStateConflict, DesignChangeStateConflict, ChangeNotValidated, DesignChangeEarly,
    SamePersonTwice and what ``check_changed_land`` raises.
    """
    lock_land(connection)
    project = hold_project_in(connection, project_id, by=by)
    change = hold_design_change(connection, project_id, number)
    now = clock.now()
    last = find_design(connection, project_id)
    assert last is not None, "what is on the register was designed"
    accepted = change.accepted(last.number + 1, today=civil_day(now, rulebook.zone), now=now)
    project.check_registered()
    said = design_read(change.content)
    land = check_changed_land(
        connection,
        project,
        said,
        kind=change.kind,
        effective_on=change.effective_on,
        rulebook=rulebook,
    )
    verb = f"change_design:{change.signed_digest.hex()}"
    awaiting = sign_by(connection, Matter("project", project_id, verb), by, now)
    if awaiting:
        return SignedDesignChange(change, awaiting)
    inputs = check_reproduced(
        rulebook.version_by_digest(change.rule_digest),
        project.said.region,
        facts_of(change.content),
        ex_ante_read(change.expected),
    )
    _state(connection, accepted, said=said, land=land, inputs=inputs, now=now)
    write_withdrawals(connection, land.declared.ending, reason=None, by=by.user_id, now=now)
    block_claims(
        connection,
        [(each.digest, each.said, each.claims) for each in land.declared.beginning],
        zone=rulebook.zone,
        declared_by=by.user_id,
        clock=clock,
    )
    ends_before = said.crediting.ends_before
    if ends_before != project.ends_before:
        write_project(connection, project.credited(ends_before, now=now))
    write_design_change(connection, accepted)
    return SignedDesignChange(accepted, [])


def _state(
    connection: Connection,
    accepted: DesignChange,
    *,
    said: NewDesign,
    land: ChangedLand,
    inputs: Sequence[JsonObject],
    now: datetime,
) -> None:
    """The design and its table as those of the project, in the name of who asked."""
    assert accepted.design_number is not None, "what is accepted counts as a design"
    of, who = (accepted.project_id, accepted.design_number), accepted.proposed_by
    add_design(connection, StatedDesign(*of, accepted.content, accepted.digest, who, now))
    table, digest = ex_ante_read(accepted.expected), accepted.expected_digest
    stated = StatedExAnte(*of, accepted.expected, digest, table.total_mg, who, now)
    add_ex_ante(connection, stated, table.rows, inputs)
    take_land(connection, accepted.project_id, said, land.meters)
