"""Check that organisations take part, and let none be suspended before the transaction ends."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from app.store.database import Connection
from app.store.organisations.standing import share_standings
from behaviours.standing import check_take_part


def check_taking_part(connection: Connection, organisation_ids: Collection[UUID | None]) -> None:
    """None is the programme itself. Take it before any other lock of the transaction.

    Raises OrganisationSuspended and OrganisationClosed.
    """
    named = {each for each in organisation_ids if each is not None}
    if named:
        check_take_part(share_standings(connection, named))
