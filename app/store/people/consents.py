"""SQL of consents: who may report which actions of a person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.inserting import each_of
from behaviours.actions.inherited import AGREED
from behaviours.people import Consent, Leaving

_COLUMNS = (
    "consent_id, organisation_id, scene, text_version, granted_at, recorded_at, withdrawn_at,"
    " channel"
)

_ADDED: Final = (
    *("consent_id", "organisation_id", "scene", "text_version", "granted_at", "recorded_at"),
    "channel",
)
_ADD = text(
    """
    insert into consent (participant_id, consent_id, organisation_id, scene, text_version,
                         granted_at, recorded_at, channel)
    select *
      from unnest(cast(:people as uuid[]), cast(:consent_id as uuid[]),
                  cast(:organisation_id as uuid[]), cast(:scene as text[]),
                  cast(:text_version as text[]), cast(:granted_at as timestamptz[]),
                  cast(:recorded_at as timestamptz[]), cast(:channel as text[])) as t
    """
)
_WITH = text(
    f"""
    select participant_id, {_COLUMNS} from consent
     where participant_id = any(cast(:people as uuid[])) and organisation_id = :organisation_id
    """  # noqa: S608
)
_OF_PERSON = text(
    f"""
    select {_COLUMNS} from consent
     where participant_id = :participant_id
       and (cast(:after as uuid) is null or consent_id < :after)
     order by consent_id desc
     limit :limit
    """  # noqa: S608
)


_BOUNDS = text(
    """
    select l.participant_id, l.left_at, coalesce(w.scenes, '{}') as scenes,
           case when l.limits is null then null else array(
               select fact ->> 2 from jsonb_array_elements(l.limits) as t (fact)
                where fact ->> 0 = 'AGREED'
                  and cast(fact ->> 1 as uuid) = :organisation_id) end as ended
      from inherited_leaving l
      left join (select participant_id, array_agg(scene) as scenes from inherited_withdrawal
                  where participant_id = any(cast(:people as uuid[]))
                    and organisation_id = :organisation_id group by 1) w using (participant_id)
     where l.participant_id = any(cast(:people as uuid[]))
    """.replace("AGREED", AGREED)
)


class NewConsent(NamedTuple):
    """A consent to be written down, and whose it is."""

    participant_id: UUID
    consent: Consent


def add_consents(connection: Connection, added: Sequence[NewConsent]) -> None:
    if added:
        said = each_of(_ADDED, [each.consent for each in added])
        connection.execute(_ADD, {"people": [each.participant_id for each in added], **said})


def consents_with(
    connection: Connection, people: Sequence[UUID], organisation_id: UUID
) -> dict[UUID, list[Consent]]:
    """What these people agreed to with this organisation, also what they withdrew."""
    found: dict[UUID, list[Consent]] = {}
    asked = {"people": list(people), "organisation_id": organisation_id}
    for row in connection.execute(_WITH, asked):
        found.setdefault(row[0], []).append(Consent(*row[1:]))
    return found


def leavings_of(
    connection: Connection, people: Sequence[UUID], organisation_id: UUID
) -> dict[UUID, Leaving]:
    """Of those of these people who left another account: when, and what this organisation lost."""
    asked = {"people": list(people), "organisation_id": organisation_id}
    return {
        row.participant_id: Leaving(
            row.left_at,
            frozenset(row.scenes),
            None if row.ended is None else frozenset(row.ended),
        )
        for row in connection.execute(_BOUNDS, asked)
    }


def consents_of(
    connection: Connection,
    participant_id: UUID,
    *,
    after: UUID | None = None,
    limit: int | None = None,
) -> list[Consent]:
    """A person's consents, newest first, also the withdrawn ones."""
    rows = connection.execute(
        _OF_PERSON, {"participant_id": participant_id, "after": after, "limit": limit}
    )
    return [Consent(*row) for row in rows]
