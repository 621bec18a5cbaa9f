"""SQL of the sessions of people: by their own login, or by the word of a provider they linked.

A login of one's own is its refresh tokens (``refresh_token.family_id``); a word is a row of its
own. The tokens of either bear the id of the session, and are revoked by it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, RowMapping, text

from app.store.inserting import insert_into
from app.store.organisations.revocations import revoke
from app.store.paging import newest_first
from behaviours.apps import REGISTERED, AppSession
from behaviours.exports.shape import ID, MOMENT, ExportedColumn
from behaviours.organisations import NamedApp
from behaviours.standing import CLOSED, SUSPENDED


class WordSession(NamedTuple):
    """That somebody came in by a provider's word, by which link, and through which app; the names
    are those of the table."""

    participant_id: UUID
    session_id: UUID
    organisation_id: UUID
    link_id: UUID
    app_id: UUID | None
    started_at: datetime
    expires_at: datetime


_ADD_BY_WORD = text(insert_into("word_session", WordSession._fields))
_OWN = """
    select t.family_id as session_id, min(t.app_id::text)::uuid as app_id,
           min(t.issued_at) as started_at, max(t.issued_at) as last_used_at,
           max(t.expires_at) as expires_at, max(t.revoked_at) as ended_at
      from app_user u join refresh_token t on t.subject = replace(u.user_id::text, '-', '')
     where u.participant_id = :participant_id
     group by t.family_id
"""
# By the person's own login, and by the word of a provider that they linked.
_OPEN = newest_first(
    f"""
    select s.session_id, a.app_id, a.name_zh, a.name_en, s.provider_id, s.started_at,
           s.last_used_at, s.expires_at
      from (
          select own.session_id, own.app_id, cast(null as uuid) as provider_id, own.started_at,
                 own.last_used_at, own.expires_at
            from ({_OWN}) own where own.ended_at is null
          union all
          select w.session_id, w.app_id, w.organisation_id, w.started_at, w.started_at, w.expires_at
            from word_session w
            join link l on l.participant_id = w.participant_id and l.link_id = w.link_id
            join organisation o on o.organisation_id = w.organisation_id
           where w.participant_id = :participant_id and w.ended_at is null
             and l.unlinked_at is null and o.state not in ('{SUSPENDED}', '{CLOSED}')) s
      left join mobile_app a on a.app_id = s.app_id
     where s.expires_at > :now and (a.state is null or a.state = '{REGISTERED}')
    """,  # noqa: S608 - words of the domain
    by="s.session_id",
)
_IS_OWN = text(
    f"select exists (select from ({_OWN}) own where own.session_id = :session_id)"  # noqa: S608
)
_END_BY_WORD = text(
    """
    update word_session set ended_at = coalesce(ended_at, :now)
     where participant_id = :participant_id and session_id = :session_id
    returning expires_at
    """
)
_TOLD = text(f"{_OWN} order by 1")
# As ``own_sessions_of`` tells them; digests of tokens are of no use to anybody.
OWN_SESSION: Final = "own_session"
TOLD: Final = (
    ExportedColumn("session_id", ID, nullable=False),
    ExportedColumn("app_id", ID, nullable=True),
    ExportedColumn("started_at", MOMENT, nullable=False),
    ExportedColumn("last_used_at", MOMENT, nullable=False),
    ExportedColumn("expires_at", MOMENT, nullable=False),
    ExportedColumn("ended_at", MOMENT, nullable=True),
)


def add_word_session(connection: Connection, began: WordSession) -> None:
    """Keep that somebody came in by a provider's word, and through which app."""
    connection.execute(_ADD_BY_WORD, began._asdict())


def end_word_session(
    connection: Connection, participant_id: UUID, session_id: UUID, *, now: datetime
) -> list[str]:
    """End what a provider's word opened: the names under which its token is now revoked; none: the
    person has no such session."""
    asked = {"participant_id": participant_id, "session_id": session_id, "now": now}
    until = connection.execute(_END_BY_WORD, asked).scalar_one_or_none()
    if until is None:
        return []
    name = f"fam:{session_id.hex}"
    revoke(connection, [(name, until)])
    return [name]


def is_own_session(connection: Connection, participant_id: UUID, session_id: UUID) -> bool:
    """Whether it is a login of the person's own, whatever became of it."""
    found = connection.execute(
        _IS_OWN, {"participant_id": participant_id, "session_id": session_id}
    )
    return bool(found.scalar_one())


def sessions_of_person(
    connection: Connection, participant_id: UUID, *, before: UUID | None, most: int, now: datetime
) -> list[AppSession]:
    """The sessions of a person that go on, the newest first."""
    asked = {"participant_id": participant_id, "before": before, "most": most, "now": now}
    return [_session(row) for row in connection.execute(_OPEN, asked)]


def own_sessions_of(connection: Connection, participant_id: UUID) -> list[RowMapping]:
    """Every login of the person's own that is still kept, as ``TOLD`` lists its members."""
    return list(connection.execute(_TOLD, {"participant_id": participant_id}).mappings())


def _session(row: Any) -> AppSession:
    session_id, app_id, name_zh, name_en, *rest = row
    app = NamedApp(app_id, name_zh, name_en) if app_id else None
    return AppSession(session_id, app, *rest)
