"""Check that people and programs of organisations may come in, until the transaction ends."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from app.store.database import Connection
from app.store.organisations.standing import share_standings


def check_let_in(connection: Connection, organisation_ids: Collection[UUID | None]) -> None:
    """As ``check_taking_part``, but for whoever has to hand in a paper: they come in for that.

    Raises OrganisationSuspended and OrganisationClosed.
    """
    named = {each for each in organisation_ids if each is not None}
    for standing in share_standings(connection, named) if named else ():
        standing.check_comes_in()
