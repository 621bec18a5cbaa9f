"""Hold a household, and read everything that was agreed in it."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.people.households import hold_households, versions_of
from behaviours.households import HouseholdHistory


def hold_household(connection: Connection, household_id: UUID) -> HouseholdHistory:
    """Its versions, which nobody else changes meanwhile; whoever asks holds an account before."""
    hold_households(connection, [household_id])
    return HouseholdHistory(versions_of(connection, [household_id]))
