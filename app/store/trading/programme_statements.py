"""What the programme's own statement is drawn from: its units, and balances of the books."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import Connection, text

from rewards.ledger.carbon import RESERVE as RESERVE_ACCOUNT
from rewards.ledger.money import BANK, ESCROW, PEOPLE, PROCEEDS, SPONSORS, proceeds_account
from rewards.registry.handing_over import ACCEPTED
from rewards.trading.programme_statement import (
    FOR_SALE,
    RESERVE,
    ProgrammeBalances,
    ProgrammeMoney,
    StockKind,
    StockMovement,
    Stocks,
)
from rewards.trading.statement import CANCELLED, GIVEN, HANDED_OVER, ISSUED, SOLD
from rewards.trading.trade import CANCELLED as CALLED_OFF

_T: Final = "(upper(b.numbers) - lower(b.numbers))::bigint"
_STOCK: Final = f"case when b.for_reserve then '{RESERVE}' else '{FOR_SALE}' end"
# Units of projects are issued to their owners, and only their reserve to the programme.
PROGRAMME_MOVES: Final = f"""
    select u.issued_at as at, '{ISSUED}' as kind, {_STOCK} as stock, b.unit_class, b.vintage,
           {_T} as quantity_t
      from unit_block b join bundle u on u.bundle_id = b.bundle_id
     where b.parent_id is null and (b.for_reserve or u.period_id is null)
       and not exists (select from unit_block m where m.merged_into = b.block_id)
    union all
    select t.transferred_at, case when t.trade_id is null then '{GIVEN}' else '{SOLD}' end,
           '{FOR_SALE}', b.unit_class, b.vintage, -t.quantity_t
      from unit_transfer t join unit_block b on b.block_id = t.block_id
     where t.from_id is null
    union all
    select c.covered_at, '{CANCELLED}', {_STOCK}, b.unit_class, b.vintage, -{_T}
      from cover c
      join cover_block o on o.cover_id = c.cover_id
      join unit_block b on b.block_id = o.block_id
     where c.organisation_id is null
    union all
    select h.state_at, '{HANDED_OVER}', {_STOCK}, b.unit_class, b.vintage, -{_T}
      from hand_over h
      join hand_over_block o on o.period_id = h.period_id and o.number = h.number
      join unit_block b on b.block_id = o.block_id
     where h.state = '{ACCEPTED}' and b.owner_id is null
"""
_HELD = text(
    f"""
    select stock, unit_class, vintage, sum(quantity_t)::bigint from ({PROGRAMME_MOVES}) m
     where at < :at group by 1, 2, 3 having sum(quantity_t) <> 0 order by 1, 2, 3
    """
)
_MOVED = text(
    f"""
    select kind, stock, unit_class, vintage, sum(quantity_t)::bigint from ({PROGRAMME_MOVES}) m
     where at >= :since and at < :until group by 1, 2, 3, 4 order by 2, 3, 4, 5 desc, 1
    """
)
_RESERVE_MG = text(
    f"""
    select coalesce(sum(case when debit_account = '{RESERVE_ACCOUNT}' then mg else -mg end), 0)
               ::bigint
      from carbon_posting
     where '{RESERVE_ACCOUNT}' in (debit_account, credit_account) and posted_at < :at
    """
)
# What was taken back of frozen bundles, and what projects lost, less what was put in its place.
_SHORTFALL_MG = text(
    """
    select coalesce(sum(mg), 0)::bigint
      from (select r.saved_mg as mg
              from reversal r
              join bundle_entry e
                on e.participant_id = r.participant_id and e.action_id = r.action_id
              join bundle f on f.bundle_id = e.bundle_id and f.frozen_at is not null
             where r.reversed_at < :at
            union all
            select p.mg from loss_part p join project_loss l using (project_id, number)
             where l.state_at < :at
            union all
            select -mg from cover where covered_at < :at) taken_back
    """
)
_HAS: Final = (
    "coalesce(sum(case when debit_account {is_it} then fen else 0 end)"
    " - sum(case when credit_account {is_it} then fen else 0 end), 0)::bigint"
)
_OWN: Final = f"= '{proceeds_account(None)}'"
_OF_SELLERS: Final = f"like '{PROCEEDS}%'"
_MONEY = text(
    f"""
    select -({_HAS.format(is_it=f"= '{BANK}'")}),
           {_HAS.format(is_it=f"like '{ESCROW}%'")},
           {_HAS.format(is_it=_OF_SELLERS)} - {_HAS.format(is_it=_OWN)},
           {_HAS.format(is_it=f"like '{PEOPLE}%'")},
           {_HAS.format(is_it=f"= '{SPONSORS}'")},
           {_HAS.format(is_it=_OWN)},
           (select coalesce(sum(amount_fen), 0)::bigint from trade
             where paid_at < :at
               and coalesce(delivered_at, cleared_at,
                            case when state = '{CALLED_OFF}' then closed_at end, 'infinity') >= :at)
      from money_posting where posted_at < :at
    """
)


def stocks_before(connection: Connection, at: datetime) -> Stocks:
    """What the programme had just before a moment, in tonnes, by what moved until then."""
    rows = connection.execute(_HELD, {"at": at})
    return {StockKind(*of): tonnes for *of, tonnes in rows}


def stocks_moved(
    connection: Connection, *, since: datetime, until: datetime
) -> tuple[StockMovement, ...]:
    """What came and went from one moment until before another."""
    rows = connection.execute(_MOVED, {"since": since, "until": until})
    return tuple(StockMovement(kind, StockKind(*of), tonnes) for kind, *of, tonnes in rows)


def balances_before(connection: Connection, at: datetime) -> ProgrammeBalances:
    """Masses and money just before a moment, by what was written until then; reads whole books."""
    given = {"at": at}
    return ProgrammeBalances(
        connection.execute(_RESERVE_MG, given).scalar_one(),
        connection.execute(_SHORTFALL_MG, given).scalar_one(),
        ProgrammeMoney(*connection.execute(_MONEY, given).one()),
    )
