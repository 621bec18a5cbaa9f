"""Take the consent to a team back: nothing that one did counts in its sum any more."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.engagement.teams import withdraw_memberships
from app.usecases.engagement.hold_member import hold_member


def withdraw_from_team(
    connection: Connection,
    participant_id: UUID,
    team_id: UUID,
    *,
    clock: Clock,
    guardian: UUID | None = None,
) -> None:
    """Of every time in the team, also for who has left it before. Refuses with UnknownTeam."""
    _, now = hold_member(connection, participant_id, team_id, clock=clock, guardian=guardian)
    withdraw_memberships(connection, [participant_id], team_id=team_id, now=now)
