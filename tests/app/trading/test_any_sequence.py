"""Any sequence of the market's verbs, by several owners: whatever happens, the books balance."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import timedelta
from random import Random
from typing import Any
from uuid import UUID

import pytest

from app.clock import StandingClock
from app.store.database import Connection
from app.usecases.registry.retire_units import retire_units
from app.usecases.registry.transfer_units import transfer_units
from app.usecases.trading.accept_offer import accept_offer
from app.usecases.trading.cancel_trade import cancel_trade
from app.usecases.trading.close_listing import close_listing
from app.usecases.trading.confirm_trade import confirm_trade
from app.usecases.trading.counter_offer import counter_offer
from app.usecases.trading.expire_trades import expire_trades
from app.usecases.trading.lapse_negotiations import lapse_negotiations
from app.usecases.trading.list_units import list_units
from app.usecases.trading.offer_units import offer_units
from app.usecases.trading.open_auction import open_auction
from app.usecases.trading.order_units import order_units
from app.usecases.trading.pay_trade import pay_trade
from app.usecases.trading.place_bid import place_bid
from app.usecases.trading.settle_auctions import settle_auctions
from app.wiring import Wiring
from behaviours.refusal import Refusal
from behaviours.viewer import Viewer
from rewards.registry.retirement import RetirementTerms
from rewards.trading.negotiation import PriceOffer
from tests.builders.auctions import auction_terms
from tests.builders.audit import assert_books_balance
from tests.builders.market import NOW, PV, issued, pooled_pv, rows, run
from tests.builders.people import an_organisation
from tests.builders.viewers import enterprise, seller as seller_viewer

VERBS = (
    "offer", "offer", "order", "order", "order", "pay", "pay", "confirm", "confirm", "cancel",
    "close", "expire", "transfer", "retire", "retire_any",
)  # fmt: skip
AGREEING = (
    *("auction", "auction", *["bid"] * 4, "settle", "settle", "expire"),
    *("negotiate", "negotiate", "negotiate", "counter", *["accept"] * 3),
    *(*["pay"] * 6, *["confirm"] * 6, "transfer"),
)
# The latest ones, most of which are still open.
LISTINGS = "select listing_id as id from listing order by listing_id desc limit 4"
TERMS = RetirementTerms("Somebody", "donation", "2026")


class Chance:
    """Chooses verbs, owners and quantities; counts which verbs did something."""

    def __init__(self, wiring: Wiring, seed: int, verbs: Sequence[str]) -> None:
        self.wiring, self.verbs = wiring, verbs
        self.random = Random(seed)
        self.owners: list[UUID | None] = [None]
        self.owners += [an_organisation(wiring, "enterprise") for _ in range(3)]
        self.now = NOW
        self.did: set[str] = set()

    def step(self) -> None:
        verb = self.random.choice(self.verbs)
        self.now += timedelta(minutes=self.random.choice((0, 0, 1, 5, 20)))
        try:
            run(self.wiring, getattr(self, verb))
        except Refusal:
            return
        self.did.add(verb)

    def enterprise(self) -> UUID:
        chosen = self.random.choice(self.owners[1:])
        assert chosen is not None
        return chosen

    def one_of(self, statement: str, **parameters: Any) -> Any:
        found = rows(self.wiring, statement, **parameters)
        return self.random.choice(found)["id"] if found else UUID(int=0)

    def own_block(self, owner: UUID | None) -> UUID:
        return self.one_of(
            "select block_id as id from unit_block where owner_id is not distinct from :owner"
            " and state in ('active', 'reserved', 'retired') order by block_id",
            owner=owner,
        )

    def trade(self) -> UUID:
        return self.one_of("select trade_id as id from trade order by trade_id desc limit 3")

    def seller_of(self, trade_id: UUID) -> Viewer:
        found = rows(self.wiring, "select seller_id from trade where trade_id = :i", i=trade_id)
        return seller_viewer(found[0]["seller_id"] if found else None)

    def offer(self, connection: Connection) -> None:
        seller = self.random.choice(self.owners)
        list_units(
            connection,
            self.own_block(seller),
            quantity_t=self.random.randint(1, 12),
            price_fen_per_tonne=self.random.randint(1, 9_999),
            viewer=seller_viewer(seller),
            clock=StandingClock(self.now),
        )

    def order(self, connection: Connection) -> None:
        listing_id = self.one_of(LISTINGS)
        quantity_t = self.random.randint(1, 4)
        buyer = self.enterprise()
        order_units(
            connection,
            listing_id,
            quantity_t=quantity_t,
            buyer_id=buyer,
            client_reference=secrets.token_hex(8),
            terms=self.wiring.trade_terms,
            clock=StandingClock(self.now),
        )

    def pay(self, connection: Connection) -> None:
        trade_id = self.trade()
        for row in rows(self.wiring, "select buyer_id from trade where trade_id = :i", i=trade_id):
            pay_trade(
                connection,
                trade_id,
                payment_reference=f"bank {trade_id}",
                terms=self.wiring.trade_terms,
                viewer=enterprise(row["buyer_id"]),
                clock=StandingClock(self.now),
            )

    def confirm(self, connection: Connection) -> None:
        trade_id = self.trade()
        confirm_trade(
            connection, trade_id, viewer=self.seller_of(trade_id), clock=StandingClock(self.now)
        )

    def cancel(self, connection: Connection) -> None:
        trade_id = self.trade()
        cancel_trade(
            connection, trade_id, viewer=self.seller_of(trade_id), clock=StandingClock(self.now)
        )

    def close(self, connection: Connection) -> None:
        listing_id = self.one_of(LISTINGS)
        seller = self.random.choice(self.owners)
        close_listing(
            connection, listing_id, viewer=seller_viewer(seller), clock=StandingClock(self.now)
        )

    def expire(self, connection: Connection) -> None:
        expire_trades(connection, now=self.now)

    def auction(self, connection: Connection) -> None:
        seller = self.random.choice(self.owners)
        open_auction(
            connection,
            self.own_block(seller),
            quantity_t=self.random.randint(1, 6),
            terms=auction_terms(
                opens_at=self.now,
                closes_at=self.now + timedelta(minutes=self.random.choice((5, 20, 60))),
                reserve_fen_per_tonne=self.random.choice((None, 5_300)),
                passes_on=self.random.random() < 0.5,
            ),
            viewer=seller_viewer(seller),
            clock=StandingClock(self.now),
        )

    def bid(self, connection: Connection) -> None:
        place_bid(
            connection,
            self.one_of(
                "select listing_id as id from auction where state = 'bidding'"
                " order by listing_id desc limit 2"
            ),
            bidder_id=self.enterprise(),
            price_fen_per_tonne=self.random.randint(49, 56) * 100,
            clock=StandingClock(self.now),
        )

    def settle(self, connection: Connection) -> None:
        settle_auctions(connection, terms=self.wiring.trade_terms, clock=StandingClock(self.now))
        lapse_negotiations(connection, now=self.now)

    def proposal(self) -> PriceOffer:
        return PriceOffer(
            self.random.randint(1, 4),
            self.random.randint(1, 9_999),
            self.now + timedelta(minutes=self.random.choice((5, 30, 300))),
        )

    def negotiate(self, connection: Connection) -> None:
        seller = self.random.choice(self.owners)
        offer_units(
            connection,
            self.own_block(seller),
            self.proposal(),
            buyer_id=self.enterprise(),
            viewer=seller_viewer(seller),
            clock=StandingClock(self.now),
        )

    def negotiation(self) -> tuple[UUID, Viewer]:
        """One of the latest, and one of its two sides."""
        found = self.one_of(
            "select negotiation_id as id from negotiation order by negotiation_id desc limit 3"
        )
        sides = rows(
            self.wiring,
            "select seller_id, buyer_id from negotiation where negotiation_id = :i",
            i=found,
        )
        side = self.random.choice(list(sides[0].values())) if sides else None
        return found, seller_viewer(side)

    def counter(self, connection: Connection) -> None:
        negotiation_id, by = self.negotiation()
        counter_offer(
            connection, negotiation_id, self.proposal(), viewer=by, clock=StandingClock(self.now)
        )

    def accept(self, connection: Connection) -> None:
        negotiation_id, by = self.negotiation()
        accept_offer(
            connection,
            negotiation_id,
            terms=self.wiring.trade_terms,
            viewer=by,
            clock=StandingClock(self.now),
        )

    def transfer(self, connection: Connection) -> None:
        giver = self.enterprise()
        transfer_units(
            connection,
            self.own_block(giver),
            quantity_t=self.random.choice((None, 1, 2)),
            from_id=giver,
            to_id=self.enterprise(),
            client_reference=secrets.token_hex(8),
            clock=StandingClock(self.now),
        )

    def retire(self, connection: Connection) -> None:
        holder = self.enterprise()
        self._retire(connection, holder, self.own_block(holder))

    def retire_any(self, connection: Connection) -> None:
        self._retire(connection, self.enterprise(), None)

    def _retire(self, connection: Connection, holder: UUID, block_id: UUID | None) -> None:
        retire_units(
            connection,
            enterprise_id=holder,
            block_id=block_id,
            quantity_t=self.random.randint(1, 2),
            terms=TERMS,
            client_reference=secrets.token_hex(8),
            serial_prefix="TPH",
            signing_key=self.wiring.settings.signing_key,
            clock=StandingClock(self.now),
        )


@pytest.mark.parametrize(
    ("seed", "verbs"), [(1, VERBS), (2, VERBS), (3, VERBS), (4, AGREEING), (5, AGREEING)]
)
def test_after_any_sequence_the_books_balance(
    market: Wiring, seed: int, verbs: Sequence[str]
) -> None:
    pooled_pv(market, people=2, kwh="90000")
    issued(market, methodology=PV)
    chance = Chance(market, seed, verbs)
    for _ in range(300):
        chance.step()
    # A sequence in which hardly anything happens would prove nothing.
    assert len(chance.did) >= len(set(verbs)) - 1, set(verbs) - chance.did
    assert_books_balance(market)
