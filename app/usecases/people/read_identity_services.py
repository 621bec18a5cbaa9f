"""Read which identity services there are, and whether their providers take part."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.organisations.standing import standings_of
from app.store.people.identity_services import services_page
from behaviours.identity_services import IdentityService, is_trusted
from behaviours.standing import OrganisationStanding


class ListedService(NamedTuple):
    """A service, and how the organisation stands that answers for it."""

    service: IdentityService
    provider: OrganisationStanding

    @property
    def opens_accounts(self) -> bool:
        """Whether its word opens anything at this moment."""
        return is_trusted(self.service) and self.provider.takes_part


def read_identity_services(
    connection: Connection, *, before: UUID | None, most: int
) -> list[ListedService]:
    """Every one, newest first, also those that wait or have ended: whoever can open accounts is
    known to everybody."""
    found = services_page(connection, before=before, most=most)
    stand = standings_of(connection, {each.terms.organisation_id for each in found})
    return [ListedService(each, stand[each.terms.organisation_id]) for each in found]
