"""Hold the account of a member and find how they are in a team."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.engagement.teams import membership_in
from app.store.people.enrolment import hold_account
from app.usecases.people.decide_for import decide_for
from behaviours.people import check_open
from behaviours.refusal import found_or
from behaviours.teams import Membership, UnknownTeam


class HeldMember(NamedTuple):
    """How somebody is or was in a team, at the moment since when nobody else changes it."""

    membership: Membership
    now: datetime


def hold_member(
    connection: Connection,
    participant_id: UUID,
    team_id: UUID,
    *,
    clock: Clock,
    guardian: UUID | None = None,
) -> HeldMember:
    """The last time in the team that still counts. Going is open to a child and the ``guardian``.

    Refuses with UnknownTeam who is not and was not in it, or took it all back.
    """
    check_open(is_open=hold_account(connection, participant_id), guardian=guardian)
    now = clock.now()
    if guardian is not None:
        decide_for(connection, participant_id, guardian=guardian, now=now)
    found = membership_in(connection, participant_id, team_id)
    return HeldMember(found_or(found, UnknownTeam("team")), now)
