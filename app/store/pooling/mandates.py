"""Mandates with caps: what of them goes into a bundle, and what a cap leaves with its person.

Each reduction of a mandate with caps is weighed in the order in which it was done, by the rule of
``behaviours.mandates.fits``; a test over random rows holds the two together. What is weighed goes
on from window to window, so that how wide a window is changes nothing.
"""

# ruff: noqa: S608 - the statements are put together from constants only

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from app.store.paging import newest_first
from app.store.pooling.fragments import COVERS, HAS_CAPS, OF_ITS_ACTIONS
from rewards.pooling.eligibility import LeftToPerson

_KEY = "participant_id, contribution_id"
# In other bundles, of the same vintage and of what the mandate is of.
_TAKEN_OF_YEAR = f"""
    (select cast(coalesce(sum(e.saved_mg), 0) as bigint)
       from bundle_entry e
       join action a on a.participant_id = e.participant_id and a.action_id = e.action_id
      where e.participant_id = c.participant_id and e.bundle_id <> :bundle_id
        and a.vintage = {{vintage}} and {OF_ITS_ACTIONS})
"""
_FITS = """
    within_mandate(r.saved_mg, b.qualified_mg, b.bundle_mg, b.year_mg,
                   c.most_mg_per_bundle, c.most_mg_per_year, c.most_percent)
        over (partition by r.participant_id, r.contribution_id
              order by r.occurred_at, r.action_id
              rows between unbounded preceding and current row)
"""
_OF_CAPPED = f"""
    select a.participant_id, a.action_id, a.saved_mg, a.occurred_at, c.contribution_id
      from contribution c join action a on {COVERS}
     where {HAS_CAPS}
"""


def weighing(qualifies: str) -> str:
    """CTEs that end in ``weighed``: what qualifies, and whether it fits; ``a`` is an action.

    Of ``:bundle_id`` in ``:phase``, with the parameters of ``selecting.asked``; to be followed by
    more CTEs.
    """
    return f"""
    capped as ({_OF_CAPPED} and {qualifies}),
    before as (
        select c.{_KEY.replace(", ", ", c.")},
               coalesce(m.qualified_mg, 0) as qualified_mg,
               coalesce(m.bundle_mg, 0) as bundle_mg,
               case when c.most_mg_per_year is null then 0 else
                   coalesce(m.bundle_mg, 0) + {_TAKEN_OF_YEAR.format(vintage=":vintage")}
               end as year_mg
          from (select distinct {_KEY} from capped) k
          join contribution c using ({_KEY})
          left join mandate_count m
            on m.bundle_id = :bundle_id and m.phase = :phase
           and m.participant_id = c.participant_id and m.contribution_id = c.contribution_id
    ),
    weighed as (
        select r.*, {_FITS} as fits
          from capped r join before b using ({_KEY}) join contribution c using ({_KEY})
    ),
    counted as (
        insert into mandate_count as m
               (bundle_id, phase, {_KEY}, qualified_mg, bundle_mg)
        select cast(:bundle_id as uuid), cast(:phase as text), {_KEY},
               cast(sum(saved_mg) as bigint),
               cast(coalesce(sum(saved_mg) filter (where fits), 0) as bigint)
          from weighed group by {_KEY}
            on conflict (bundle_id, phase, {_KEY}) do update
           set qualified_mg = m.qualified_mg + excluded.qualified_mg,
               bundle_mg = m.bundle_mg + excluded.bundle_mg
    )"""


KEEP_WHAT_IS_LEFT = """
    kept as (
        insert into capped_reduction (participant_id, action_id, bundle_id, contribution_id,
                                      saved_mg)
        select participant_id, action_id, :bundle_id, contribution_id, saved_mg
          from weighed where not fits
            on conflict do nothing
    )"""
# Before the freeze once more, by the caps of that moment: of what is in, in the same order. What
# was left out before still qualifies.
_WEIGH_AGAIN = text(
    f"""
    with held as (
        {_OF_CAPPED}
           and exists (select from bundle_entry e
                        where e.participant_id = a.participant_id and e.action_id = a.action_id
                          and e.bundle_id = :bundle_id)
    ), before as (
        select k.{_KEY.replace(", ", ", k.")}, cast(0 as bigint) as bundle_mg,
               (select cast(coalesce(sum(o.saved_mg), 0) as bigint) from capped_reduction o
                  join action a
                    on a.participant_id = o.participant_id and a.action_id = o.action_id
                 where o.participant_id = c.participant_id and o.bundle_id = :bundle_id
                   and {OF_ITS_ACTIONS}
                   and not exists (select from reversal r
                                    where r.participant_id = o.participant_id
                                      and r.action_id = o.action_id)) as qualified_mg,
               case when c.most_mg_per_year is null then 0 else {
        _TAKEN_OF_YEAR.format(vintage="k.vintage")
    } end as year_mg
          from (select distinct h.{_KEY.replace(", ", ", h.")}, b.vintage
                  from held h join bundle b on b.bundle_id = :bundle_id) k
          join contribution c using ({_KEY})
    ), weighed as (
        select r.*, {_FITS} as fits
          from held r join before b using ({_KEY}) join contribution c using ({_KEY})
    ), {KEEP_WHAT_IS_LEFT}
    delete from bundle_entry e using weighed w
     where not w.fits and e.bundle_id = :bundle_id
       and e.participant_id = w.participant_id and e.action_id = w.action_id
    """
)
_FORGET = text("delete from mandate_count where bundle_id = :bundle_id and phase = :phase")
_LEFT_TO = newest_first(
    """
    select o.action_id, o.saved_mg, o.bundles,
           (select e.bundle_id from bundle_entry e
             where e.participant_id = :participant_id and e.action_id = o.action_id) as went_into
      from (select action_id, min(saved_mg) as saved_mg, array_agg(bundle_id order by bundle_id)
                   as bundles
              from capped_reduction where participant_id = :participant_id
             group by action_id) o
     where true
    """,
    by="o.action_id",
)


def weigh_again(connection: Connection, bundle_id: UUID, *, zone: ZoneInfo) -> int:
    """Take out what no longer fits the caps of its person; returns how many reductions."""
    return connection.execute(_WEIGH_AGAIN, {"bundle_id": bundle_id, "zone": zone.key}).rowcount


def forget_weighing(connection: Connection, bundle_id: UUID, phase: str) -> None:
    """Begin anew."""
    connection.execute(_FORGET, {"bundle_id": bundle_id, "phase": phase})


def left_to_person(
    connection: Connection, participant_id: UUID, *, before: UUID | None, most: int
) -> Sequence[LeftToPerson]:
    """What caps left with their person, the newest action first."""
    given = {"participant_id": participant_id, "before": before, "most": most}
    return [LeftToPerson(*row) for row in connection.execute(_LEFT_TO, given)]
