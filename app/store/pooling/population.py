"""The population of a bundle: what was submitted, by strata, and the secret of its draw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from behaviours.projects.sampling import Stratum

_KEEP_SECRET = text("insert into sampling_secret (bundle_id, secret) values (:bundle_id, :secret)")
_SECRET = text("select secret from sampling_secret where bundle_id = :bundle_id")
# The place of a mass among the cuts; what is above the greatest share is in no place of its own.
_PLACE = """
    case when e.saved_mg > :whole_above then -1
         else width_bucket(e.saved_mg, cast(:cuts as bigint[])) end
"""
_GROUPS = text(
    f"""
    select case when place < 0 then null else behaviour end as behaviour, place,
           count(*) as reductions, cast(sum(saved_mg) as bigint) as saved_mg
      from (select a.behaviour, e.saved_mg, {_PLACE} as place
              from bundle_entry e
              join action a on a.participant_id = e.participant_id and a.action_id = e.action_id
             where e.bundle_id = :bundle_id) placed
     group by 1, 2 order by 1 nulls first, 2
    """  # noqa: S608
)
_CLEAR = text("delete from bundle_population where bundle_id = :bundle_id")
_FREEZE = text(
    f"""
    insert into bundle_population (bundle_id, action_id, stratum, behaviour, saved_mg)
    select :bundle_id, placed.action_id, s.stratum, placed.behaviour, placed.saved_mg
      from (select e.action_id, a.behaviour, e.saved_mg, {_PLACE} as place
              from bundle_entry e
              join action a on a.participant_id = e.participant_id and a.action_id = e.action_id
             where e.bundle_id = :bundle_id) placed
      join unnest(cast(:numbers as int[]), cast(:behaviours as text[]), cast(:places as int[]))
           as s (stratum, behaviour, place)
        on s.place = placed.place and (s.place < 0 or s.behaviour = placed.behaviour)
    """  # noqa: S608
)
_LEAVES = text(
    """
    select action_id, saved_mg from bundle_population
     where bundle_id = :bundle_id order by action_id
    """
)
_LEFT = text(
    """
    select p.stratum, count(*) as reductions, cast(sum(e.saved_mg) as bigint) as saved_mg
      from bundle_population p
      join bundle_entry e on e.bundle_id = p.bundle_id and e.action_id = p.action_id
     where p.bundle_id = :bundle_id
     group by p.stratum order by p.stratum
    """
)
_LISTED = text(
    """
    select action_id, stratum, behaviour, saved_mg, gone from bundle_population
     where bundle_id = :bundle_id and (cast(:after as uuid) is null or action_id > :after)
     order by action_id limit :most
    """
)
_OVERLAPS = text(
    """
    select other.bundle_id, count(*) as actions
      from bundle_population mine
      join bundle_population other
        on other.action_id = mine.action_id and other.bundle_id <> mine.bundle_id
     where mine.bundle_id = :bundle_id
     group by other.bundle_id order by other.bundle_id
    """
)


class Laid(NamedTuple):
    """A stratum, and the place of its masses among the cuts (-1: above all of them)."""

    stratum: Stratum
    place: int


class Member(NamedTuple):
    """One reduction that was submitted; ``gone`` when it was taken back since."""

    action_id: UUID
    stratum: int
    behaviour: str
    saved_mg: int
    gone: bool


class Overlap(NamedTuple):
    """Another bundle that was submitted with some of the same actions."""

    bundle_id: UUID
    actions: int


def keep_secret(connection: Connection, bundle_id: UUID, secret: bytes) -> None:
    connection.execute(_KEEP_SECRET, {"bundle_id": bundle_id, "secret": secret})


def secret_of(connection: Connection, bundle_id: UUID) -> bytes:
    return bytes(connection.execute(_SECRET, {"bundle_id": bundle_id}).scalar_one())


def lay_strata(
    connection: Connection, bundle_id: UUID, *, whole_above_mg: int, cuts_mg: Sequence[int]
) -> list[Laid]:
    """The strata of what is in a bundle, by behaviour and mass; the largest come first."""
    given = {"bundle_id": bundle_id, "whole_above": whole_above_mg, "cuts": list(cuts_mg)}
    laid = []
    for number, row in enumerate(connection.execute(_GROUPS, given)):
        above_all = row.place < 0
        stratum = Stratum(
            number,
            row.behaviour,
            whole_above_mg + 1 if above_all else (0, *cuts_mg)[row.place],
            None if above_all else min((*cuts_mg[row.place :][:1], whole_above_mg + 1)),
            row.reductions,
            row.saved_mg,
        )
        laid.append(Laid(stratum, row.place))
    return laid


def freeze_population(
    connection: Connection,
    bundle_id: UUID,
    laid: Sequence[Laid],
    *,
    whole_above_mg: int,
    cuts_mg: Sequence[int],
) -> None:
    """Keep what is submitted, each reduction in its stratum."""
    connection.execute(_CLEAR, {"bundle_id": bundle_id})
    connection.execute(
        _FREEZE,
        {
            "bundle_id": bundle_id,
            "whole_above": whole_above_mg,
            "cuts": list(cuts_mg),
            "numbers": [each.stratum.number for each in laid],
            "behaviours": [each.stratum.behaviour for each in laid],
            "places": [each.place for each in laid],
        },
    )


def population_leaves(connection: Connection, bundle_id: UUID) -> Iterator[tuple[UUID, int]]:
    """(action, mg) of all that was submitted, in the order of action ids."""
    for row in connection.execute(_LEAVES, {"bundle_id": bundle_id}):
        yield row.action_id, row.saved_mg


def strata_left(connection: Connection, bundle_id: UUID) -> dict[int, tuple[int, int]]:
    """(reductions, mg) of each stratum as the bundle stands."""
    rows = connection.execute(_LEFT, {"bundle_id": bundle_id})
    return {row.stratum: (row.reductions, row.saved_mg) for row in rows}


def list_population(
    connection: Connection, bundle_id: UUID, *, after: UUID | None, most: int
) -> list[Member]:
    """What was submitted, in the order of action ids."""
    given = {"bundle_id": bundle_id, "after": after, "most": most}
    return [Member(*row) for row in connection.execute(_LISTED, given)]


def overlaps_of(connection: Connection, bundle_id: UUID) -> list[Overlap]:
    """Other bundles that were submitted with some of the same actions, returned ones too."""
    return [Overlap(*row) for row in connection.execute(_OVERLAPS, {"bundle_id": bundle_id})]
