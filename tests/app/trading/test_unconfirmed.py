"""What waits for money is listed, alarmed and ends; no payment that was stated is lost by that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import structlog

from app.clock import StandingClock
from app.ids import public
from app.jobs.sweep_tasks import UNCONFIRMED
from app.usecases.trading.alarm_payments import alarm_payments
from app.usecases.trading.cancel_trade import cancel_trade
from app.usecases.trading.clear_trade import clear_trade
from app.usecases.trading.confirm_trade import confirm_trade
from app.usecases.trading.expire_trades import expire_trades
from app.usecases.trading.order_units import order_units
from app.usecases.trading.pay_trade import pay_trade
from app.wiring import Wiring
from behaviours.refusal import Refusal
from rewards.trading.refusals import (
    ConfirmWindowOver,
    PaymentUsed,
    PayWindowOver,
    TradeStateConflict,
    UnknownTrade,
)
from rewards.trading.trade import Trade
from tests.builders.answers import key
from tests.builders.at_once import at_once
from tests.builders.market import NOW, PV, issued, pooled_pv, rows, run
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.programmes import stating
from tests.builders.selling import listed, programme_block
from tests.builders.viewers import OPERATOR, enterprise

pytestmark = pytest.mark.usefixtures("numbers_are_conserved")

STATED = stating(payments='{alarm_after_bank_days: "2", confirm_within_bank_days: "5"}')


@pytest.fixture
def strict(market: Wiring) -> Wiring:
    """The market under a programme that ends what nobody confirms."""
    return replace(market, programmes=STATED)


def for_sale(wiring: Wiring, tonnes: int = 4) -> UUID:
    pooled_pv(wiring, people=1, kwh=str(tonnes * 2000))
    return listed(wiring, programme_block(wiring, issued(wiring, methodology=PV)), tonnes)


def ordered(
    wiring: Wiring, listing_id: UUID, buyer: UUID, *, reference: str, at: datetime = NOW
) -> UUID:
    made: Trade = run(
        wiring,
        order_units,
        listing_id,
        quantity_t=4,
        buyer_id=buyer,
        client_reference=reference,
        terms=wiring.trade_terms,
        clock=StandingClock(at),
    )
    return made.trade_id


def pay(wiring: Wiring, trade_id: UUID, buyer: UUID, reference: str, at: datetime = NOW) -> Trade:
    paid: Trade = run(
        wiring,
        pay_trade,
        trade_id,
        payment_reference=reference,
        terms=wiring.trade_terms,
        viewer=enterprise(buyer),
        clock=StandingClock(at),
    )
    return paid


def clear(
    wiring: Wiring, trade_id: UUID, outcome: str, at: datetime, viewer: Any = OPERATOR
) -> Any:
    return run(
        wiring,
        clear_trade,
        trade_id,
        outcome=outcome,
        statement="looked for at the bank",
        viewer=viewer,
        clock=StandingClock(at),
    )


def unconfirmed(wiring: Wiring, buyer: UUID) -> tuple[UUID, UUID, datetime]:
    """(listing, trade, when it ended) of a payment that nobody confirmed."""
    listing_id = for_sale(wiring)
    trade_id = ordered(wiring, listing_id, buyer, reference="first")
    paid = pay(wiring, trade_id, buyer, "P-1")
    assert paid.confirm_by is not None
    assert run(wiring, expire_trades, now=paid.confirm_by) == 1
    return listing_id, trade_id, paid.confirm_by


def test_a_payment_that_nobody_confirms_ends_by_name_and_its_units_are_offered_again(
    strict: Wiring,
) -> None:
    buyer, other = (an_organisation(strict, "enterprise") for _ in range(2))
    listing_id = for_sale(strict)
    trade_id = ordered(strict, listing_id, buyer, reference="first")
    paid = pay(strict, trade_id, buyer, "P-1")
    by = paid.confirm_by
    assert by is not None
    assert run(strict, expire_trades, now=by - timedelta(microseconds=1)) == 0
    # Nobody has swept yet: it is over all the same, and the next buyer does not wait for it.
    for step in (confirm_trade, cancel_trade):
        with pytest.raises(ConfirmWindowOver):
            run(strict, step, trade_id, viewer=OPERATOR, clock=StandingClock(by))
    ordered(strict, listing_id, other, reference="second", at=by)
    assert run(strict, expire_trades, now=by) == 0
    (kept,) = rows(
        strict,
        "select state, payment_reference, payment_key, closed_at from trade where trade_id = :id",
        id=trade_id,
    )
    assert kept["state"] == "unconfirmed"
    assert (kept["payment_reference"], kept["payment_key"]) == ("P-1", "p1")
    assert kept["closed_at"] == by
    assert rows(strict, "select 1 from money_posting") == []


def test_its_seller_says_what_became_of_the_money_once(strict: Wiring) -> None:
    buyer = an_organisation(strict, "enterprise")
    listing_id, trade_id, ended = unconfirmed(strict, buyer)
    with pytest.raises(UnknownTrade):
        clear(strict, trade_id, "refunded", ended, enterprise(buyer))
    again = ordered(strict, listing_id, buyer, reference="again", at=ended)
    with pytest.raises(PaymentUsed):
        pay(strict, again, buyer, "p 1", at=ended)
    saying: list[Callable[[], Any]] = [
        lambda outcome=outcome: clear(strict, trade_id, outcome, ended)
        for outcome in ("refunded", "not_received") * 3
    ]
    answers = at_once(saying)
    assert sum(isinstance(each, TradeStateConflict) for each in answers) == 5
    (cleared,) = [each for each in answers if not isinstance(each, Refusal)]
    assert (cleared.cleared_at, cleared.clearing) == (ended, "looked for at the bank")
    assert cleared.closed_at == ended


@pytest.mark.parametrize(("outcome", "is_free"), [("refunded", False), ("not_received", True)])
def test_a_payment_that_never_came_may_still_come_for_another_trade(
    strict: Wiring, outcome: str, is_free: bool
) -> None:
    buyer = an_organisation(strict, "enterprise")
    listing_id, trade_id, ended = unconfirmed(strict, buyer)
    clear(strict, trade_id, outcome, ended)
    again = ordered(strict, listing_id, buyer, reference="again", at=ended)
    if is_free:
        assert pay(strict, again, buyer, "P-1", at=ended).state == "paid"
        return
    with pytest.raises(PaymentUsed):
        pay(strict, again, buyer, "P-1", at=ended)


def test_what_waits_is_alarmed_once_in_each_state(strict: Wiring) -> None:
    buyer = an_organisation(strict, "enterprise")
    listing_id = for_sale(strict)
    trade_id = ordered(strict, listing_id, buyer, reference="first")
    paid = pay(strict, trade_id, buyer, "P-1")
    look_by, confirm_by = paid.look_by, paid.confirm_by
    assert look_by is not None
    assert confirm_by is not None
    assert look_by < confirm_by
    assert run(strict, alarm_payments, now=look_by - timedelta(seconds=1)) == 0
    with structlog.testing.capture_logs() as logged:
        assert run(strict, alarm_payments, now=look_by) == 1
        assert run(strict, alarm_payments, now=look_by) == 0
        run(strict, expire_trades, now=confirm_by)
        assert run(strict, alarm_payments, now=confirm_by) == 1
        assert run(strict, alarm_payments, now=confirm_by) == 0
    said = [each for each in logged if each["event"] == "payment_unseen"]
    assert [(each["state"], each["trade_id"]) for each in said] == [
        ("paid", public("trd", trade_id)),
        ("unconfirmed", public("trd", trade_id)),
    ]
    assert UNCONFIRMED.describe()[0].name == "tanpuhui_payments_unseen"


def test_without_the_clause_what_is_paid_waits_for_its_seller_as_it_always_did(
    market: Wiring,
) -> None:
    buyer = an_organisation(market, "enterprise")
    trade_id = ordered(market, for_sale(market), buyer, reference="first")
    paid = pay(market, trade_id, buyer, "P-1")
    assert (paid.look_by, paid.confirm_by) == (None, None)
    later = NOW + timedelta(days=4_000)
    assert run(market, expire_trades, now=later) == 0
    assert run(market, alarm_payments, now=later) == 0
    run(market, confirm_trade, trade_id, viewer=OPERATOR, clock=StandingClock(later))


def test_a_closing_by_time_and_a_confirmation_at_once_are_one_of_the_two(strict: Wiring) -> None:
    buyer = an_organisation(strict, "enterprise")
    trade_id = ordered(strict, for_sale(strict), buyer, reference="first")
    by = pay(strict, trade_id, buyer, "P-1").confirm_by
    assert by is not None
    just_before = by - timedelta(seconds=1)

    def confirm() -> Any:
        return run(
            strict, confirm_trade, trade_id, viewer=OPERATOR, clock=StandingClock(just_before)
        )

    def sweep() -> Any:
        return run(strict, expire_trades, now=by)

    answers = at_once([confirm, sweep] * 4)
    (row,) = rows(strict, "select state from trade where trade_id = :id", id=trade_id)
    delivered = [each for each in answers if isinstance(each, Trade)]
    swept = sum(each for each in answers if isinstance(each, int))
    assert (len(delivered), swept) == ((1, 0) if row["state"] == "delivered" else (0, 1))


def test_what_waits_for_money_is_listed_with_since_when_and_until_when(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    buyer = an_organisation(market, "enterprise")
    listing = public("lst", for_sale(market, 3))
    mine, theirs = token_for("enterprise", tenant=buyer), token_for("enterprise")
    operator = token_for("operator")
    made = [
        http.post(
            f"/v1/listings/{listing}/orders", {"quantity_t": "1"}, token=mine, key=key()
        ).get_json()["id"]
        for _ in range(3)
    ]
    body = {"payment_reference": "P-7"}
    assert http.post(f"/v1/trades/{made[1]}/pay", body, token=mine, key=key()).status_code == 200
    assert http.post(f"/v1/trades/{made[2]}/cancel", token=mine).status_code == 200

    def waiting(token: str, query: str = "") -> list[Any]:
        answer = http.get(f"/v1/waiting-trades{query}", token=token)
        assert answer.status_code == 200, answer.text
        found: list[Any] = answer.get_json()["data"]
        return found

    for token in (operator, mine, token_for("authority")):
        assert [each["id"] for each in waiting(token)] == made[:2]
    assert waiting(theirs) == []
    [unpaid], [paid] = (waiting(operator, f"?state={each}") for each in ("reserved", "paid"))
    assert (unpaid["id"], paid["id"]) == (made[0], made[1])
    assert unpaid["waits_since"] == unpaid["ordered_at"]
    assert unpaid["ends_at"] == unpaid["pay_until"]
    assert paid["waits_since"] == paid["paid_at"]
    # This programme states no end.
    assert paid["ends_at"] is None
    since = datetime.fromisoformat(paid["waits_since"])
    assert 0 <= paid["waits_seconds"] <= (datetime.now(UTC) - since).total_seconds() + 1
    assert waiting(operator, "?alarmed=true") == []
    first = http.get("/v1/waiting-trades?limit=1", token=operator).get_json()
    rest = http.get(
        f"/v1/waiting-trades?limit=1&cursor={first['next_cursor']}", token=operator
    ).get_json()
    assert [each["id"] for each in first["data"] + rest["data"]] == made[:2]
    assert http.get("/v1/waiting-trades?state=delivered", token=operator).status_code == 422
    refused = http.post(
        f"/v1/trades/{made[1]}/clear",
        {"outcome": "refunded", "statement": "x"},
        token=operator,
        key=key(),
    )
    assert refused.status_code == 409
    assert refused.get_json()["code"] == "TRADE_STATE_CONFLICT"


def test_a_buyer_has_the_bank_days_that_the_programme_states(market: Wiring) -> None:
    banking = replace(market, programmes=stating(payments='{pay_within_bank_days: "3"}'))
    buyer, other = (an_organisation(market, "enterprise") for _ in range(2))
    listing_id = for_sale(banking)
    trade_id = ordered(banking, listing_id, buyer, reference="first")
    (row,) = rows(market, "select pay_until from trade where trade_id = :id", id=trade_id)
    until = row["pay_until"]
    assert until == banking.trade_terms.pay_until(NOW)
    assert until - NOW > timedelta(days=2)
    assert run(market, expire_trades, now=until - timedelta(microseconds=1)) == 0
    with pytest.raises(PayWindowOver):
        pay(banking, trade_id, buyer, "P-1", at=until)
    ordered(banking, listing_id, other, reference="second", at=until)
