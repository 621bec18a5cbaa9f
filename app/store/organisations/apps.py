"""SQL of mobile apps, and of the sessions that people have through them.

Who comes in through an app holds it as it is (``for share``), and who revokes it holds it alone: so
a token is made before the revocation, and ends with it, or is not made.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.log.acting import held, kept
from app.store.paging import newest_first
from behaviours.apps import REGISTERED, REVOKED, AppSession, MobileApp
from behaviours.organisations import NamedApp
from behaviours.standing import CLOSED, SUSPENDED

_COLUMNS = """app_id, organisation_id, platform, store_id, name_zh, name_en, state, registered_at,
    revoked_at, reason"""
_ADD = text(
    """
    insert into mobile_app (app_id, organisation_id, platform, store_id, name_zh, name_en, state,
                            registered_at)
    values (:app_id, :organisation_id, :platform, :store_id, :name_zh, :name_en, :state,
            :registered_at)
    on conflict do nothing
    """
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
_HOLD_OWNER = text(
    "select organisation_id from organisation where organisation_id = :id for no key update"
)
_COUNT = text(
    f"select count(*) from mobile_app where organisation_id = :id and state = '{REGISTERED}'"  # noqa: S608
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
    returning app_id
    """  # noqa: S608 - words of the domain
)
_ADD_SESSION = text(
    """
    insert into word_session (participant_id, session_id, organisation_id, link_id, app_id,
                              started_at, expires_at)
    values (:participant_id, :session_id, :organisation_id, :link_id, :app_id, :now, :expires_at)
    """
)
# By the person's own login, and by the word of a provider that they linked.
_SESSIONS = newest_first(
    f"""
    select s.session_id, a.app_id, a.name_zh, a.name_en, s.provider_id, s.started_at,
           s.last_used_at, s.expires_at
      from (
          select t.family_id as session_id, min(t.app_id::text)::uuid as app_id,
                 cast(null as uuid) as provider_id, min(t.issued_at) as started_at,
                 max(t.issued_at) as last_used_at, max(t.expires_at) as expires_at
            from app_user u join refresh_token t on t.subject = replace(u.user_id::text, '-', '')
           where u.participant_id = :participant_id and t.revoked_at is null
           group by t.family_id
          union all
          select w.session_id, w.app_id, w.organisation_id, w.started_at, w.started_at, w.expires_at
            from word_session w
            join link l on l.participant_id = w.participant_id and l.link_id = w.link_id
            join organisation o on o.organisation_id = w.organisation_id
           where w.participant_id = :participant_id and l.unlinked_at is null
             and o.state not in ('{SUSPENDED}', '{CLOSED}')) s
      left join mobile_app a on a.app_id = s.app_id
     where s.expires_at > :now and (a.state is null or a.state = '{REGISTERED}')
    """,  # noqa: S608 - words of the domain
    by="s.session_id",
)


def add_app(connection: Connection, app: MobileApp) -> bool:
    """Keep an app; False when one of its platform is registered by its id."""
    asked = {
        "app_id": app.app_id,
        "organisation_id": app.organisation_id,
        "platform": app.platform,
        "store_id": app.store_id,
        "name_zh": app.name_zh,
        "name_en": app.name_en,
        "state": app.state,
        "registered_at": app.registered_at,
    }
    added = connection.execute(_ADD, asked).rowcount == 1
    if added:
        kept(app)
    return added


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


def count_open_apps(connection: Connection, organisation_id: UUID) -> int:
    """How many apps the organisation has; nobody else registers one until the transaction ends."""
    connection.execute(_HOLD_OWNER, {"id": organisation_id})
    return int(connection.execute(_COUNT, {"id": organisation_id}).scalar_one())


def write_app_revoked(connection: Connection, app: MobileApp) -> None:
    """Keep that nobody comes in through an app any more."""
    asked = {
        "app_id": app.app_id,
        "state": app.state,
        "revoked_at": app.revoked_at,
        "reason": app.reason,
    }
    connection.execute(_REVOKE, asked)
    kept(app)


def end_apps_of(
    connection: Connection, organisation_id: UUID, *, reason: str, now: datetime
) -> list[UUID]:
    """Revoke the apps of an organisation; which those were."""
    asked = {"id": organisation_id, "reason": reason, "now": now}
    return list(connection.execute(_END_OF, asked).scalars())


def add_word_session(
    connection: Connection,
    participant_id: UUID,
    session_id: UUID,
    *,
    organisation_id: UUID,
    link_id: UUID,
    app_id: UUID | None,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Keep that somebody came in by a provider's word, and through which app."""
    asked = {
        "participant_id": participant_id,
        "session_id": session_id,
        "organisation_id": organisation_id,
        "link_id": link_id,
        "app_id": app_id,
        "now": now,
        "expires_at": expires_at,
    }
    connection.execute(_ADD_SESSION, asked)


def sessions_of_person(
    connection: Connection, participant_id: UUID, *, before: UUID | None, most: int, now: datetime
) -> list[AppSession]:
    """The sessions of a person that go on, the newest first."""
    asked = {"participant_id": participant_id, "before": before, "most": most, "now": now}
    return [_session(row) for row in connection.execute(_SESSIONS, asked)]


def _session(row: Any) -> AppSession:
    session_id, app_id, name_zh, name_en, *rest = row
    app = NamedApp(app_id, name_zh, name_en) if app_id else None
    return AppSession(session_id, app, *rest)
