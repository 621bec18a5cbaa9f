"""Register mobile apps of organisations, before anybody comes in through them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.organisations.apps import add_apps, apps_by_store_id, count_open_apps
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
    """An app as it is registered: whose, by which id at its platform, and what people read."""

    organisation_id: UUID
    platform: str
    store_id: str
    name_zh: str
    name_en: str

    def stands_as(self, app: MobileApp) -> bool:
        """Whether that one says the same."""
        named = (app.organisation_id, app.platform, app.store_id, app.name_zh, app.name_en)
        return named == self


def register_apps(
    connection: Connection,
    apps: Sequence[NewApp],
    *,
    by: Viewer,
    limits: ClientTerms,
    clock: Clock,
    again: bool = False,
) -> list[MobileApp]:
    """The apps, in order, all or none: by an administrator of their organisation, or by the
    programme for it. With ``again`` what stands so already is left as it is.

    Raises UnknownApp, OrganisationSuspended, OrganisationPapersExpired, OrganisationClosed,
    UsersOnly, NotAdministrator, AppIdUnfit, TooManyApps and AppTaken.
    """
    whose = sorted({each.organisation_id for each in apps})
    if not all(sees_clients(by, each) for each in whose):
        raise UnknownApp("app")
    check_taking_part(connection, whose)
    actor = find_actor(connection, by)
    for each in whose:
        check_may_invite(actor, each)
    for at, new in enumerate(apps):
        check_app_id(new.store_id, pointer=f"/apps/{at}/app_id")
    room = Counter(count_open_apps(connection, whose))
    known = apps_by_store_id(connection, [(each.platform, each.store_id) for each in apps])
    now, stand, fresh = clock.now(), [], []
    for at, new in enumerate(apps):
        taken = known.get((new.platform, new.store_id))
        if taken is None:
            check_app_room(room[new.organisation_id], limits)
            taken = MobileApp(new_id(), *new, REGISTERED, now)
            room[new.organisation_id] += 1
            known[new.platform, new.store_id] = taken
            fresh.append(taken)
        elif not (again and new.stands_as(taken)):
            raise AppTaken(platform=new.platform, pointer=f"/apps/{at}/app_id")
        stand.append(taken)
    if taken_meanwhile := add_apps(connection, fresh):
        (at, first), *_ = ((at, each) for at, each in enumerate(stand) if each in taken_meanwhile)
        raise AppTaken(platform=first.platform, pointer=f"/apps/{at}/app_id")
    return stand
