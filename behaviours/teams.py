"""Teams: people who add up what they save, each by a consent of their own.

Who makes a team is its administrator as long as they are in it, and can only close it. Others join
by the id that members tell each other; nobody is rewarded for who joins, nobody sees who else is in
it, and nothing passes from one member to another. Of each kind a person is in one team at most.

What a member does counts from joining until leaving. Whoever leaves lets stay what was done by
then; whoever takes the consent back takes all of it out of the sum, at once and for good::

    joins ──▶ member ─(leaves, the team closes)─▶ was in it ─(takes the consent back)─▶ out of it
                 └───────────────(takes the consent back)──────────────────────────────▶

The total is told from so many people on as the programme's statistics are (``least_people``): of
fewer it would tell what one of them did.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.engagement import LiveSum
from behaviours.refusal import Conflict, Forbidden, UnknownId

WORKPLACE, SCHOOL, COMMUNITY, FRIENDS = "workplace", "school", "community", "friends"
TEAM_KINDS: Final = (WORKPLACE, SCHOOL, COMMUNITY, FRIENDS)


class UnknownTeam(UnknownId):
    """There is no such team, or the person is not in it."""

    cases = ("team",)


class InTeamOfKind(Conflict):
    """The person is in a team of this kind already."""


class TeamClosed(Conflict):
    """The team was closed by who made it."""


class TeamOfAnother(Forbidden):
    """Only who made a team closes it."""


class MembershipEnded(Conflict):
    """The person has left this team already."""


@dataclass(frozen=True, slots=True)
class Team:
    """A team as it stands; ``made_by`` is its administrator while a member."""

    team_id: UUID
    kind: str
    name: str
    made_by: UUID
    made_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Membership:
    """Somebody's time in a team, by which text they agreed to it, and who said so for them.

    ``withdrawn_at``: when the consent was taken back; then nothing of it counts any more.
    """

    membership_id: UUID
    team_id: UUID
    kind: str
    text_version: str
    agreed_by: str
    joined_at: datetime
    left_at: datetime | None = None
    withdrawn_at: datetime | None = None


class TeamSum(NamedTuple):
    """Members now, people whose actions are in the sum, the sum, and the reader's part of it."""

    members: int
    people: int
    whole: LiveSum
    own: LiveSum

    def is_told(self, least_people: int) -> bool:
        """Whether so many people are in the sum that it tells of none of them."""
        return self.people >= least_people


class OwnTeam(NamedTuple):
    """A team that somebody is or was in, as they read it; ``summed`` None: they took it back."""

    team: Team
    membership: Membership
    summed: TeamSum | None
    reader: UUID

    @property
    def is_administered(self) -> bool:
        """Whether whoever reads it is its administrator."""
        return self.team.made_by == self.reader and self.membership.left_at is None


def check_joinable(team: Team | None) -> Team:
    """The team, if anybody can join it now. Raises UnknownTeam or TeamClosed."""
    if team is None:
        raise UnknownTeam("team", pointer="/team_id")
    if team.closed_at is not None:
        raise TeamClosed(pointer="/team_id")
    return team


def check_in_none(kind: str, current: Membership | None) -> None:
    """Raises InTeamOfKind when somebody is in a team of this kind."""
    if current is not None:
        raise InTeamOfKind(kind=kind, team_id=f"team_{current.team_id.hex}")


def check_closing(team: Team, by: UUID, membership: Membership) -> None:
    """Raises TeamOfAnother, TeamClosed, or MembershipEnded for a maker who has left."""
    if team.made_by != by:
        raise TeamOfAnother
    if team.closed_at is not None:
        raise TeamClosed
    if membership.left_at is not None:
        raise MembershipEnded
