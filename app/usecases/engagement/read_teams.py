"""Read the teams that the person who looks is in, was in, or took themselves out of."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.engagement.teams import memberships_of, sums_of_teams, teams_named
from behaviours.people import person_behind
from behaviours.teams import OwnTeam
from behaviours.viewer import Viewer


def read_teams(
    connection: Connection, *, viewer: Viewer, before: UUID | None, most: int
) -> list[OwnTeam]:
    """Every time in a team, the newest first; nothing is summed for who took it back."""
    person = person_behind(viewer)
    memberships = memberships_of(connection, person, before=before, most=most)
    teams = teams_named(connection, [each.team_id for each in memberships])
    counting = [each.team_id for each in memberships if each.withdrawn_at is None]
    sums = sums_of_teams(connection, counting, reader=person)
    return [
        OwnTeam(
            teams[each.team_id],
            each,
            sums[each.team_id] if each.withdrawn_at is None else None,
            person,
        )
        for each in memberships
    ]
