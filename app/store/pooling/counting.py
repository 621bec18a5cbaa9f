"""What a bundle holds and leaves out, counted by sets: window by window, each reduction once.

The reasons are those of ``rewards.pooling.eligibility``, in its order; a test over random rows
holds the two together.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from app.store.pooling.fragments import (
    DECLARED,
    ENTRUSTED,
    GOOD_ENOUGH,
    IS_BUNDLED,
    IS_REVERSED,
    OF_EMITTER,
)
from app.store.pooling.mandates import forget_weighing, weighing
from app.store.pooling.selecting import QUALIFIES, BundleWindow, asked
from rewards.pooling import eligibility
from rewards.pooling.counting import (
    BEHAVIOUR,
    ELIGIBLE,
    MONTH,
    OUTCOME,
    PREVIEW,
    REGION,
    SELECTION,
    TOO_LATE,
    VERSION,
    CountedDays,
    CountedLine,
)
from rewards.pooling.documents import Amounts, Conditions

# ruff: noqa: S608 - these statements are put together from constants only

# The days themselves are the window's. Null conditions exclude nothing.
_EXCLUDED: Final = (
    (eligibility.OTHER_METHODOLOGY, "a.methodology <> all(cast(:methodologies as text[]))"),
    (eligibility.OTHER_REGION, "cast(:region as text) not in (a.region, left(a.region, 5))"),
    (eligibility.OTHER_VINTAGE, "a.vintage <> :vintage"),
    (eligibility.SAVES_NOTHING, "a.saved_mg <= 0"),
    (eligibility.NEVER_POOLED, "a.action_class = :never_pooled"),
    (eligibility.WEAK_FIGURES, f"not {GOOD_ENOUGH}"),
    (eligibility.REVERSED, IS_REVERSED),
    (eligibility.IN_A_BUNDLE, IS_BUNDLED),
    (eligibility.OF_A_COVERED_EMITTER, OF_EMITTER),
    (eligibility.DECLARED_ELSEWHERE, DECLARED.format("a")),
    (eligibility.NOT_ENTRUSTED, f"not {ENTRUSTED}"),
    (eligibility.OVER_CAP, "(a.participant_id, a.action_id) in (select * from over_cap)"),
)
_CASES = " ".join(f"when {told} then '{name}'" for name, told in _EXCLUDED)
_REASON = f"case {_CASES} end"
_WINDOW = "a.occurred_at >= :starts_at and a.occurred_at < :ends_at"
_ADD = f"""
    added as (
        insert into bundle_count (bundle_id, phase, part, name, reductions, saved_mg)
        select :bundle_id, :phase, part, name, reductions, saved_mg from found
            on conflict (bundle_id, phase, part, name) do update
           set reductions = bundle_count.reductions + excluded.reductions,
               saved_mg = bundle_count.saved_mg + excluded.saved_mg
    )
    select cast(coalesce(sum(reductions), 0) as bigint) from found where part = '{OUTCOME}'
