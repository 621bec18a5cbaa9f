"""In which role a user comes in now: a cashier as one, and whoever is of an organisation that was
not admitted yet as applicant."""

from __future__ import annotations

from app.store.database import Connection
from app.store.organisations.applications import find_application
from app.store.organisations.organisations import existing_organisations
from behaviours.organisations import InvalidGrant
from behaviours.users import APPLICANT, User
from behaviours.viewer import CASHIER


def comes_in_as(connection: Connection, user: User) -> str:
    """The role of a token of this user. Raises InvalidGrant once an application is over."""
    own = user.organisation_id
    if own is None or existing_organisations(connection, [own]):
        return CASHIER if user.duty == CASHIER else user.role
    application = find_application(connection, own)
    if application is not None and not application.is_open:
        raise InvalidGrant("organisation_stopped", name=application.name)
    return APPLICANT
