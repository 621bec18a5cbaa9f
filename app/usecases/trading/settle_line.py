"""Settle one line of an exchange's settlement: units, money and trade, or nothing of them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.clock import Clock
from app.ids import new_id, new_ids
from app.store.database import Connection
from app.store.organisations.organisations import organisation
from app.store.platform.references import claim_reference
from app.store.registry.blocks import blocks_of_listing, cut, lock_blocks, write_blocks
from app.store.trading.exchange_lots import find_exchange_lot
from app.store.trading.exchange_settlements import (
    close_line,
    find_settlement,
    insert_exchange_trade,
    lock_line,
)
from app.store.trading.listings import find_listing, lock_listing, write_listing
from app.store.trading.money_book import post_money
from app.store.trading.trades import insert_trade, paid_by, record_transfers, write_trade
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.registry.check_holder import check_holder
from app.usecases.trading.check_exchange import check_exchange
from app.usecases.trading.check_project_covered import check_project_covered
from behaviours.actions.normal_form import check_spelling
from rewards.ledger.money import settle
from rewards.reference import ReferenceReused, reference
from rewards.registry.block import SETTLE, Block, covered_of
from rewards.trading.exchange_lot import ExchangeLot, UnknownExchangeLot
from rewards.trading.exchange_settlement import (
    ENTERPRISE,
    TRADING,
    WAITS,
    ExchangeBuyerUnknown,
    ExchangeTradeReused,
    SettledLine,
)
from rewards.trading.refusals import PaymentUsed
from rewards.trading.terms import TradeTerms
from rewards.trading.trade import ClosedAt, Trade, order, settled_elsewhere


def settle_line(
    connection: Connection, settlement_id: UUID, line: int, *, terms: TradeTerms, clock: Clock
) -> None:
    """Make the trade of a line that waits; one that waits no more is left as it is.

    A number of the exchange's that was settled before, with the same content, is that trade. Raises
    UnknownExchangeLot, ExchangeBuyerUnknown, ExchangeTradeReused, PaymentUsed, UnusableNumber, what
    ``SettledLine.check`` does, NotEnoughUnits, UnitsNotCovered, ProjectUncovered, ExchangeTied,
    ExchangeIsParty, VerifierNotIndependent, OrganisationSuspended, OrganisationClosed.
    """
    found = lock_line(connection, settlement_id, line)
    settlement = find_settlement(connection, settlement_id)
    assert settlement is not None, "a line is of a settlement"
    if found.state != WAITS:
        return
    said, exchange_id, trade_id = found.said, settlement.exchange_id, new_id()
    check_spelling(said.number, "/number")
    check_spelling(said.payment_reference, "/payment_reference")
    lot = _lot_at(connection, said, exchange_id)
    known = _claim(connection, said, exchange_id, trade_id)
    if known == trade_id:
        _settle(connection, said, lot, trade_id, terms=terms, clock=clock)
        insert_exchange_trade(
            connection,
            trade_id,
            said,
            exchange_id=exchange_id,
            settlement_id=settlement_id,
            line=line,
        )
    close_line(connection, settlement_id, line, known)


def _lot_at(connection: Connection, said: SettledLine, exchange_id: UUID) -> ExchangeLot:
    """The lot of a line; its sides take part until the transaction ends."""
    lot = find_exchange_lot(connection, said.lot_id)
    offered = find_listing(connection, said.lot_id)
    if lot is None or offered is None or lot.exchange_id != exchange_id:
        raise UnknownExchangeLot("exchange_lot", pointer="/lot_id")
    buyer = organisation(connection, said.buyer_id)
    if buyer is None or buyer.kind != ENTERPRISE:
        raise ExchangeBuyerUnknown(pointer="/buyer_id")
    seller_id = offered.listing.seller_id
    check_taking_part(connection, [said.buyer_id, seller_id, exchange_id])
    check_exchange(connection, ClosedAt(exchange_id, lot.tie), [said.buyer_id, seller_id])
    return lot


def _claim(connection: Connection, said: SettledLine, exchange_id: UUID, trade_id: UUID) -> UUID:
    asked = reference(TRADING, exchange_id, said.number_key, *said.content)
    try:
        return claim_reference(connection, asked, trade_id)
    except ReferenceReused:
        raise ExchangeTradeReused(pointer="/number") from None


def _settle(
    connection: Connection,
    said: SettledLine,
    lot: ExchangeLot,
    trade_id: UUID,
    *,
    terms: TradeTerms,
    clock: Clock,
) -> None:
    """Units and money of a lot's listing, which is locked before its blocks, change in one."""
    listing = lock_listing(connection, said.lot_id)
    assert listing is not None, "a listing is never deleted"
    offered = lock_blocks(connection, blocks_of_listing(connection, said.lot_id))
    now = clock.now()
    said.check(listing, lot, now=now)
    taken = cut(connection, covered_of(offered, said.quantity_t), said.quantity_t, now=now)
    check_project_covered(connection, taken, listing.seller_id)
    check_holder(connection, taken, said.buyer_id, "buy")
    ordered = order(
        listing,
        trade_id,
        buyer_id=said.buyer_id,
        quantity_t=said.quantity_t,
        terms=terms,
        now=now,
        closed_at=ClosedAt(lot.exchange_id, lot.tie),
        price_fen_per_tonne=said.price_fen_per_tonne,
    )
    insert_trade(connection, ordered)
    trade = settled_elsewhere(ordered, said.payment_reference, now=now)
    if paid_by(connection, trade, trade.payment_key or "") is not None:
        raise PaymentUsed(pointer="/payment_reference")
    write_trade(connection, trade)
    write_listing(connection, listing.take(said.quantity_t, now=now))
    _deliver(connection, trade, taken, now=now)


def _deliver(connection: Connection, trade: Trade, taken: list[Block], *, now: datetime) -> None:
    payment = settle(trade.trade_id, seller_id=trade.seller_id, amount_fen=trade.amount_fen)
    post_money(connection, payment, now=now)
    write_blocks(
        connection, [each.move(SETTLE, owner_id=trade.buyer_id, now=now) for each in taken]
    )
    record_transfers(
        connection,
        dict(zip(new_ids(len(taken)), taken, strict=True)),
        from_id=trade.seller_id,
        to_id=trade.buyer_id,
        trade_id=trade.trade_id,
        now=now,
    )