"""
# Of the grouping sets those of a part are left, and of what does not qualify its outcome alone.
_PREVIEW = text(
    f"""
    with {weighing(QUALIFIES)}, over_cap as (
        select participant_id, action_id from weighed where not fits
    ), judged as (
        select coalesce({_REASON}, '{ELIGIBLE}') as outcome, a.behaviour, a.region, a.saved_mg,
               to_char(a.occurred_at at time zone :zone, 'YYYY-MM') as month,
               a.methodology || '@' || a.version as version
          from action a where {_WINDOW}
    ), found as (
        select '{OUTCOME}' as part, outcome as name, count(*) as reductions,
               cast(sum(saved_mg) as bigint) as saved_mg
          from judged group by outcome
        union all
        select case when behaviour is not null then '{BEHAVIOUR}'
                    when month is not null then '{MONTH}'
                    when region is not null then '{REGION}'
                    else '{VERSION}' end,
               coalesce(behaviour, month, region, version), count(*),
               cast(sum(saved_mg) as bigint)
          from judged where outcome = '{ELIGIBLE}'
         group by grouping sets ((behaviour), (month), (region), (version))
    ), {_ADD}
    """
)
# After a window was selected: what is in, and of everything else why it is not. Whoever comes while
# the window is looked at qualifies too late.
_LEFT_OUT = text(
    f"""
    with over_cap as (
        select participant_id, action_id from capped_reduction where bundle_id = :bundle_id
    ), found as (
        select '{OUTCOME}' as part, coalesce({_REASON}, '{TOO_LATE}') as name,
               count(*) as reductions, cast(sum(a.saved_mg) as bigint) as saved_mg
          from action a
         where {_WINDOW}
           and not exists (select from bundle_entry own
                            where own.participant_id = a.participant_id
                              and own.action_id = a.action_id and own.bundle_id = :bundle_id)
         group by 2
        union all
        select '{OUTCOME}', '{ELIGIBLE}', cast(:selected as bigint), cast(:selected_mg as bigint)
         where cast(:selected as bigint) > 0
    ), {_ADD}
    """
)
_REACHED = text(
    """
    insert into bundle_counting (bundle_id, phase, counted_at, counted_until, complete)
    values (:bundle_id, :phase, :now, :counted_until, :complete)
        on conflict (bundle_id, phase) do update
       set counted_at = excluded.counted_at, counted_until = excluded.counted_until,
           complete = excluded.complete
    """
)
_FORGET = (
    text("delete from bundle_count where bundle_id = :bundle_id and phase = :phase"),
    text("delete from bundle_counting where bundle_id = :bundle_id and phase = :phase"),
)
_HOW_FAR = text(
    """
    select counted_at, counted_until, complete from bundle_counting
     where bundle_id = :bundle_id and phase = :phase
    """
)
_LINES = text(
    """
    select part, name, reductions, saved_mg from bundle_count
     where bundle_id = :bundle_id and phase = :phase
    """
)


def preview_window(
    connection: Connection,
    bundle_id: UUID,
    conditions: Conditions,
    window: BundleWindow,
    *,
    zone: ZoneInfo,
) -> int:
    """Count what was done in the window, and mark none of it; how many reductions that were."""
    given = {"bundle_id": bundle_id, "phase": PREVIEW, **window._asdict()}
    counted: int = connection.execute(_PREVIEW, {**asked(conditions, zone), **given}).scalar_one()
    return counted


def count_left_out(
    connection: Connection,
    bundle_id: UUID,
    conditions: Conditions,
    window: BundleWindow,
    selected: Amounts,
    *,
    zone: ZoneInfo,
) -> None:
    """Count what a selection took of a window, just now, and why it took nothing more."""
    given = {"bundle_id": bundle_id, "phase": SELECTION, **window._asdict()}
    taken = {"selected": selected.reductions, "selected_mg": selected.saved_mg}
    connection.execute(_LEFT_OUT, {**asked(conditions, zone), **given, **taken})


def forget_count(connection: Connection, bundle_id: UUID, phase: str) -> None:
    """Begin anew."""
    for each in _FORGET:
        connection.execute(each, {"bundle_id": bundle_id, "phase": phase})
    forget_weighing(connection, bundle_id, phase)


def keep_reached(
    connection: Connection,
    bundle_id: UUID,
    phase: str,
    *,
    until: datetime,
    complete: bool,
    now: datetime,
) -> None:
    """Say up to which moment was counted."""
    given = {"bundle_id": bundle_id, "phase": phase, "counted_until": until}
    connection.execute(_REACHED, {**given, "complete": complete, "now": now})


def counted_until(connection: Connection, bundle_id: UUID, phase: str) -> datetime | None:
    """Up to which moment was counted; None before it was begun."""
    row = connection.execute(_HOW_FAR, {"bundle_id": bundle_id, "phase": phase}).one_or_none()
    return None if row is None else row.counted_until


def read_count(connection: Connection, bundle_id: UUID, phase: str) -> CountedDays | None:
    """What was counted; None before it was begun."""
    given = {"bundle_id": bundle_id, "phase": phase}
    reached = connection.execute(_HOW_FAR, given).one_or_none()
    if reached is None:
        return None
    lines = [
        CountedLine(row.part, row.name, Amounts(row.reductions, row.saved_mg))
        for row in connection.execute(_LINES, given)
    ]
    return CountedDays(bundle_id, reached.counted_at, reached.complete, lines)
