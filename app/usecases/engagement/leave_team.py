"""Leave a team: what was done by now stays in its sum, and nothing more comes to it."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.engagement import teams
from app.usecases.engagement.hold_member import hold_member
from app.usecases.engagement.read_team import read_team
from behaviours.teams import MembershipEnded, OwnTeam


def leave_team(
    connection: Connection,
    participant_id: UUID,
    team_id: UUID,
    *,
    clock: Clock,
    guardian: UUID | None = None,
) -> OwnTeam:
    """The team as who left it reads it. Refuses with UnknownTeam or MembershipEnded."""
    membership, now = hold_member(
        connection, participant_id, team_id, clock=clock, guardian=guardian
    )
    if membership.left_at is not None:
        raise MembershipEnded
    teams.leave_team(connection, participant_id, membership.membership_id, now=now)
    return read_team(connection, team_id, person=participant_id)
