"""Units: sold, handed on and retired; never twice, whoever comes at the same time."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError

from app.ids import UnknownId, new_id
from app.store.registry.retiring import read_retirement
from app.usecases.registry.retire_units import Wish, retire_units
from app.usecases.registry.transfer_units import transfer_units
from app.usecases.trading.cancel_trade import cancel_trade
from app.usecases.trading.close_listing import close_listing
from app.usecases.trading.confirm_trade import confirm_trade
from app.usecases.trading.expire_trades import expire_trades
from app.usecases.trading.order_units import order_units
from app.usecases.trading.pay_trade import pay_trade
from app.wiring import Wiring
from behaviours.refusal import Refusal
from rewards.registry.certificate import public_key_of, verify_certificate
from rewards.registry.refusals import (
    AlreadyRetired,
    BlockNotAvailable,
    BuyerIsSeller,
    NotEnoughUnits,
    UnknownReceiver,
    UseNotPermitted,
    VerifierNotIndependent,
)
from rewards.registry.serials import parse_serial
from rewards.trading.refusals import ListingClosed, PayWindowOver, TradeStateConflict
from tests.builders.market import (
    NOW,
    PV,
    an_owner,
    block,
    bought,
    bundle,
    issued,
    listed,
    pooled_pv,
    programme_block,
    rows,
    run,
)
from tests.builders.people import an_organisation

WISH = Wish("Hangzhou Tea House", "voluntary_offset", "2026")


def before_delivery(_: object) -> tuple[str, ...]:
    """What a seller may call off."""
    return ("reserved", "paid")


@pytest.fixture(autouse=True)
def numbers_are_conserved(market: Wiring) -> Iterator[None]:
    """Every test ends with the live blocks filling the numbers given out, without overlap."""
    yield
    live = rows(
        market,
        "select lower(numbers) as a, upper(numbers) as b from unit_block"
        " where state <> 'split' order by numbers",
    )
    (counter,) = rows(market, "select next_number from serial_counter") or [{"next_number": 1}]
    ends = [1, *(row["b"] for row in live)]
    assert [row["a"] for row in live] == ends[:-1]
    assert ends[-1] == counter["next_number"]
    retired = rows(
        market,
        "select count(*) as n, coalesce(sum(upper(numbers) - lower(numbers)), 0)::bigint as t"
        " from unit_block where state = 'retired'",
    )[0]
    booked = rows(
        market,
        "select (select count(*) from retirement_block) as n,"
        " coalesce(sum(quantity_t), 0)::bigint as t from retirement",
    )[0]
    assert retired == booked


def for_sale(wiring: Wiring, tonnes: int = 10) -> UUID:
    """A listing of the programme's."""
    pooled_pv(wiring, people=1, kwh=str(tonnes * 2000))
    return listed(wiring, programme_block(wiring, issued(wiring, methodology=PV)), tonnes)


def retire(
    wiring: Wiring, enterprise: UUID, tonnes: int, block_id: UUID | None = None, wish: Wish = WISH
) -> UUID:
    return run(
        wiring,
        retire_units,
        enterprise_id=enterprise,
        block_id=block_id,
        quantity_t=tonnes,
        wish=wish,
        signing_key=wiring.settings.signing_key,
        now=NOW,
    )


def order(wiring: Wiring, listing_id: UUID, tonnes: int, buyer: UUID, **changes: Any) -> UUID:
    given = {"quantity_t": tonnes, "buyer_id": buyer, "now": NOW, **changes}
    return run(wiring, order_units, listing_id, **given)


def transfer(
    wiring: Wiring, block_id: UUID, giver: UUID, receiver: UUID, tonnes: int | None = None
) -> UUID:
    return run(
        wiring,
        transfer_units,
        block_id,
        quantity_t=tonnes,
        from_id=giver,
        to_id=receiver,
        now=NOW,
    )


