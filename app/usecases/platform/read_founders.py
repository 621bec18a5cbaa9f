"""Read who opened the programme; none where it has not been opened."""

from __future__ import annotations

from app.store.database import Connection
from app.store.demo.diary import is_demo
from app.store.organisations.users import founders, is_used
from behaviours.opening import InstallationInUse
from behaviours.users import User


def read_founders(connection: Connection) -> list[User]:
    """The users who were invited at the server, oldest first.

    Raises InstallationInUse where test mode let somebody in: its secrets are known.
    """
    if is_demo(connection):
        raise InstallationInUse("demo")
    found = founders(connection)
    if not found and is_used(connection):
        raise InstallationInUse("others")
    return found
