"""Count anew what members of teams and people in the rankings did, where their accounts changed.

Without it every sum would be right, too, and take longer to read.
"""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from app.store.database import Connection
from app.store.engagement.rankings import count_months
from app.store.engagement.teams import count_members

COUNTED_AT_ONCE = 200


class CountedFrom(NamedTuple):
    """Where a round goes on, in each of its two lists; ``done`` were counted before."""

    member: tuple[UUID, UUID] | None = None
    ranked: UUID | None = None
    done: int = 0


def count_engagement(
    connection: Connection,
    *,
    zone: ZoneInfo,
    since: CountedFrom,
    most: int = COUNTED_AT_ONCE,
) -> CountedFrom:
    """Count the next of each; a round is over when ``done`` does not grow.

    It goes through everybody once: whose account changes again meanwhile is for the next round.
    """
    members = count_members(connection, after=since.member, most=most)
    ranked = count_months(connection, after=since.ranked, most=most, zone=zone)
    return CountedFrom(
        members[-1] if members else since.member,
        ranked[-1] if ranked else since.ranked,
        since.done + len(members) + len(ranked),
    )
