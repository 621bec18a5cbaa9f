"""SQL of taking back: what a consent and a contribution have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, TextClause, text

# ruff: noqa: S608 - these statements are put together from constants of this file only


@dataclass(frozen=True)
class Withdrawable:
    """A table of what a person said and may take back; ``key`` names a row beside the person."""

    known: TextClause
    withdraw: TextClause


def _of(table: str, key: str) -> Withdrawable:
    return Withdrawable(
        text(
            f"""
            select {key} from {table}
             where participant_id = :participant_id and {key} = any(cast(:ids as uuid[]))
            """
        ),
        text(
            f"""
            update {table} set withdrawn_at = :now
             where participant_id = :participant_id and withdrawn_at is null
               and (cast(:ids as uuid[]) is null or {key} = any(cast(:ids as uuid[])))
            """
        ),
    )


CONSENTS = _of("consent", "consent_id")
CONTRIBUTIONS = _of("contribution", "contribution_id")


def known(
    connection: Connection, kept: Withdrawable, participant_id: UUID, ids: Sequence[UUID]
) -> set[UUID]:
    """Those of ``ids`` that are this person's."""
    asked = {"participant_id": participant_id, "ids": list(ids)}
    return set(connection.execute(kept.known, asked).scalars())


def withdraw(
    connection: Connection,
    kept: Withdrawable,
    participant_id: UUID,
    *,
    ids: Sequence[UUID] | None,
    now: datetime,
) -> None:
    """End some of a person's, or with None every one; a withdrawn one keeps its date."""
    connection.execute(
        kept.withdraw,
        {
            "participant_id": participant_id,
            "ids": None if ids is None else list(ids),
            "now": now,
        },
    )
