"""The programme's own statement: what it has, what is short, and whose money it holds."""

from __future__ import annotations

import csv
import io
import secrets
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from app.clock import StandingClock
from app.usecases.audit.read_trial_balance import read_trial_balance
from app.usecases.trading.order_units import order_units
from app.usecases.trading.pay_trade import pay_trade
from app.usecases.trading.read_programme_statement import read_programme_statement
from app.wiring import Wiring
from behaviours.civil_time import civil_day, day_ends_at
from behaviours.rules.units import kg
from rewards.trading.programme_statement import FOR_SALE, RESERVE, ProgrammeStatement
from tests.builders.audit import assert_books_balance
from tests.builders.market import NOW, PV, bundle, issued, pooled_pv, rows, run
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.selling import bought, listed, programme_block
from tests.builders.shortfall import reversal
from tests.builders.viewers import enterprise

pytestmark = pytest.mark.usefixtures("numbers_are_conserved")


def drawn(wiring: Wiring, first: date, last: date) -> ProgrammeStatement:
    found: ProgrammeStatement = run(
        wiring,
        read_programme_statement,
        first=first,
        last=last,
        zone=wiring.zone,
        now=wiring.clock.now(),
    )
    return found


def today(wiring: Wiring) -> date:
    return civil_day(NOW, wiring.zone)


def tonnes(said: ProgrammeStatement, stock: str) -> int:
    return sum(held for of, held in said.closing.items() if of.stock == stock)


def paid_and_unconfirmed(wiring: Wiring, listing_id: UUID, buyer: UUID) -> None:
    made = run(
        wiring,
        order_units,
        listing_id,
        quantity_t=1,
        buyer_id=buyer,
        client_reference=secrets.token_hex(8),
        terms=wiring.trade_terms,
        clock=StandingClock(NOW),
    )
    run(
        wiring,
        pay_trade,
        made.trade_id,
        payment_reference=secrets.token_hex(8),
        terms=wiring.trade_terms,
        viewer=enterprise(buyer),
        clock=StandingClock(NOW),
    )


def a_busy_market(wiring: Wiring) -> tuple[UUID, list[UUID]]:
    """(bundle, its actions): of what it was issued for, 7 t were sold, and 3 of them resold."""
    actions = [action for _, action in pooled_pv(wiring, people=5, kwh="40000")]
    bundle_id = issued(wiring, methodology=PV)
    listing_id = listed(wiring, programme_block(wiring, bundle_id), 10)
    first, second = (an_organisation(wiring, "enterprise") for _ in range(2))
    bought(wiring, listing_id, 7, first)
    (held,) = rows(wiring, "select block_id from unit_block where owner_id = :id", id=first)
    bought(wiring, listed(wiring, held["block_id"], 3, seller=first), 3, second)
    paid_and_unconfirmed(wiring, listing_id, second)
    return bundle_id, actions


def test_it_closes_at_what_the_programme_has_and_the_books_say(market: Wiring) -> None:
    bundle_id, _ = a_busy_market(market)
    day = today(market)
    said = drawn(market, day, day)
    assert said.opening == {}
    moved = {(each.kind, each.of.stock): each.quantity_t for each in said.movements}
    made = {
        each["for_reserve"]: each["t"]
        for each in rows(
            market,
            "select for_reserve, sum(upper(numbers) - lower(numbers))::int as t from unit_block"
            " where parent_id is null group by 1",
        )
    }
    assert moved == {
        ("issued", FOR_SALE): made[False],
        ("sold", FOR_SALE): -7,
        **({("issued", RESERVE): made[True]} if True in made else {}),
    }
    assert tonnes(said, FOR_SALE) == made[False] - 7
    money = said.closing_balances.money
    assert (money.paid_in, money.of_programme, money.of_sellers) == (50_000, 35_000, 15_000)
    assert (money.held_for_others, money.unconfirmed) == (0, 5_000)
    assert money.paid_in == sum(money[1:-1])
    carbon = run(market, read_trial_balance, "carbon", at=day_ends_at(day, market.zone))
    (reserve,) = [each for each in carbon.lines if each.account == "reserve"]
    assert said.closing_balances.reserve_mg == carbon.balance(reserve) > 0
    assert said.closing_balances.shortfall_mg == bundle(market, bundle_id).shortfall_mg == 0
    assert_books_balance(market)


def test_what_was_taken_back_after_the_freeze_leaves_the_reserve_and_the_rest_is_short(
    market: Wiring,
) -> None:
    bundle_id, actions = a_busy_market(market)
    day = today(market)
    before = drawn(market, day, day)
    run(market, reversal(market, actions[0]))
    after = drawn(market, day, day)
    short = bundle(market, bundle_id).shortfall_mg
    assert after.closing_balances.shortfall_mg == short > 0
    (taken,) = rows(market, "select saved_mg from reversal")
    assert (
        before.closing_balances.reserve_mg - after.closing_balances.reserve_mg + short
        == taken["saved_mg"]
    )
    assert tonnes(before, RESERVE) >= tonnes(after, RESERVE)
    assert after.closing_balances.money == before.closing_balances.money
    assert_books_balance(market)


def test_each_days_closing_is_the_next_ones_opening_and_of_the_past_nothing_changes(
    market: Wiring,
) -> None:
    a_busy_market(market)
    day = today(market)
    days = [day + timedelta(days=at) for at in (-1, 0, 1)]
    statements = [drawn(market, each, each) for each in days]
    for one, following in pairwise(statements):
        assert following.opening == one.closing
        assert following.opening_balances == one.closing_balances
    assert (statements[0].closing, statements[2].movements) == ({}, ())
    whole = drawn(market, days[0], days[-1])
    assert whole.closing == statements[-1].closing
    assert drawn(market, days[0], days[-1]) == whole


def test_operators_and_the_authority_read_it_and_its_file_has_the_same_lines(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    a_busy_market(market)
    day = today(market)
    path = f"/v1/statements/programme?from={day}&to={day}"
    answers = [http.get(path, token=token_for(each)) for each in ("operator", "authority")]
    answer: Any = answers[0].json
    assert answers[1].json == answer
    assert http.get(path, token=token_for("enterprise")).status_code == 403
    assert answer["closing_balances"]["money"]["of_programme"]["amount"] == "350.00"
    file = http.get(f"{path}&format=csv", token=token_for("operator"))
    lines = list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig"))))
    moved = [each for each in lines if each["part"] == "movement"]
    assert [(each["kind"], each["quantity_t"]) for each in moved] == [
        (each["kind"], each["quantity_t"]) for each in answer["movements"]
    ]
    closing = [each for each in lines if each["part"] == "closing"]
    assert [(each["stock"], each["quantity_t"]) for each in closing if each["stock"]] == [
        (each["stock"], each["quantity_t"]) for each in answer["closing"]
    ]
    told = {each["kind"]: each["amount"] for each in closing if each["amount"]}
    assert told == {
        name: each["amount"]
        for name, each in answer["closing_balances"]["money"].items()
        if name != "held_for_others"
    }
    masses = {each["kind"]: kg(int(each["mass_mg"])) for each in closing if each["mass_mg"]}
    assert masses == {
        name: answer["closing_balances"][f"{name}_kg"] for name in ("reserve", "shortfall")
    }
