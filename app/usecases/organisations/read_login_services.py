"""Read which login services there are, and whether their providers take part."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.organisations.identity_providers import login_services_page
from app.store.organisations.standing import standings_of
from behaviours.identity_services import is_trusted
from behaviours.login_services import LoginService
from behaviours.standing import OrganisationStanding


class ListedLogin(NamedTuple):
    """A service, and how its provider stands."""

    service: LoginService
    provider: OrganisationStanding

    @property
    def opens_accounts(self) -> bool:
        """Whether its word opens anything at this moment."""
        return is_trusted(self.service) and self.provider.takes_part


def read_login_services(
    connection: Connection, *, before: UUID | None, most: int
) -> list[ListedLogin]:
    """Every one, newest first, also those that wait or have ended: whose word opens accounts is
    known to everybody."""
    found = login_services_page(connection, before=before, most=most)
    stand = standings_of(connection, {each.organisation_id for each in found})
    return [ListedLogin(each, stand[each.organisation_id]) for each in found]
