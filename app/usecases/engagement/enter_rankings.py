"""Let somebody into the rankings, by a name that they choose."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.engagement.rankings import add_entry, entry_of
from app.usecases.engagement.agree_to import agree_to
from behaviours.chosen_names import chosen_name, name_digest
from behaviours.rankings import InRankings, PseudonymTaken, RankingEntry
from behaviours.texts import RANKING


def enter_rankings(
    connection: Connection,
    participant_id: UUID,
    *,
    pseudonym: str,
    text_version: str,
    clock: Clock,
    guardian: UUID | None = None,
) -> RankingEntry:
    """Their entry; for a child the ``guardian`` agrees.

    Refuses with ChosenNameUnfit, PseudonymTaken, InRankings, UnknownOfPerson, GuardianDecides or
    TextNotInForce.
    """
    name = chosen_name(pseudonym, pointer="/pseudonym")
    now, agreed_by = agree_to(
        connection,
        participant_id,
        kind=RANKING,
        text_version=text_version,
        guardian=guardian,
        clock=clock,
    )
    if entry_of(connection, participant_id) is not None:
        raise InRankings
    entry = RankingEntry(new_id(), name, text_version, agreed_by, now)
    if not add_entry(connection, participant_id, entry, digest=name_digest(name)):
        raise PseudonymTaken(pointer="/pseudonym")
    return entry
