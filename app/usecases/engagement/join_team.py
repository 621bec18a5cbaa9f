"""Join a team: what is done from now on counts in it, until its member leaves."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.engagement.teams import add_member, membership_of_kind, share_team, sums_of_teams
from app.usecases.engagement.agree_to import agree_to
from behaviours.teams import Membership, OwnTeam, check_in_none, check_joinable
from behaviours.texts import TEAM


def join_team(
    connection: Connection,
    participant_id: UUID,
    team_id: UUID,
    *,
    text_version: str,
    clock: Clock,
    guardian: UUID | None = None,
) -> OwnTeam:
    """The team with somebody more in it; for a child the ``guardian`` agrees.

    Refuses with UnknownTeam, TeamClosed, InTeamOfKind, UnknownOfPerson, GuardianDecides or
    TextNotInForce.
    """
    now, agreed_by = agree_to(
        connection,
        participant_id,
        kind=TEAM,
        text_version=text_version,
        guardian=guardian,
        clock=clock,
    )
    team = check_joinable(share_team(connection, team_id))
    check_in_none(team.kind, membership_of_kind(connection, participant_id, team.kind))
    membership = Membership(new_id(), team_id, team.kind, text_version, agreed_by, now)
    add_member(connection, participant_id, membership)
    summed = sums_of_teams(connection, [team_id], reader=participant_id)
    return OwnTeam(team, membership, summed[team_id], participant_id)
