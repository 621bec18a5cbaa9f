"""Check that somebody may come in for an organisation, as RFC 6749 refuses who may not."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.usecases.organisations.check_let_in import check_let_in
from behaviours.coming_in import told_to_people


def check_coming_in(connection: Connection, organisation_id: UUID | None) -> None:
    """None: somebody of the programme, or a person. What began lasts as long as what is issued of
    it: who suspends comes before, or after and ends it. Raises InvalidGrant.
    """
    with told_to_people():
        check_let_in(connection, [organisation_id])
