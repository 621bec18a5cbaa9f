"""Statements: opening and movements are closing, day by day, and closing is what is held."""

from __future__ import annotations

import csv
import io
import secrets
from collections import Counter
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest

from app.clock import StandingClock
from app.ids import public
from app.usecases.registry.transfer_units import transfer_units
from app.usecases.trading.read_statement import read_statement
from app.wiring import Wiring
from behaviours.civil_time import civil_day
from rewards.trading.statement import HeldKind, Statement
from tests.builders.market import NOW, rows, run
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.selling import an_owner, bought, listed, retirement_of
from tests.builders.viewers import enterprise

pytestmark = pytest.mark.usefixtures("numbers_are_conserved")


def drawn(wiring: Wiring, owner: UUID, first: date, last: date) -> Statement:
    found: Statement = run(
        wiring,
        read_statement,
        enterprise(owner),
        first=first,
        last=last,
        zone=wiring.zone,
        now=wiring.clock.now(),
    )
    return found


def given(wiring: Wiring, owner: UUID, receiver: UUID, tonnes: int, at: datetime) -> None:
    (row,) = rows(
        wiring,
        "select block_id from unit_block where owner_id = :id and state = 'active'"
        " order by upper(numbers) - lower(numbers) desc limit 1",
        id=owner,
    )
    run(
        wiring,
        transfer_units,
        row["block_id"],
        quantity_t=tonnes,
        from_id=owner,
        to_id=receiver,
        client_reference=secrets.token_hex(8),
        clock=StandingClock(at),
    )


def a_busy_owner(wiring: Wiring) -> tuple[UUID, UUID, datetime]:
    """(owner, friend, until when): it bought 9, sold 2, gave 3, got 1 back and retired 1."""
    owner, block_id = an_owner(wiring, 9)
    friend, later = an_organisation(wiring, "enterprise"), NOW + timedelta(days=3)
    bought(wiring, listed(wiring, block_id, 2, seller=owner), 2, friend)
    given(wiring, owner, friend, 3, NOW)
    given(wiring, friend, owner, 1, later)
    run(wiring, retirement_of(wiring, owner, 1))
    return owner, friend, later


def test_a_statement_tells_every_movement_and_closes_at_what_is_held(market: Wiring) -> None:
    owner, friend, later = a_busy_owner(market)
    first, last = civil_day(NOW, market.zone), civil_day(later, market.zone)
    said = drawn(market, owner, first, last)
    assert said.opening == {}
    told = Counter({each.kind: 0 for each in said.units})
    for each in said.units:
        told[each.kind] += each.quantity_t
    assert told == {"bought": 9, "sold": -2, "given": -3, "received": 1, "retired": -1}
    assert sum(said.closing.values()) == 4
    assert {(each.kind, each.fen) for each in said.money} == {("paid", 45_000), ("earned", 10_000)}
    assert said.closing_money == (45_000, 10_000)
    theirs = drawn(market, friend, first, last)
    assert (sum(theirs.closing.values()), theirs.closing_money) == (4, (10_000, 0))
    for who in (owner, friend):
        held = rows(
            market,
            "select unit_class, vintage, sum(upper(numbers) - lower(numbers))::int as t"
            "  from unit_block where owner_id = :id and state in ('active', 'reserved')"
            " group by 1, 2",
            id=who,
        )
        kept = {HeldKind(each["unit_class"], each["vintage"]): each["t"] for each in held}
        assert drawn(market, who, first, last).closing == kept


def test_each_days_closing_is_the_next_ones_opening(market: Wiring) -> None:
    owner, _, later = a_busy_owner(market)
    first, last = civil_day(NOW, market.zone), civil_day(later, market.zone)
    days = [first + timedelta(days=n - 1) for n in range((last - first).days + 3)]
    statements = [drawn(market, owner, day, day) for day in days]
    for one, following in pairwise(statements):
        assert following.opening == one.closing
        assert following.opening_money == one.closing_money
    whole = drawn(market, owner, days[0], days[-1])
    assert whole.units == tuple(each for one in statements for each in one.units)
    assert whole.closing == statements[-1].closing
    assert statements[0].units == ()
    assert drawn(market, owner, days[0], days[-1]) == whole, "drawn again it is the same"


def test_nothing_of_others_stands_in_it(market: Wiring) -> None:
    a_busy_owner(market)
    stranger = an_organisation(market, "enterprise")
    said = drawn(market, stranger, civil_day(NOW, market.zone), civil_day(NOW, market.zone))
    assert (said.opening, said.units, said.money, said.closing) == ({}, (), (), {})
    assert said.closing_money == (0, 0)


def test_the_file_has_the_lines_of_the_answer(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    owner, _, later = a_busy_owner(market)
    token = token_for("enterprise", tenant=owner)
    span = f"from={civil_day(NOW, market.zone)}&to={civil_day(later, market.zone)}"
    answer: Any = http.get(f"/v1/statements?{span}", token=token).get_json()
    assert answer["enterprise_id"] == public("org", owner)
    file = http.get(f"/v1/statements?{span}&format=csv", token=token)
    assert file.headers["Content-Type"] == "text/csv; charset=utf-8"
    lines = list(csv.DictReader(io.StringIO(file.data.decode("utf-8-sig"))))
    moved = [each for each in lines if each["part"] == "movement"]
    assert [(each["kind"], each["quantity_t"], each["reference"]) for each in moved[:-2]] == [
        (each["kind"], each["quantity_t"], each["reference"]) for each in answer["movements"]
    ]
    assert [(each["reference"], each["amount"]) for each in moved[-2:]] == [
        (each["trade_id"], each["amount"]["amount"]) for each in answer["money_movements"]
    ]
    closing = [each for each in lines if each["part"] == "closing"]
    held = [each for each in closing if each["quantity_t"]]
    assert [(each["vintage"], each["quantity_t"]) for each in held] == [
        (str(each["vintage"]), each["quantity_t"]) for each in answer["closing"]
    ]
    money = {each["kind"]: each["amount"] for each in closing if each["amount"]}
    assert money == {
        "paid": answer["closing_money"]["paid"]["amount"],
        "earned": answer["closing_money"]["earned"]["amount"],
    }


@pytest.mark.parametrize(
    "query",
    ["", "?from=2026-03-02&to=2026-03-01", "?from=2025-01-01&to=2026-01-02", "?from=x&to=y",
     "?from=2026-03-01&to=2026-03-01&format=pdf"],
)  # fmt: skip
def test_a_period_that_is_none_is_refused(
    market: Wiring, http: Http, token_for: Tokens, query: str
) -> None:
    token = token_for("enterprise", tenant=an_organisation(market, "enterprise"))
    assert http.get(f"/v1/statements{query}", token=token).status_code == 422
