"""Find whose webhooks somebody looks after: their organisation's, or the programme's."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.organisations.find_actor import find_actor
from behaviours.users import check_may_invite
from behaviours.viewer import Viewer
from behaviours.webhooks import owner_behind


def find_manager(connection: Connection, by: Viewer) -> UUID | None:
    """The organisation, None: the programme. A client does it for its organisation, as it reads
    the events; a user has to be an administrator.

    Raises OrganisationSuspended, OrganisationClosed, UsersOnly and NotAdministrator.
    """
    owner = owner_behind(by)
    check_taking_part(connection, [owner])
    # A client speaks as its organisation.
    if owner is None or by.user_id != owner:
        check_may_invite(find_actor(connection, by), owner)
    return owner
