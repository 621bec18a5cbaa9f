"""Propose boundaries of covered emitters, which the proposer has signed with that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.organisations.organisations import existing_organisations
from app.store.recording.boundaries import add_boundaries, boundaries_of, lock_boundaries
from app.store.signing import sign_by
from behaviours.actions.blocking import blocked_claims
from behaviours.actions.boundaries import BOUNDARY, EmitterBoundary, NewBoundary, standing
from behaviours.organisations import UnknownOrganisation
from behaviours.refusal import Refusal
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.viewer import Viewer
from rewards.signing import Matter


def propose_boundaries(
    connection: Connection,
    said: Sequence[NewBoundary],
    *,
    rulebook: ProgrammeRulebook,
    by: Viewer,
    clock: Clock,
) -> list[tuple[EmitterBoundary, list[str]]]:
    """The boundaries, in order, and whose signatures each awaits.

    One that says the same and holds, or waits, is left as it is. Raises BoundaryWrong,
    UnknownRegion, UnusableNumber, DeclarationWrong, IssuerNotAdmitted and UnknownOrganisation, at
    the place of the one that is wrong.
    """
    _check(connection, said, rulebook)
    lock_boundaries(connection)
    now, stand, fresh = clock.now(), list[EmitterBoundary](), list[EmitterBoundary]()
    known: dict[tuple[UUID, str], list[EmitterBoundary]] = {}
    for each in boundaries_of(connection, [each.organisation_id for each in said]):
        known.setdefault(each.said.place, []).append(each)
    for new in said:
        beside = known.setdefault(new.place, [])
        one = standing(new, beside)
        if one is None:
            one = EmitterBoundary(new_id(), new, now, None)
            fresh.append(one)
            beside.append(one)
        stand.append(one)
    add_boundaries(connection, fresh)
    return [(one, _signed(connection, one, by, now)) for one in stand]


def _signed(connection: Connection, one: EmitterBoundary, by: Viewer, now: datetime) -> list[str]:
    if one.published_at is not None:
        return []
    return sign_by(connection, Matter(BOUNDARY, one.boundary_id, one.verb), by, now)


def _check(
    connection: Connection, said: Sequence[NewBoundary], rulebook: ProgrammeRulebook
) -> None:
    known = existing_organisations(connection, {each.organisation_id for each in said})
    for at, each in enumerate(said):
        try:
            if each.organisation_id not in known:
                raise UnknownOrganisation("organisation", pointer="/organisation_id")
            each.check()
            _check_numbers(each, rulebook)
        except Refusal as refusal:
            refusal.pointer = f"/boundaries/{at}{refusal.pointer}"
            raise


def _check_numbers(said: NewBoundary, rulebook: ProgrammeRulebook) -> None:
    for at, number in enumerate(said.numbers):
        declared = said.declares(number, "")
        assert declared is not None, "a number outside the years was refused"
        try:
            blocked_claims(declared, rulebook)
        except Refusal as refusal:
            refusal.pointer = f"/numbers/{at}{refusal.pointer}"
            raise
