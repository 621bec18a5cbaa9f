"""Make a team: who makes it is its first member and its administrator."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.engagement.teams import add_member, add_team, membership_of_kind, sums_of_teams
from app.usecases.engagement.agree_to import agree_to
from behaviours.chosen_names import chosen_name
from behaviours.teams import Membership, OwnTeam, Team, check_in_none
from behaviours.texts import TEAM


def make_team(
    connection: Connection,
    participant_id: UUID,
    *,
    kind: str,
    name: str,
    text_version: str,
    clock: Clock,
) -> OwnTeam:
    """The team with its maker in it.

    Refuses with ChosenNameUnfit, InTeamOfKind, GuardianDecides or TextNotInForce.
    """
    named = chosen_name(name, pointer="/name")
    now, agreed_by = agree_to(
        connection,
        participant_id,
        kind=TEAM,
        text_version=text_version,
        guardian=None,
        clock=clock,
    )
    check_in_none(kind, membership_of_kind(connection, participant_id, kind))
    team = Team(new_id(), kind, named, participant_id, now)
    membership = Membership(new_id(), team.team_id, kind, text_version, agreed_by, now)
    add_team(connection, team)
    add_member(connection, participant_id, membership)
    summed = sums_of_teams(connection, [team.team_id], reader=participant_id)
    return OwnTeam(team, membership, summed[team.team_id], participant_id)
