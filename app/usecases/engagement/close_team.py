"""Close a team: by who made it, as long as they are in it."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.engagement import teams
from app.usecases.engagement.hold_member import hold_member
from app.usecases.engagement.read_team import read_team
from behaviours.refusal import found_or
from behaviours.teams import OwnTeam, UnknownTeam, check_closing


def close_team(
    connection: Connection, participant_id: UUID, team_id: UUID, *, clock: Clock
) -> OwnTeam:
    """Nobody is in it any more; what its members did by now stays in its sum.

    The moment is read once nobody can join any more. Refuses with UnknownTeam, TeamOfAnother,
    TeamClosed or MembershipEnded.
    """
    membership, _ = hold_member(connection, participant_id, team_id, clock=clock)
    team = found_or(teams.hold_team(connection, team_id), UnknownTeam("team"))
    check_closing(team, participant_id, membership)
    teams.close_team(connection, team_id, now=clock.now())
    return read_team(connection, team_id, person=participant_id)
