"""SQL of households: their versions, and who is in them with which part."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.inserting import by_name
from behaviours.households import HouseholdMember, HouseholdVersion, InAnotherHousehold

# ruff: noqa: S608 - these statements are put together from constants only

_OF_VERSION = (
    *("household_id", "version_id", "proposed_by", "text_version", "wanted_from"),
    *("proposed_at", "lapses_at", "fixed_at", "holds_from", "holds_until", "ended_at"),
    "ended_because",
)
_OF_MEMBER = HouseholdMember._fields
_FOUND = text("insert into household (household_id, founded_at) values (:household_id, :now)")
# In order of their ids, after the accounts: nobody waits in a ring.
_HOLD = text(
    """
    select household_id from household where household_id = any(cast(:households as uuid[]))
     order by household_id for no key update
    """
)
_OF_PEOPLE = text(
    """
    select distinct household_id from household_member
     where participant_id = any(cast(:people as uuid[])) order by household_id
    """
)
_OF_NAMED = text(
    """
    select household_id from household_member
     where participant_id = :participant_id and version_id = :version_id
    """
)
_VERSIONS = text(
    f"""
    select {", ".join(_OF_VERSION)} from household_version
     where household_id = any(cast(:households as uuid[])) order by version_id
    """
)
_MEMBERS = text(
    f"""
    select version_id, {", ".join(_OF_MEMBER)} from household_member
     where household_id = any(cast(:households as uuid[])) order by participant_id
    """
)
_PAGE = text(
    """
    select household_id, version_id from household_member
     where participant_id = :participant_id
       and (cast(:before as uuid) is null or version_id < :before)
     order by version_id desc limit :limit
    """
)
_WRITE = text(
    f"""
    insert into household_version ({", ".join(_OF_VERSION)})
    values ({", ".join(f":{name}" for name in _OF_VERSION)})
        on conflict (household_id, version_id) do update
       set fixed_at = excluded.fixed_at, holds_from = excluded.holds_from,
           holds_until = excluded.holds_until, ended_at = excluded.ended_at,
           ended_because = excluded.ended_because
    """
)
_WRITE_MEMBERS = text(
    f"""
    insert into household_member (household_id, version_id, {", ".join(_OF_MEMBER)})
    select :household_id, :version_id, m.*
      from unnest(cast(:people as uuid[]), cast(:parts as integer[]),
                  cast(:moments as timestamptz[]), cast(:by as text[])) as m
        on conflict (participant_id, version_id) do update
       set agreed_at = excluded.agreed_at, agreed_by = excluded.agreed_by
     where household_member.agreed_at is null
    """
)
# Whoever has a part of a household beyond a day, or has agreed to one that still waits.
_ENGAGED = text(
    """
    select exists (
        select from household_member m join household_version v using (household_id, version_id)
         where m.participant_id = :participant_id and m.household_id <> :household_id
           and case when v.fixed_at is null
                    then m.agreed_at is not null and v.ended_at is null and v.lapses_at > :now
                    else m.parts > 0 and (v.holds_until is null
                        or v.holds_until > greatest(v.holds_from, cast(:until as date))) end)
    """
)


def found_household(connection: Connection, household_id: UUID, *, now: datetime) -> None:
    """A household of which nothing is proposed yet."""
    connection.execute(_FOUND, {"household_id": household_id, "now": now})


def hold_households(connection: Connection, households: Sequence[UUID]) -> None:
    """Hold these households until the transaction ends; the accounts come before."""
    connection.execute(_HOLD, {"households": sorted(households)}).all()


def households_of(connection: Connection, people: Sequence[UUID]) -> list[UUID]:
    """The households in which these people are, were, or may be."""
    return list(connection.execute(_OF_PEOPLE, {"people": list(people)}).scalars())


def household_naming(connection: Connection, participant_id: UUID, version_id: UUID) -> UUID | None:
    """Of which household a version is that names this person; None: of none."""
    asked = {"participant_id": participant_id, "version_id": version_id}
    found: UUID | None = connection.execute(_OF_NAMED, asked).scalar()
    return found


def versions_of(connection: Connection, households: Sequence[UUID]) -> list[HouseholdVersion]:
    """Every version of these households, in the order in which they were proposed."""
    asked = {"households": list(households)}
    members: defaultdict[UUID, list[HouseholdMember]] = defaultdict(list)
    for version_id, *member in connection.execute(_MEMBERS, asked):
        members[version_id].append(HouseholdMember(*member))
    return [
        HouseholdVersion(**row, members=tuple(members[row["version_id"]]))
        for row in connection.execute(_VERSIONS, asked).mappings()
    ]


def versions_naming(
    connection: Connection, participant_id: UUID, *, before: UUID | None, limit: int
) -> list[HouseholdVersion]:
    """The versions that name a person, the newest first."""
    asked = {"participant_id": participant_id, "before": before, "limit": limit}
    named = {row.version_id: row.household_id for row in connection.execute(_PAGE, asked)}
    found = versions_of(connection, sorted(set(named.values()))) if named else []
    by_id = {each.version_id: each for each in found}
    return [by_id[version_id] for version_id in named]


def write_versions(connection: Connection, versions: Sequence[HouseholdVersion]) -> None:
    """Write versions of held households as they are now, in their order; parts never change."""
    for version in versions:
        connection.execute(_WRITE, by_name(_OF_VERSION, version))
        connection.execute(
            _WRITE_MEMBERS,
            {
                "household_id": version.household_id,
                "version_id": version.version_id,
                "people": [each.participant_id for each in version.members],
                "parts": [each.parts for each in version.members],
                "moments": [each.agreed_at for each in version.members],
                "by": [each.agreed_by for each in version.members],
            },
        )


def check_in_no_other(
    connection: Connection, participant_id: UUID, household_id: UUID, *, today: date, now: datetime
) -> None:
    """Raises InAnotherHousehold when the person of a held account is in another beyond today."""
    asked = {
        "participant_id": participant_id,
        "household_id": household_id,
        "until": today + timedelta(1),
        "now": now,
    }
    if connection.execute(_ENGAGED, asked).scalar_one():
        raise InAnotherHousehold
