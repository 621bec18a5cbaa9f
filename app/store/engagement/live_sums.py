"""SQL of what live actions come to: by the account, by behaviour, and in a stretch of time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from behaviours.engagement import LiveSum
from behaviours.personal_certificates import CertifiedLine

# ruff: noqa: S608 - these statements are put together from constants of the program only


def is_live(action: str = "a") -> str:
    """Of a row of ``action``: it was not taken back."""
    return (
        f"not exists (select from reversal v where v.participant_id = {action}.participant_id"
        f" and v.action_id = {action}.action_id)"
    )


def counted(action: str = "a") -> str:
    """The sums of the rows that are found, as 64-bit integers: nothing of none."""
    return f"coalesce(sum({action}.saved_mg), 0)::bigint as saved_mg, count(*) as actions"


_WHOLE = text(
    "select saved_mg, actions from reduction_account where participant_id = :participant_id"
)
_BY_BEHAVIOUR = text(
    f"""
    select a.behaviour, {counted()} from action a
     where a.participant_id = :participant_id and {is_live()}
       and a.behaviour = any(cast(:behaviours as text[]))
     group by a.behaviour
    """
)
_BETWEEN = text(
    f"""
    select a.behaviour, {counted()} from action a
     where a.participant_id = :participant_id and {is_live()}
       and a.occurred_at >= :starts_at and a.occurred_at < :ends_at
     group by a.behaviour order by a.behaviour collate "C"
    """
)


def whole_sum(connection: Connection, participant_id: UUID) -> LiveSum:
    """What a person did in all, as their account says it."""
    row = connection.execute(_WHOLE, {"participant_id": participant_id}).one()
    return LiveSum(row.saved_mg, row.actions)


def sums_of(
    connection: Connection, participant_id: UUID, behaviours: Sequence[str]
) -> dict[str, LiveSum]:
    """What a person did of these behaviours; reads every action of theirs."""
    asked = {"participant_id": participant_id, "behaviours": list(behaviours)}
    return {row[0]: LiveSum(*row[1:]) for row in connection.execute(_BY_BEHAVIOUR, asked)}


def lines_between(
    connection: Connection, participant_id: UUID, *, starts_at: datetime, ends_at: datetime
) -> list[CertifiedLine]:
    """What a person did in a stretch of time, by behaviour in the order of their codes."""
    asked = {"participant_id": participant_id, "starts_at": starts_at, "ends_at": ends_at}
    return [CertifiedLine(row[0], LiveSum(*row[1:])) for row in connection.execute(_BETWEEN, asked)]
