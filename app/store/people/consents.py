"""SQL of consents: who may report which actions of a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from behaviours.people import Consent

_COLUMNS = "consent_id, organisation_id, scene, text_version, granted_at, recorded_at, withdrawn_at"

_ADD = text(
    """
    insert into consent (participant_id, consent_id, organisation_id, scene, text_version,
                         granted_at, recorded_at)
    select *, :now
      from unnest(cast(:people as uuid[]), cast(:ids as uuid[]), cast(:organisations as uuid[]),
                  cast(:scenes as text[]), cast(:versions as text[]),
                  cast(:granted as timestamptz[])) as t
    """
)
_LIVE = text(
    """
    select participant_id, organisation_id, scene, text_version, min(granted_at) as granted_at
      from consent
     where participant_id = any(cast(:people as uuid[])) and withdrawn_at is null
     group by participant_id, organisation_id, scene, text_version
    """
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


@dataclass(frozen=True, slots=True)
class NewConsent:
    """A consent to be written down."""

    participant_id: UUID
    consent_id: UUID
    organisation_id: UUID
    scene: str
    text_version: str
    granted_at: datetime


def add_consents(connection: Connection, consents: Sequence[NewConsent], *, now: datetime) -> None:
    if consents:
        connection.execute(
            _ADD,
            {
                "people": [each.participant_id for each in consents],
                "ids": [each.consent_id for each in consents],
                "organisations": [each.organisation_id for each in consents],
                "scenes": [each.scene for each in consents],
                "versions": [each.text_version for each in consents],
                "granted": [each.granted_at for each in consents],
                "now": now,
            },
        )


def live_consents(
    connection: Connection, people: Sequence[UUID]
) -> dict[tuple[UUID, UUID, str, str], datetime]:
    """The consents in force: (person, organisation, scene, version) → since when."""
    return {
        (row.participant_id, row.organisation_id, row.scene, row.text_version): row.granted_at
        for row in connection.execute(_LIVE, {"people": list(people)})
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
