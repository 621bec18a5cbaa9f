"""Where people were: kept sealed, for as long as the programme's check of speed says, and no more.

Nobody reads it but the check, and the person herself in her export.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import text

from app.secrecy.sealing import PLACES, seal, unseal
from app.store.database import Connection
from app.store.recording.candidate import Candidate
from app.store.recording.rows import Row, target_of
from app.store.tables.sightings import person_place
from behaviours.actions.signals import Stay, stay_of
from behaviours.actions.waiting import WaitTerms
from behaviours.civil_time import instant_text
from behaviours.places import Place
from behaviours.scenes import PLACES as AGREED_PLACES

PERSON_PLACE = target_of(person_place)

_FORGET = text("""
    DELETE FROM person_place p
    USING unnest(:participant_ids ::uuid[], :action_ids ::uuid[]) AS d (participant_id, action_id)
    WHERE p.participant_id = d.participant_id AND p.action_id = d.action_id
""")
_FORGET_UNAGREED = text(f"""
    DELETE FROM person_place p
    USING (SELECT participant_id, action_id, provider_id FROM action
            UNION ALL
           SELECT participant_id, action_id, provider_id FROM waiting_action) r
    WHERE p.participant_id = ANY(:people)
      AND r.participant_id = p.participant_id AND r.action_id = p.action_id
      AND r.provider_id IS NOT NULL AND NOT EXISTS (
          SELECT FROM consent c
          WHERE c.participant_id = p.participant_id AND c.organisation_id = r.provider_id
            AND c.scene = '{AGREED_PLACES}' AND c.withdrawn_at IS NULL)
""")  # noqa: S608 - only words of this code
_FORGET_PEOPLE = text("DELETE FROM person_place WHERE participant_id = ANY(:people)")


def place_rows(taken: Iterable[Candidate], *, recorded_at: datetime, terms: WaitTerms) -> list[Row]:
    """A row of each action whose places the programme's check will ask for."""
    if terms.checks.km_per_hour is None:
        return []
    forget_at = (recorded_at + terms.checks.places_for).isoformat()
    stays = [(one, stay_of(one.accepted)) for one in taken]
    return [_row(one, stay.kept(), forget_at) for one, stay in stays if stay and stay.has_place]


def _row(one: Candidate, stay: Stay, forget_at: str) -> Row:
    assert one.data_key is not None, "whose account is open has a data key"
    content = [_told(stay.start), _told(stay.end)]
    sealed = seal(one.data_key, one.action_id.bytes + PLACES, content)
    return (
        one.accepted.action.participant_id,
        one.action_id.hex,
        instant_text(stay.starts_at),
        instant_text(stay.ends_at),
        forget_at,
        f"\\x{sealed.hex()}",
    )


def _told(place: Place | None) -> list[str] | None:
    return None if place is None else [f"{each:f}" for each in place]


def opened_places(
    data_key: bytes, action_id: UUID, sealed: bytes
) -> tuple[Place | None, Place | None]:
    """Where an action began and ended; raises SealBroken."""
    content = unseal(data_key, action_id.bytes + PLACES, sealed)
    assert isinstance(content, list)
    start, end = content
    return _place(start), _place(end)


def _place(told: list[str] | None) -> Place | None:
    return None if told is None else Place(*map(Decimal, told))


def forget_places(connection: Connection, actions: Sequence[tuple[UUID, UUID]]) -> None:
    """Forget where these actions, by (participant, action), were done: they were not."""
    if actions:
        people, ids = zip(*actions, strict=True)
        connection.execute(_FORGET, {"participant_ids": list(people), "action_ids": list(ids)})


def forget_unagreed_places(connection: Connection, people: Sequence[UUID]) -> None:
    """Forget where these people were by the word of providers to which they do not agree, now, that
    it is said; what they reported themselves stays."""
    connection.execute(_FORGET_UNAGREED, {"people": list(people)})


def forget_places_of(connection: Connection, people: Sequence[UUID]) -> None:
    """Forget where these people were; they leave."""
    connection.execute(_FORGET_PEOPLE, {"people": list(people)})
