"""SQL of teams: who is in them, and what their members did while they were."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.engagement.live_sums import counted, is_live
from app.store.inserting import by_name, insert_into
from app.store.paging import newest_first, page_of_person
from behaviours.engagement import LiveSum
from behaviours.teams import Membership, Team, TeamSum

# ruff: noqa: S608 - these statements are put together from constants of the program only

_OF_TEAM = ("team_id", "kind", "name", "made_by", "made_at", "closed_at")
_OF_MEMBER = (
    *("membership_id", "team_id", "kind", "text_version", "agreed_by"),
    *("joined_at", "left_at", "withdrawn_at"),
)
_ADD_TEAM = text(insert_into("team", _OF_TEAM))
_ADD_MEMBER = text(insert_into("team_member", ("participant_id", *_OF_MEMBER)))
# Who joins shares the team, so that many join at once, and whoever closes it waits for them.
_SHARE = text(f"select {', '.join(_OF_TEAM)} from team where team_id = :team_id for share")
_HOLD = text(f"select {', '.join(_OF_TEAM)} from team where team_id = :team_id for no key update")
_TEAMS = text(f"select {', '.join(_OF_TEAM)} from team where team_id = any(cast(:teams as uuid[]))")
# Team by team and person by person, so that who leaves several and who closes one wait in turn and
# never in a ring.
_HOLD_MEMBERS = text(
    """
    select membership_id from team_member
     where withdrawn_at is null and (cast(:team_id as uuid) is null or team_id = :team_id)
       and (cast(:people as uuid[]) is null or participant_id = any(cast(:people as uuid[])))
     order by team_id, participant_id, membership_id for no key update
    """
)
_CLOSE = text("update team set closed_at = :now where team_id = :team_id")
_END_ALL = text(
    """
    update team_member set left_at = :now, saved_mg = null, actions = null, counted_version = null
     where team_id = :team_id and left_at is null and withdrawn_at is null
    """
)
_STANDING = text(
    f"""
    select {", ".join(_OF_MEMBER)} from team_member
     where participant_id = :participant_id and kind = :kind and left_at is null
    """
)
_LATEST = text(
    f"""
    select {", ".join(_OF_MEMBER)} from team_member
     where participant_id = :participant_id and team_id = :team_id and withdrawn_at is null
     order by membership_id desc limit 1
    """
)
_PAGE = newest_first(
    f"select {', '.join(_OF_MEMBER)} from team_member where participant_id = :participant_id",
    by="membership_id",
)
_LEAVE = text(
    """
    update team_member set left_at = :now, saved_mg = null, actions = null, counted_version = null
     where participant_id = :participant_id and membership_id = :membership_id and left_at is null
    """
)
# Every time in the team, not the last one alone.
_WITHDRAW = text(
    """
    update team_member set withdrawn_at = :now, left_at = coalesce(left_at, :now),
           saved_mg = null, actions = null, counted_version = null
     where participant_id = any(cast(:people as uuid[])) and withdrawn_at is null
       and (cast(:team_id as uuid) is null or team_id = :team_id)
       and (cast(:agreed_by as text) is null or agreed_by = :agreed_by)
    """
)


def _counted_now() -> str:
    """What was done in the time of a membership ``m``, read from the actions."""
    return f"""
        select {counted()} from action a
         where a.participant_id = m.participant_id and {is_live()}
           and a.occurred_at >= m.joined_at
           and (m.left_at is null or a.occurred_at < m.left_at)
    """


# A kept sum is good where the account is as it was; of the others every action is read.
_SUMS = text(
    f"""
    with member as (
        select m.team_id, m.participant_id, m.joined_at, m.left_at, m.saved_mg, m.actions,
               m.counted_version is not distinct from r.version as is_counted
          from team_member m join reduction_account r using (participant_id)
         where m.team_id = any(cast(:teams as uuid[])) and m.withdrawn_at is null
    ), summed as (
        select team_id, participant_id, left_at, saved_mg, actions from member where is_counted
         union all
        select m.team_id, m.participant_id, m.left_at, s.saved_mg, s.actions
          from member m cross join lateral ({_counted_now()}) s
         where not m.is_counted
    )
    select team_id, count(*) filter (where left_at is null),
           count(distinct participant_id) filter (where actions > 0),
           coalesce(sum(saved_mg), 0)::bigint, coalesce(sum(actions), 0)::bigint,
           coalesce(sum(saved_mg) filter (where participant_id = :reader), 0)::bigint,
           coalesce(sum(actions) filter (where participant_id = :reader), 0)::bigint
      from summed group by team_id
    """
)
# The version and the actions are of one snapshot. Who is held by somebody else is left to the next
# round, and a membership that changed meanwhile is left as it is.
_COUNT = text(
    f"""
    with stale as (
        select m.participant_id, m.membership_id, m.joined_at, m.left_at, r.version
          from team_member m join reduction_account r using (participant_id)
         where m.withdrawn_at is null and m.counted_version is distinct from r.version
           and (cast(:after as uuid) is null
                or (m.participant_id, m.membership_id)
                   > (cast(:after as uuid), cast(:after_membership as uuid)))
         order by m.participant_id, m.membership_id limit :most
           for no key update of m skip locked
    ), counted as (
        select m.participant_id, m.membership_id, m.left_at, m.version, s.saved_mg, s.actions
          from stale m cross join lateral ({_counted_now()}) s
    )
    update team_member m
       set saved_mg = c.saved_mg, actions = c.actions, counted_version = c.version
      from counted c
     where m.participant_id = c.participant_id and m.membership_id = c.membership_id
       and m.left_at is not distinct from c.left_at and m.withdrawn_at is null
    returning m.participant_id, m.membership_id
    """
)


def add_team(connection: Connection, made: Team) -> None:
    connection.execute(_ADD_TEAM, by_name(_OF_TEAM, made))


def add_member(connection: Connection, participant_id: UUID, membership: Membership) -> None:
    """Somebody is in a team from now on; their account is held."""
    said = by_name(_OF_MEMBER, membership)
    connection.execute(_ADD_MEMBER, {"participant_id": participant_id, **said})


def share_team(connection: Connection, team_id: UUID) -> Team | None:
    """A team that nobody closes until the transaction ends."""
    row = connection.execute(_SHARE, {"team_id": team_id}).one_or_none()
    return Team(*row) if row else None


def hold_team(connection: Connection, team_id: UUID) -> Team | None:
    """A team that nobody joins or closes until the transaction ends; accounts come before it."""
    row = connection.execute(_HOLD, {"team_id": team_id}).one_or_none()
    return Team(*row) if row else None


def teams_named(connection: Connection, teams: Sequence[UUID]) -> dict[UUID, Team]:
    """These teams by their ids."""
    found = connection.execute(_TEAMS, {"teams": list(teams)})
    return {row[0]: Team(*row) for row in found}


def close_team(connection: Connection, team_id: UUID, *, now: datetime) -> None:
    """Nobody is in a held team any more; what its members did by now stays."""
    connection.execute(_HOLD_MEMBERS, {"team_id": team_id, "people": None}).all()
    connection.execute(_CLOSE, {"team_id": team_id, "now": now})
    connection.execute(_END_ALL, {"team_id": team_id, "now": now})


def membership_of_kind(
    connection: Connection, participant_id: UUID, kind: str
) -> Membership | None:
    """In which team of a kind a person is now."""
    asked = {"participant_id": participant_id, "kind": kind}
    row = connection.execute(_STANDING, asked).one_or_none()
    return Membership(*row) if row else None


def membership_in(connection: Connection, participant_id: UUID, team_id: UUID) -> Membership | None:
    """The last time that somebody is or was in a team, of those that still count."""
    asked = {"participant_id": participant_id, "team_id": team_id}
    row = connection.execute(_LATEST, asked).one_or_none()
    return Membership(*row) if row else None


def memberships_of(
    connection: Connection, participant_id: UUID, *, before: UUID | None, most: int | None
) -> list[Membership]:
    """Every time in a team, the newest first, also those that were taken back."""
    page = page_of_person(connection, _PAGE, participant_id, before=before, most=most)
    return [Membership(*row) for row in page]


def leave_team(
    connection: Connection, participant_id: UUID, membership_id: UUID, *, now: datetime
) -> None:
    """What is done from now on counts no more; the account is held."""
    asked = {"participant_id": participant_id, "membership_id": membership_id, "now": now}
    connection.execute(_LEAVE, asked)


def withdraw_memberships(
    connection: Connection,
    people: Sequence[UUID],
    *,
    team_id: UUID | None = None,
    agreed_by: str | None = None,
    now: datetime,
) -> None:
    """Take these people out of the sum of a team, or of all; their accounts are held.

    ``agreed_by`` narrows it to what was agreed to by the person, or by a guardian.
    """
    held = {"people": list(people), "team_id": team_id}
    connection.execute(_HOLD_MEMBERS, held).all()
    connection.execute(_WITHDRAW, {**held, "agreed_by": agreed_by, "now": now})


def sums_of_teams(
    connection: Connection, teams: Sequence[UUID], *, reader: UUID
) -> dict[UUID, TeamSum]:
    """What the members of these teams did while they were, as it stands at this moment."""
    asked = {"teams": list(teams), "reader": reader}
    return {
        row[0]: TeamSum(row[1], row[2], LiveSum(*row[3:5]), LiveSum(*row[5:]))
        for row in connection.execute(_SUMS, asked)
    }


def count_members(
    connection: Connection, *, after: tuple[UUID, UUID] | None, most: int
) -> list[tuple[UUID, UUID]]:
    """Count the next memberships whose account has changed: (participant, membership) of each."""
    person, membership = after or (None, None)
    asked = {"after": person, "after_membership": membership, "most": most}
    return sorted((row[0], row[1]) for row in connection.execute(_COUNT, asked))
