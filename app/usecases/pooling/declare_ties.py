"""Declare ties: a verifier its own interests and group, or the authority those of anybody."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.organisations.organisations import organisation
from app.store.pooling.verifiers import unknown_organisations
from app.usecases.organisations.keep_ties import keep_ties
from behaviours.viewer import Viewer
from rewards.pooling.refusals import UnknownParty
from rewards.registry.ties import ToldTies


def declare_ties(
    connection: Connection, organisation_id: UUID, told: ToldTies, *, by: Viewer, clock: Clock
) -> None:
    """Keep what is declared; it takes the place of what the same side declared before.

    Whoever is found tied by it loses every bundle that is not sealed: a task sees to that at once,
    and until then nothing of theirs is taken. Raises UnknownParty, UnusableNumber.
    """
    if organisation(connection, organisation_id) is None:
        raise UnknownParty(pointer="/organisation_id")
    if unknown_organisations(connection, told.interests):
        raise UnknownParty(pointer="/interests")
    keep_ties(connection, organisation_id, told, by=by, clock=clock)
