"""Register a mobile app of an organisation, before anybody comes in through it."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.organisations.apps import add_app, count_open_apps
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.organisations.find_actor import find_actor
from behaviours.apps import (
    REGISTERED,
    AppTaken,
    MobileApp,
    UnknownApp,
    check_app_id,
    check_app_room,
)
from behaviours.client_terms import ClientTerms
from behaviours.clients import sees_clients
from behaviours.users import check_may_invite
from behaviours.viewer import Viewer


class NewApp(NamedTuple):
    """An app as it is registered: by which id its platform knows it, and what people read."""

    platform: str
    store_id: str
    name_zh: str
    name_en: str


def register_app(
    connection: Connection,
    organisation_id: UUID,
    new: NewApp,
    *,
    by: Viewer,
    limits: ClientTerms,
    clock: Clock,
) -> MobileApp:
    """The app: by an administrator of its organisation, or by the programme for it.

    Raises UnknownApp, OrganisationSuspended, OrganisationPapersExpired, OrganisationClosed,
    UsersOnly, NotAdministrator, AppIdUnfit, TooManyApps and AppTaken.
    """
    if not sees_clients(by, organisation_id):
        raise UnknownApp("app")
    check_taking_part(connection, [organisation_id])
    actor = find_actor(connection, by)
    check_may_invite(actor, organisation_id)
    check_app_id(new.store_id)
    check_app_room(count_open_apps(connection, organisation_id), limits)
    app = MobileApp(new_id(), organisation_id, *new, REGISTERED, clock.now())
    if not add_app(connection, app):
        raise AppTaken(platform=new.platform, pointer="/app_id")
    return app
