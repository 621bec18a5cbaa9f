"""Sharing proceeds: which sales wait, whom a bundle rests on, and the share of each person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.inserting import insert_into
from rewards.trading.proceeds import Contributors, Distribution, OwnShare, Sale
from rewards.trading.trade import DELIVERED

# ruff: noqa: S608 - the statements are put together from constants of the program only

_NAMES = tuple(each.name for each in fields(Distribution))
_INSERT = text(insert_into("proceeds_distribution", _NAMES))
_INSERT_TRADES = text(
    """
    insert into proceeds_trade (trade_id, distribution_id)
    select unnest(cast(:trade_ids as uuid[])), :distribution_id
    """
)
# Sales of the programme's that nobody shared yet, by the index of those that wait.
_WAITING = f"""
    select b.bundle_id, t.trade_id, t.quantity_t, t.amount_fen, t.delivered_at
      from trade t
      join listing l using (listing_id)
      join unit_block b on b.block_id = l.block_id
     where t.state = '{DELIVERED}' and t.seller_id is null
       and t.delivered_at >= :since and t.delivered_at < :until
       and not exists (select from proceeds_trade p where p.trade_id = t.trade_id)
"""
_NEXT_BUNDLE = text(f"select bundle_id from ({_WAITING}) w order by delivered_at, trade_id limit 1")
_OF_BUNDLE = text(
    f"""
    select trade_id, quantity_t, amount_fen, delivered_at from ({_WAITING}) w
     where bundle_id = :bundle_id order by trade_id
    """
)
# Two runs at once share one after the other, and the second finds what is left.
_LOCK_BUNDLE = text("select from bundle where bundle_id = :bundle_id for no key update")
# What was taken back has no part in what is shared from then on.
_WEIGHTS = """
    select e.participant_id, sum(e.saved_mg)::bigint as saved_mg
      from bundle_entry e
     where e.bundle_id = :bundle_id
       and not exists (select from reversal r
                        where r.participant_id = e.participant_id and r.action_id = e.action_id)
     group by e.participant_id
"""
_CONTRIBUTORS = text(
    f"select count(*), coalesce(sum(saved_mg), 0)::bigint from ({_WEIGHTS}) weights"
)
# The same as behaviours.largest_remainder.share: exact, as numeric has no end.
_SHARE = text(
    f"""
    with part as (
        select participant_id, saved_mg,
               div(cast(:people_fen as numeric) * saved_mg, :saved_mg)::bigint as fen,
               mod(cast(:people_fen as numeric) * saved_mg, :saved_mg) as remainder
          from ({_WEIGHTS}) weights
    ), ranked as (
        select participant_id, saved_mg, fen,
               row_number() over (order by remainder desc, participant_id) as place
          from part
    )
    insert into proceeds_share (participant_id, distribution_id, saved_mg, fen)
    select participant_id, :distribution_id, saved_mg,
           fen + case when place <= :people_fen - (select sum(fen) from part) then 1 else 0 end
      from ranked
    """
)
_DISTRIBUTION = ", ".join(f"d.{name}" for name in _NAMES)
_OWN = text(
    f"""
    select s.saved_mg, s.fen, {_DISTRIBUTION}
      from proceeds_share s join proceeds_distribution d using (distribution_id)
     where s.participant_id = :participant_id
       and (cast(:before as uuid) is null or s.distribution_id < :before)
     order by s.distribution_id desc limit :most
    """
)
_PUBLIC = text(
    f"""
    select {_DISTRIBUTION} from proceeds_distribution d
     where cast(:before as uuid) is null or d.distribution_id < :before
     order by d.distribution_id desc limit :most
    """
)


def next_bundle_to_share(
    connection: Connection, *, since: datetime, until: datetime
) -> UUID | None:
    """A bundle with a sale that was delivered in this time and not shared, locked; or None."""
    given = {"since": since, "until": until}
    bundle_id: UUID | None = connection.execute(_NEXT_BUNDLE, given).scalar_one_or_none()
    if bundle_id is not None:
        connection.execute(_LOCK_BUNDLE, {"bundle_id": bundle_id})
    return bundle_id


def sales_to_share(
    connection: Connection, bundle_id: UUID, *, since: datetime, until: datetime
) -> list[Sale]:
    """The sales of a locked bundle that wait to be shared, in the order of their ids."""
    rows = connection.execute(_OF_BUNDLE, {"bundle_id": bundle_id, "since": since, "until": until})
    return [Sale(*row) for row in rows]


def contributors_of(connection: Connection, bundle_id: UUID) -> Contributors:
    """Whom a bundle rests on now."""
    return Contributors(*connection.execute(_CONTRIBUTORS, {"bundle_id": bundle_id}).one())


def write_distribution(
    connection: Connection, made: Distribution, trade_ids: Sequence[UUID]
) -> None:
    """Write a distribution, the sales that it shares, and the share of each person."""
    connection.execute(_INSERT, asdict(made))
    connection.execute(
        _INSERT_TRADES,
        {"trade_ids": list(trade_ids), "distribution_id": made.distribution_id},
    )
    if made.people:
        connection.execute(_SHARE, asdict(made))


def shares_of(
    connection: Connection, participant_id: UUID, *, before: UUID | None, most: int
) -> list[OwnShare]:
    """A person's shares, newest first."""
    given = {"participant_id": participant_id, "before": before, "most": most}
    rows = connection.execute(_OWN, given)
    return [OwnShare(Distribution(*row[2:]), row[0], row[1]) for row in rows]


def list_distributions(
    connection: Connection, *, before: UUID | None, most: int
) -> list[Distribution]:
    """Every distribution, newest first: totals, and nobody's share."""
    rows = connection.execute(_PUBLIC, {"before": before, "most": most})
    return [Distribution(*row) for row in rows]
