"""Say that a trade was paid, with the reference of the payment."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.registry.blocks import blocks_of_trade, lock_blocks
from app.store.trading.trades import find_trade, lock_trade, paid_by, write_trade
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.registry.check_holder import check_holder
from app.usecases.trading.read_parties import read_parties
from behaviours.actions.normal_form import check_spelling
from behaviours.viewer import Viewer
from rewards.registry.block import SUSPENDED
from rewards.trading.refusals import PaymentUsed, UnknownTrade
from rewards.trading.terms import TradeTerms
from rewards.trading.trade import Trade


def pay_trade(
    connection: Connection,
    trade_id: UUID,
    *,
    payment_reference: str,
    terms: TradeTerms,
    viewer: Viewer,
    clock: Clock,
) -> Trade:
    """The trade, now paid: it waits for the seller to confirm the money, as long as ``terms`` give.

    A reservation that has lapsed is over, whether or not it was swept. Raises UnknownTrade for
    somebody else's trade, PayWindowOver, TradeStateConflict, UnusableNumber, UnitsNotCovered,
    PaymentUsed, VerifierNotIndependent, OrganisationSuspended, OrganisationClosed.
    """
    seen = find_trade(connection, trade_id)
    parties = read_parties(connection, seen, viewer=viewer) if seen else None
    if seen is None or not parties:
        raise UnknownTrade("trade")
    # Of whom nothing can be delivered now, nobody pays.
    check_taking_part(connection, [seen.seller_id, seen.buyer_id])
    trade = lock_trade(connection, trade_id)
    assert trade is not None, "a trade is never deleted"
    blocks = lock_blocks(connection, blocks_of_trade(connection, trade_id))
    paid = trade.pay(parties, payment_reference, terms=terms, now=clock.now())
    check_spelling(payment_reference, "/payment_reference")
    for each in blocks:
        if each.state == SUSPENDED:
            raise each.refused()
    # A tie may have been declared since the order; after the payment it comes too late.
    check_holder(connection, blocks, trade.buyer_id, "buy")
    assert paid.payment_key is not None, "a paid trade names its payment"
    if paid_by(connection, paid, paid.payment_key) is not None:
        raise PaymentUsed(pointer="/payment_reference")
    write_trade(connection, paid)
    return paid