def at_once(calls: list[Callable[[], Any]]) -> list[Any]:
    """Make the calls in threads that start together; what each returned or was refused with."""
    gate = threading.Barrier(len(calls))

    def one(call: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return call()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def test_a_sale_moves_money_and_units_together(market: Wiring) -> None:
    listing_id = for_sale(market)
    buyer = an_organisation(market, "enterprise")
    trade_id = bought(market, listing_id, 4, buyer)
    (held,) = rows(
        market,
        "select upper(numbers) - lower(numbers) as t, state, listing_id from unit_block"
        " where owner_id = :id",
        id=buyer,
    )
    assert held == {"t": 4, "state": "active", "listing_id": None}
    money = rows(
        market,
        "select credit_account as f, debit_account as t, fen from money_posting"
        " where reference_id = :id order by posting_id",
        id=trade_id,
    )
    escrow = f"escrow:{trade_id.hex}"
    assert money == [
        {"f": "bank", "t": escrow, "fen": 20_000},
        {"f": escrow, "t": "proceeds:programme", "fen": 20_000},
    ]
    (moved,) = rows(market, "select from_id, to_id, quantity_t, trade_id from unit_transfer")
    assert moved == {"from_id": None, "to_id": buyer, "quantity_t": 4, "trade_id": trade_id}


def test_an_unpaid_order_lapses_and_its_units_are_offered_again(market: Wiring) -> None:
    listing_id = for_sale(market, 10)
    first, second = (an_organisation(market, "enterprise") for _ in range(2))
    trade_id = order(market, listing_id, 10, first)
    with pytest.raises(NotEnoughUnits):
        order(market, listing_id, 1, second)
    later = NOW + timedelta(minutes=30)
    with pytest.raises(PayWindowOver):
        run(
            market,
            pay_trade,
            trade_id,
            payment_reference="x",
            buyer_id=first,
            now=later,
        )
    # Nobody has swept yet; the next buyer does not have to wait for it.
    order(market, listing_id, 7, second, now=later)
    (state,) = rows(market, "select state from trade where trade_id = :id", id=trade_id)
    assert state["state"] == "expired"


def test_the_sweep_returns_units_of_lapsed_orders_once(market: Wiring) -> None:
    listing_id = for_sale(market, 10)
    for tonnes in (3, 4):
        order(market, listing_id, tonnes, an_organisation(market, "enterprise"))
    later = NOW + timedelta(minutes=31)
    assert run(market, expire_trades, now=NOW) == 0
    assert run(market, expire_trades, now=later) == 2
    assert run(market, expire_trades, now=later) == 0
    # Fragments fill one order together.
    bought(market, listing_id, 10, an_organisation(market, "enterprise"))


def test_a_paid_order_does_not_lapse(market: Wiring) -> None:
    listing_id = for_sale(market, 2)
    buyer = an_organisation(market, "enterprise")
    trade_id = order(market, listing_id, 2, buyer)
    run(
        market,
        pay_trade,
        trade_id,
        payment_reference="x",
        buyer_id=buyer,
        now=NOW,
    )
    later = NOW + timedelta(days=2)
    assert run(market, expire_trades, now=later) == 0
    run(
        market,
        confirm_trade,
        trade_id,
        admits=lambda _: True,
        now=later,
    )


def test_a_trade_is_confirmed_once_after_it_was_paid_and_by_whom_it_concerns(
    market: Wiring,
) -> None:
    listing_id = for_sale(market, 2)
    buyer = an_organisation(market, "enterprise")
    trade_id = order(market, listing_id, 2, buyer)

    def confirm(admitted: bool = True) -> object:
        return run(
            market,
            confirm_trade,
            trade_id,
            admits=lambda _: admitted,
            now=NOW,
        )

    with pytest.raises(TradeStateConflict):
        confirm()
    with pytest.raises(UnknownId):
        run(
            market,
            pay_trade,
            trade_id,
            payment_reference="x",
            buyer_id=new_id(),
            now=NOW,
        )
    run(
        market,
        pay_trade,
        trade_id,
        payment_reference="x",
        buyer_id=buyer,
        now=NOW,
    )
    with pytest.raises(UnknownId):
        confirm(admitted=False)
    outcomes = at_once([confirm] * 6)
    assert sum(not isinstance(each, Refusal) for each in outcomes) == 1
    assert len(rows(market, "select 1 from money_posting")) == 2


def test_a_closed_listing_gives_its_rest_back_and_takes_no_orders(market: Wiring) -> None:
    enterprise, block_id = an_owner(market, 5)
    listing_id = listed(market, block_id, 3, seller=enterprise)
    buyer = an_organisation(market, "enterprise")
    trade_id = order(market, listing_id, 1, buyer)
    with pytest.raises(UnknownId):
        run(
            market,
            close_listing,
            listing_id,
            seller_id=buyer,
            now=NOW,
        )
    run(
        market,
        close_listing,
        listing_id,
        seller_id=enterprise,
        now=NOW,
    )
    with pytest.raises(ListingClosed):
        order(market, listing_id, 1, buyer)
    run(
        market,
        cancel_trade,
        trade_id,
        states_for=before_delivery,
        now=NOW,
    )
    (held,) = rows(
        market,
        "select sum(upper(numbers) - lower(numbers))::int as t from unit_block"
        " where owner_id = :id and state = 'active' and listing_id is null",
        id=enterprise,
    )
    assert held["t"] == 5


def test_a_cancelled_order_is_offered_again(market: Wiring) -> None:
    listing_id = for_sale(market, 2)
    trade_id = order(market, listing_id, 2, an_organisation(market, "enterprise"))
    run(
        market,
        cancel_trade,
        trade_id,
        states_for=before_delivery,
        now=NOW,
    )
    with pytest.raises(TradeStateConflict):
        run(
            market,
            cancel_trade,
            trade_id,
            states_for=before_delivery,
            now=NOW,
        )
    order(market, listing_id, 2, an_organisation(market, "enterprise"))


def test_nobody_buys_their_own_units_and_a_verifier_none_that_it_verified(market: Wiring) -> None:
    enterprise, block_id = an_owner(market, 3)
    listing_id = listed(market, block_id, 3, seller=enterprise)
    with pytest.raises(BuyerIsSeller):
        order(market, listing_id, 1, enterprise)
    verifier = bundle(market, block(market, block_id).bundle_id)["verifier_id"]
    with pytest.raises(VerifierNotIndependent):
        order(market, listing_id, 1, verifier)


def test_thirty_orders_at_once_never_sell_more_than_there_is(market: Wiring) -> None:
    listing_id = for_sale(market, 20)
    buyers = [an_organisation(market, "enterprise") for _ in range(30)]
    outcomes = at_once([lambda each=each: order(market, listing_id, 1, each) for each in buyers])
    assert sum(isinstance(each, UUID) for each in outcomes) == 20
    assert sum(isinstance(each, NotEnoughUnits) for each in outcomes) == 10
    (left,) = rows(market, "select remaining_t, state from listing")
    assert left == {"remaining_t": 0, "state": "sold_out"}


def test_two_retirements_of_one_block_at_once_are_one(market: Wiring) -> None:
    enterprise, block_id = an_owner(market, 3)
    outcomes = at_once([lambda: retire(market, enterprise, 3, block_id)] * 8)
    assert sum(isinstance(each, UUID) for each in outcomes) == 1
    assert sum(isinstance(each, AlreadyRetired) for each in outcomes) == 7
    assert len(rows(market, "select 1 from retirement")) == 1


def test_retirements_without_a_named_block_use_every_tonne_once(market: Wiring) -> None:
    enterprise, _ = an_owner(market, 7)
    outcomes = at_once([lambda: retire(market, enterprise, 1)] * 10)
    assert sum(isinstance(each, UUID) for each in outcomes) == 7
    assert sum(isinstance(each, NotEnoughUnits) for each in outcomes) == 3


def test_a_retirement_may_use_several_blocks_and_names_them_all(market: Wiring) -> None:
    enterprise, block_id = an_owner(market, 6)
    other = an_organisation(market, "enterprise")
    transfer(market, block_id, enterprise, other, 2)
    (rest,) = rows(
        market,
        "select block_id from unit_block where owner_id = :id and state = 'active'",
        id=enterprise,
    )
    transfer(market, rest["block_id"], enterprise, other, 3)
    retirement_id = retire(market, other, 4)
    found = run(market, read_retirement, retirement_id)
    assert found is not None
    lines = found["certificate"]["blocks"]
    assert [line["quantity_t"] for line in lines] == ["2", "2"]
    for line in lines:
        serial = parse_serial(line["serial"])
        assert (serial.first, serial.end - 1) == (
            int(line["first_number"]),
            int(line["last_number"]),
        )
    verdict = verify_certificate(
        found["certificate"], public_key=public_key_of(market.settings.signing_key)
    )
    assert verdict.holds


def test_transfers_and_retirements_at_once_conserve_every_number(market: Wiring) -> None:
    enterprise, _ = an_owner(market, 12)
    other = an_organisation(market, "enterprise")
    chance = random.Random(7)

    def hand_over() -> None:
        mine = rows(
            market,
            "select block_id, upper(numbers) - lower(numbers) as t from unit_block"
            " where owner_id = :id and state = 'active' order by block_id",
            id=enterprise,
        )
        if mine:
            chosen = chance.choice(mine)
            transfer(market, chosen["block_id"], enterprise, other, chance.randint(1, chosen["t"]))

    calls: list[Callable[[], Any]] = [hand_over] * 8
    calls += [lambda: retire(market, enterprise, 2)] * 4 + [lambda: retire(market, other, 1)] * 4
    chance.shuffle(calls)
    at_once(calls)
    (owned,) = rows(
        market,
        "select sum(upper(numbers) - lower(numbers))::int as t from unit_block"
        " where owner_id is not null and state <> 'split'",
    )
    assert owned["t"] == 12


def test_a_retired_split_or_reserved_block_cannot_be_disposed_of(market: Wiring) -> None:
    enterprise, block_id = an_owner(market, 5)
    other = an_organisation(market, "enterprise")
    listed(market, block_id, 2, seller=enterprise)
    with pytest.raises(BlockNotAvailable):
        transfer(market, block_id, enterprise, other)
    parts = rows(
        market,
        "select block_id, state from unit_block where owner_id = :id and state <> 'split'",
        id=enterprise,
    )
    by_state = {row["state"]: row["block_id"] for row in parts}
    with pytest.raises(BlockNotAvailable):
        retire(market, enterprise, 1, by_state["reserved"])
    retire(market, enterprise, 3, by_state["active"])
    with pytest.raises(AlreadyRetired):
        transfer(market, by_state["active"], enterprise, other)
    with pytest.raises(UnknownId):
        retire(market, other, 1, by_state["active"])


def test_a_transfer_goes_to_another_enterprise_only(market: Wiring) -> None:
    enterprise, block_id = an_owner(market, 1)
    with pytest.raises(UnknownReceiver):
        transfer(market, block_id, enterprise, an_organisation(market, "merchant"))
    with pytest.raises(BuyerIsSeller):
        transfer(market, block_id, enterprise, enterprise)
    with pytest.raises(NotEnoughUnits):
        transfer(market, block_id, enterprise, an_organisation(market, "enterprise"), 2)


def test_a_use_that_the_class_does_not_permit_retires_nothing(market: Wiring) -> None:
    enterprise, block_id = an_owner(market, 2)
    wish = WISH._replace(purpose="compliance_offset")
    with pytest.raises(UseNotPermitted):
        retire(market, enterprise, 1, None, wish)
    assert block(market, block_id).state == "active"


@pytest.mark.parametrize(
    "statement",
    [
        "update unit_block set state = 'active' where block_id = '{id}'",
        "update unit_block set owner_id = null where block_id = '{id}'",
        "update unit_block set numbers = '[900,901)' where block_id = '{id}'",
        "delete from unit_block where block_id = '{id}'",
        "update retirement set beneficiary = 'another'",
        "delete from retirement",
        "insert into retirement_block (block_id, retirement_id) values ('{id}', '{id}')",
    ],
)
def test_a_retirement_is_final_even_for_plain_sql(market: Wiring, statement: str) -> None:
    enterprise, block_id = an_owner(market, 1)
    retire(market, enterprise, 1, block_id)
    with (
        psycopg.connect(market.settings.database_url or "") as connection,
        pytest.raises(psycopg.IntegrityError),
    ):
        connection.execute(statement.format(id=block_id))


def test_numbers_never_overlap_even_by_plain_sql(market: Wiring) -> None:
    _, block_id = an_owner(market, 2)
    with (
        pytest.raises(IntegrityError, match="ex_unit_block_numbers"),
        market.database.engine.begin() as connection,
    ):
        connection.exec_driver_sql(
            "insert into unit_block (block_id, bundle_id, numbers, state, unit_class, vintage,"
            " created_at) select gen_random_uuid(), bundle_id, numbers, 'active', unit_class,"
            " vintage, now() from unit_block where block_id = %s",
            (block_id,),
        )


def test_numbers_of_a_live_block_never_change_even_by_plain_sql(market: Wiring) -> None:
    _, block_id = an_owner(market, 2)
    with (
        pytest.raises(IntegrityError, match="never change"),
        market.database.engine.begin() as connection,
    ):
        connection.exec_driver_sql(
            "update unit_block set numbers = int8range(lower(numbers), upper(numbers) + 1)"
            " where block_id = %s",
            (block_id,),
        )
