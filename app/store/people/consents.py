"""SQL of consents: who may report which actions of a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

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
_KNOWN = text(
    """
    select consent_id from consent
     where participant_id = :participant_id and consent_id = any(cast(:ids as uuid[]))
    """
)
_WITHDRAW = text(
    """
    update consent set withdrawn_at = :now
     where participant_id = :participant_id and withdrawn_at is null
       and (cast(:ids as uuid[]) is null or consent_id = any(cast(:ids as uuid[])))
    """
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


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent as it stands."""

    consent_id: UUID
    organisation_id: UUID
    scene: str
    text_version: str
    granted_at: datetime
    recorded_at: datetime
    withdrawn_at: datetime | None


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


def known_consents(connection: Connection, participant_id: UUID, ids: Sequence[UUID]) -> set[UUID]:
    """Those of ``ids`` that are this person's."""
    rows = connection.execute(_KNOWN, {"participant_id": participant_id, "ids": list(ids)})
    return {row.consent_id for row in rows}


def withdraw_consents(
    connection: Connection, participant_id: UUID, *, ids: Sequence[UUID] | None, now: datetime
) -> None:
    """End some consents of a person, or with None every one; a withdrawn one keeps its date."""
    connection.execute(
        _WITHDRAW,
        {
            "participant_id": participant_id,
            "ids": None if ids is None else list(ids),
            "now": now,
        },
    )
