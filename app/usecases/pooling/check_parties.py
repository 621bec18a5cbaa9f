"""Check that everybody of whom ties are told is registered."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.organisations.organisations import organisation
from app.store.pooling.verifiers import unknown_organisations
from rewards.pooling.refusals import UnknownParty
from rewards.registry.ties import ToldTies


def check_parties(connection: Connection, organisation_id: UUID, told: ToldTies) -> None:
    """Raises UnknownParty."""
    if organisation(connection, organisation_id) is None:
        raise UnknownParty(pointer="/organisation_id")
    if unknown_organisations(connection, told.interests):
        raise UnknownParty(pointer="/interests")
