"""SQL of mobile apps.

Who comes in through an app holds it as it is (``for share``), and who revokes it holds it alone: so
a token is made before the revocation, and ends with it, or is not made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.events.gathering import became
from app.store.inserting import by_name
from app.store.log.acting import held, kept
from app.store.paging import newest_first
from behaviours.apps import REGISTERED, REVOKED, MobileApp

_REGISTERED: Final = (
    *("app_id", "organisation_id", "platform", "store_id", "name_zh", "name_en", "state"),
    "registered_at",
)
_COLUMNS = f"{', '.join(_REGISTERED)}, revoked_at, reason"
_ADDED: Final = (
    "app_ids", "organisation_ids", "platforms", "store_ids", "names_zh", "names_en", "states",
    "registered_ats",
)  # fmt: skip
_ADD = text(
    f"""
    insert into mobile_app ({", ".join(_REGISTERED)})
    select * from unnest(
        cast(:app_ids as uuid[]), cast(:organisation_ids as uuid[]), cast(:platforms as text[]),
        cast(:store_ids as text[]), cast(:names_zh as text[]), cast(:names_en as text[]),
        cast(:states as text[]), cast(:registered_ats as timestamptz[]))
    on conflict do nothing
    returning app_id
    """  # noqa: S608 - only names of this code
)
_HOLD = text(
    f"""
    select {_COLUMNS} from mobile_app
     where app_id = :app_id and organisation_id = :organisation_id for update
    """  # noqa: S608 - only names of this code
)
_FIND = text(f"select {_COLUMNS} from mobile_app where app_id = :app_id")  # noqa: S608
_SHARE = text(f"select {_COLUMNS} from mobile_app where app_id = :app_id for share")  # noqa: S608
_LIST = newest_first(
    f"select {_COLUMNS} from mobile_app where organisation_id = :organisation_id",  # noqa: S608
    by="app_id",
)
_PAGE = newest_first(
    f"select {_COLUMNS} from mobile_app where state = '{REGISTERED}'",  # noqa: S608
    by="app_id",
)
_BY_STORE_ID = text(
    f"""
    select {_COLUMNS} from mobile_app
     where state = '{REGISTERED}'
       and (platform, store_id) in (
           select * from unnest(cast(:platforms as text[]), cast(:store_ids as text[])))
    """  # noqa: S608 - only names of this code
)
_HOLD_OWNERS = text(
    """
    select organisation_id from organisation where organisation_id = any(cast(:ids as uuid[]))
     order by organisation_id for no key update
    """
)
_COUNT = text(
    f"""
    select organisation_id, count(*) from mobile_app
     where organisation_id = any(cast(:ids as uuid[])) and state = '{REGISTERED}' group by 1
    """  # noqa: S608 - words of the domain
)
_REVOKE = text(
    """
    update mobile_app set state = :state, revoked_at = :revoked_at, reason = :reason
     where app_id = :app_id
    """
)
_END_OF = text(
    f"""
    update mobile_app set state = '{REVOKED}', revoked_at = :now, reason = :reason
     where organisation_id = :id and state = '{REGISTERED}'
    returning app_id, null, organisation_id
    """  # noqa: S608 - words of the domain
)


def add_apps(connection: Connection, apps: Sequence[MobileApp]) -> list[MobileApp]:
    """Keep apps; those whose id at their platform somebody registered at this moment."""
    columns = zip(*((*astuple(each)[:8],) for each in apps), strict=True)
    asked = dict(zip(_ADDED, map(list, columns), strict=False))
    added = set(connection.execute(_ADD, asked).scalars()) if apps else set()
    for each in apps:
        if each.app_id in added:
            kept(each)
    return [each for each in apps if each.app_id not in added]


def apps_by_store_id(
    connection: Connection, named: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], MobileApp]:
    """Those that are registered of these (platform, id at it)."""
    asked = {
        "platforms": [platform for platform, _ in named],
        "store_ids": [store_id for _, store_id in named],
    }
    found = [MobileApp(*row) for row in connection.execute(_BY_STORE_ID, asked)]
    return {(each.platform, each.store_id): each for each in found}


def hold_app(connection: Connection, organisation_id: UUID, app_id: UUID) -> MobileApp | None:
    """The organisation's app, through which nobody comes in until the transaction ends."""
    asked = {"organisation_id": organisation_id, "app_id": app_id}
    row = connection.execute(_HOLD, asked).one_or_none()
    return held(MobileApp(*row)) if row else None


def find_app(connection: Connection, app_id: UUID) -> MobileApp | None:
    """The app as it is at this moment."""
    row = connection.execute(_FIND, {"app_id": app_id}).one_or_none()
    return MobileApp(*row) if row else None


def share_app(connection: Connection, app_id: UUID) -> MobileApp | None:
    """The app, which nobody revokes until the transaction ends."""
    row = connection.execute(_SHARE, {"app_id": app_id}).one_or_none()
    return MobileApp(*row) if row else None


def list_apps(
    connection: Connection, organisation_id: UUID, *, before: UUID | None, most: int
) -> list[MobileApp]:
    """Apps of an organisation, the newest first."""
    asked = {"organisation_id": organisation_id, "before": before, "most": most}
    return [MobileApp(*row) for row in connection.execute(_LIST, asked)]


def list_open_apps(connection: Connection, *, before: UUID | None, most: int) -> list[MobileApp]:
    """The apps of everybody that are registered, the newest first."""
    return [MobileApp(*row) for row in connection.execute(_PAGE, {"before": before, "most": most})]


def count_open_apps(connection: Connection, organisations: Sequence[UUID]) -> dict[UUID, int]:
    """How many apps each has; nobody else registers one of them until the transaction ends."""
    asked = {"ids": list(organisations)}
    connection.execute(_HOLD_OWNERS, asked).all()
    return {row[0]: row[1] for row in connection.execute(_COUNT, asked)}


def write_app_revoked(connection: Connection, app: MobileApp) -> None:
    """Keep that nobody comes in through an app any more."""
    connection.execute(_REVOKE, by_name(("app_id", "state", "revoked_at", "reason"), app))
    kept(app)


def end_apps_of(
    connection: Connection, organisation_id: UUID, *, reason: str, now: datetime
) -> list[UUID]:
    """Revoke the apps of an organisation; which those were."""
    asked = {"id": organisation_id, "reason": reason, "now": now}
    rows = connection.execute(_END_OF, asked).all()
    became(MobileApp, REVOKED, rows)
    return [row.app_id for row in rows]
