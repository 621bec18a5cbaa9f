"""Sign a boundary; the second person, of the other role, publishes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from app.clock import Clock
from app.ids import public
from app.store.database import Connection
from app.store.log.acting import tell
from app.store.recording.boundaries import boundaries_of, find_boundary, lock_boundaries
from app.store.recording.declared import lock_declarations_of, write_withdrawals
from app.store.signing import sign_by
from app.usecases.recording.block_claims import block_claims
from behaviours.actions.blocking import blocked_claims
from behaviours.actions.boundaries import (
    BOUNDARY,
    EmitterBoundary,
    UnknownBoundary,
    check_awaits,
    declared_by,
    years_held,
)
from behaviours.actions.declared import DeclaredNumber, number_key
from behaviours.logged_things import subject_of
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer
from rewards.signing import Matter


def sign_boundary(
    connection: Connection,
    boundary_id: UUID,
    *,
    rulebook: ProgrammeRulebook,
    by: Viewer,
    clock: Clock,
) -> tuple[EmitterBoundary, list[str]]:
    """The boundary, and whose signatures it still awaits; with none it holds.

    In its years it takes the place of those before it: what they owned alone is free again. Raises
    UnknownBoundary, BoundaryPublished and SamePersonTwice.
    """
    lock_boundaries(connection)
    found, now = find_boundary(connection, boundary_id), clock.now()
    if found is None:
        raise UnknownBoundary("boundary")
    beside = [
        each
        for each in boundaries_of(connection, [found.said.organisation_id])
        if each.said.place == found.said.place
    ]
    check_awaits(found, beside)
    missing = sign_by(connection, Matter(BOUNDARY, boundary_id, found.verb), by, now)
    if missing:
        return found, missing
    published = replace(found, published_at=now)
    tell(
        BOUNDARY,
        subject_of(BOUNDARY, boundary_id).name,
        {"published": True},
        old={"published": False},
    )
    others = [each for each in beside if each.boundary_id != boundary_id]
    _hold(connection, [*others, published], rulebook=rulebook, by=by, clock=clock)
    return published, []


def _hold(
    connection: Connection,
    boundaries: Sequence[EmitterBoundary],
    *,
    rulebook: ProgrammeRulebook,
    by: Viewer,
    clock: Clock,
) -> None:
    """Have the register say what the boundaries of one organisation and market own, no more.

    What is withdrawn names the last of them as its reason.
    """
    wanted = declared_by(years_held(boundaries), lambda each: public("bnd", each.boundary_id))
    stand = lock_declarations_of(connection, [each.boundary_id for each in boundaries])
    over = [each.declaration_id for each in stand if each.said not in wanted]
    last = public("bnd", boundaries[-1].boundary_id)
    write_withdrawals(connection, over, reason=last, by=by.user_id, now=clock.now())
    left = [each.said for each in stand if each.declaration_id not in over]
    block_claims(
        connection,
        [_blocked(each, rulebook) for each in wanted if each not in left],
        zone=rulebook.zone,
        declared_by=by.user_id,
        clock=clock,
    )


def _blocked(
    said: DeclaredNumber, rulebook: ProgrammeRulebook
) -> tuple[bytes, DeclaredNumber, list[bytes]]:
    digest = number_key(said).digest(rulebook.claiming.key)
    return digest, said, blocked_claims(said, rulebook)
