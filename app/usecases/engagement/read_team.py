"""Read a team that somebody is or was in."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.engagement.teams import membership_in, sums_of_teams, teams_named
from behaviours.refusal import found_or
from behaviours.teams import OwnTeam, UnknownTeam


def read_team(connection: Connection, team_id: UUID, *, person: UUID) -> OwnTeam:
    """Its sum as it stands now. Refuses with UnknownTeam whoever is not in its sum."""
    membership = found_or(membership_in(connection, person, team_id), UnknownTeam("team"))
    team = teams_named(connection, [team_id])[team_id]
    sums = sums_of_teams(connection, [team_id], reader=person)
    return OwnTeam(team, membership, sums[team_id], person)
