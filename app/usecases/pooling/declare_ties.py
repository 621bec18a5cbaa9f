"""Declare ties: a verifier its own interests and group, or the authority those of anybody."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.usecases.organisations.keep_ties import keep_ties
from app.usecases.pooling.check_parties import check_parties
from behaviours.viewer import Viewer
from rewards.registry.ties import ToldTies


def declare_ties(
    connection: Connection, organisation_id: UUID, told: ToldTies, *, by: Viewer, clock: Clock
) -> None:
    """Keep what is declared; it takes the place of what the same side declared before.

    Whoever is found tied by it loses every bundle that is not sealed: a task sees to that at once,
    and until then nothing of theirs is taken. Raises UnknownParty, UnusableNumber.
    """
    check_parties(connection, organisation_id, told)
    keep_ties(connection, organisation_id, told, by=by, clock=clock)
