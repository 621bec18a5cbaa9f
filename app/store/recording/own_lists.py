"""What is a provider's own, page by page: its actions, people, consents, files and refusals.

Nothing is listed of who left. Each statement reads along an index that begins with the provider.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import TextClause, text

from app.store.database import Connection
from app.store.outbox.task import StoredTask
from app.store.recording.actions import ACTIONS, read_actions
from app.store.recording.holds import WAITING_ACTIONS, read_waiting
from behaviours.actions.stored_action import StoredAction
from behaviours.actions.waiting import LAPSED, REFUSED_AFTER_HOLD
from behaviours.own_people import OwnConsent, OwnPerson
from behaviours.people import ACTIVE, Consent

# Along (provider, occurred_at, action_id), or all of one person: the last done first.
_OF_PROVIDER = "a.provider_id = :provider_id"
_OF_PERSON = """
    a.participant_id = :participant_id
    AND (cast(:provider_id AS uuid) IS NULL OR a.provider_id = :provider_id)
"""


def _page(whose: str) -> str:
    return f"""
    WHERE {whose} AND a.occurred_at >= :since
      AND (a.occurred_at, a.action_id) < (:until, cast(:before AS uuid))
      AND (cast(:behaviour AS text) IS NULL OR a.behaviour = :behaviour)
      AND (a.seal IS NULL OR k.wrapped IS NOT NULL)
    """


def _credited(whose: str) -> TextClause:
    return text(f"""
    {ACTIONS} {_page(whose)}
      AND (cast(:reversed AS boolean) IS NULL OR (r.action_id IS NOT NULL) = :reversed)
    {_LAST_DONE_FIRST}
    """)


def _waited(whose: str) -> TextClause:
    return text(f"""
    {WAITING_ACTIONS} {_page(whose)} AND (cast(:state AS text) IS NULL OR h.state = :state)
    {_LAST_DONE_FIRST}
    """)


_LAST_DONE_FIRST = "ORDER BY a.occurred_at DESC, a.action_id DESC LIMIT :limit"
_CREDITED, _CREDITED_OF_PERSON = _credited(_OF_PROVIDER), _credited(_OF_PERSON)
_WAITED, _WAITED_OF_PERSON = _waited(_OF_PROVIDER), _waited(_OF_PERSON)
_REFUSED = text(f"""
    {WAITING_ACTIONS}
    WHERE a.provider_id = :provider_id AND a.action_id < :before
      AND h.state IN ('{REFUSED_AFTER_HOLD}', '{LAPSED}')
      AND (a.seal IS NULL OR k.wrapped IS NOT NULL)
    ORDER BY a.action_id DESC LIMIT :limit
""")
_PEOPLE = text(f"""
    select e.participant_id, e.enrolled_at,
           exists (select from link l
                    where l.participant_id = e.participant_id
                      and l.organisation_id = e.organisation_id and l.unlinked_at is null) as linked
      from enrolment e join participant p using (participant_id)
     where e.organisation_id = :provider_id and e.participant_id < :before
       and p.state = '{ACTIVE}'
     order by e.participant_id desc limit :limit
""")  # noqa: S608 - only names of this code
_CONSENTS = text(f"""
    select c.participant_id, c.consent_id, c.organisation_id, c.scene, c.text_version,
           c.granted_at, c.recorded_at, c.withdrawn_at, c.channel
      from consent c join participant p using (participant_id)
     where c.organisation_id = :provider_id and c.consent_id < :before
       and (cast(:scene as text) is null or c.scene = :scene)
       and (cast(:withdrawn as boolean) is null or (c.withdrawn_at is not null) = :withdrawn)
       and p.state = '{ACTIVE}'
     order by c.consent_id desc limit :limit
""")  # noqa: S608 - only names of this code
_IMPORTS = text(
    """
    select task_id, name, subject_id, started_by, state, done, total, result, problem, attempts,
           created_at, finished_at
      from task
     where started_by = :provider_id and task_id < :before and name = :name
       and (cast(:state as text) is null or state = :state)
       and (not :refused or coalesce(result -> 'refused', '{}') <> '{}')
     order by task_id desc limit :limit
    """
)
AFTER_ALL = UUID(int=(1 << 128) - 1)


class OwnPage(NamedTuple):
    """Whose list, from before which id on, and how many rows."""

    provider_id: UUID
    before: UUID | None
    limit: int

    @property
    def asked(self) -> dict[str, UUID | int | None]:
        return {**self._asdict(), "before": self.before or AFTER_ALL}


class DonePage(NamedTuple):
    """Whose actions, done since and before which moment (and id), and how many: a provider's, or
    a person's and of them, with a provider, what that one reported."""

    provider_id: UUID | None
    since: datetime
    until: datetime
    before: UUID
    behaviour: str | None
    limit: int
    participant_id: UUID | None = None


def credited_of(
    connection: Connection, page: DonePage, *, reversed_only: bool | None
) -> list[StoredAction]:
    """Credited actions, the last done first; taken back or not, None: both."""
    asked: Mapping[str, object] = {**page._asdict(), "reversed": reversed_only}
    sql = _CREDITED if page.participant_id is None else _CREDITED_OF_PERSON
    return read_actions(connection, sql, asked)


def waited_of(connection: Connection, page: DonePage, *, state: str | None) -> list[StoredAction]:
    """Those that wait, or ended without credit."""
    sql = _WAITED if page.participant_id is None else _WAITED_OF_PERSON
    return read_waiting(connection, sql, {**page._asdict(), "state": state})


def refused_of(connection: Connection, page: OwnPage) -> list[StoredAction]:
    """Those that were refused after a hold, or lapsed, the last reported first."""
    return read_waiting(connection, _REFUSED, page.asked)


def people_of(connection: Connection, page: OwnPage) -> list[OwnPerson]:
    """Whom the provider enrolled, the newest account first."""
    return [OwnPerson(*row) for row in connection.execute(_PEOPLE, page.asked)]


def consents_to(
    connection: Connection, page: OwnPage, *, scene: str | None, withdrawn: bool | None
) -> list[OwnConsent]:
    """Consents to the provider, the newest first."""
    asked = {**page.asked, "scene": scene, "withdrawn": withdrawn}
    rows = connection.execute(_CONSENTS, asked)
    return [OwnConsent(whose, Consent(*row)) for whose, *row in rows]


def tasks_of(
    connection: Connection,
    page: OwnPage,
    *,
    name: str,
    state: str | None = None,
    refused: bool = False,
) -> list[StoredTask]:
    """Tasks of a name that the provider started; ``refused``: whose result counts refusals."""
    asked = {**page.asked, "name": name, "state": state, "refused": refused}
    return [StoredTask(*row) for row in connection.execute(_IMPORTS, asked)]
