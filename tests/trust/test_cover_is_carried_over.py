"""What was taken back before there was cover gets it; a step back and forth loses nothing of it."""

from __future__ import annotations

from app.clock import StandingClock
from app.commands.migrate import upgrade
from app.usecases.trading.order_units import order_units
from app.wiring import Wiring
from tests.builders.audit import assert_books_balance
from tests.builders.earlier import back_to
from tests.builders.empty_market import market, shut
from tests.builders.market import NOW, PV, bundle, issued, pooled_pv, rows, run
from tests.builders.people import an_organisation
from tests.builders.sealed import lay_in_the_clear, seal_again
from tests.builders.selling import listed, programme_block
from tests.builders.shortfall import Short, a_short_bundle, reversal

__all__ = ["market", "shut"]
BEFORE = "0014"


def back_and_forth(wiring: Wiring) -> list[dict[str, object]]:
    """Downgrade below the step and upgrade again; what the blocks were in between."""
    lay_in_the_clear(wiring)
    url = back_to(wiring, BEFORE)
    between = rows(
        wiring,
        "select state, count(*) as n, sum(upper(numbers) - lower(numbers))::int as t"
        " from unit_block where state <> 'split' group by 1 order by 1",
    )
    assert not rows(
        wiring, "select from carbon_posting where debit_account = 'reversed_after_issue'"
    )
    wiring.database.engine.dispose()
    upgrade(url)
    seal_again(wiring)
    return between


def tonnes(between: list[dict[str, object]], state: str) -> object:
    return next((each["t"] for each in between if each["state"] == state), 0)


def covers(wiring: Wiring) -> list[dict[str, object]]:
    return rows(
        wiring,
        "select c.bundle_id, c.kind, c.mg, c.cancelled_t, p.mg as posted_mg,"
        "       sum(upper(u.numbers) - lower(u.numbers))::int as t"
        "  from cover c join carbon_posting p using (posting_id)"
        "  left join (cover_block o join unit_block u using (block_id)) using (cover_id)"
        " group by 1, 2, 3, 4, 5 order by 1, 2, 3",
    )


def test_what_was_taken_back_before_is_paid_by_the_reserve_and_the_rest_is_stopped(
    market: Wiring,
) -> None:
    (_, one), (_, other), *_ = pooled_pv(market, kwh="40000")
    bundle_id = issued(market, methodology=PV)
    whole_t = bundle(market, bundle_id).issued_t or 0
    # Promised in part, so that what is stopped keeps its promise.
    listing_id = listed(market, programme_block(market, bundle_id), whole_t)
    run(
        market,
        order_units,
        listing_id,
        quantity_t=whole_t - 1,
        buyer_id=an_organisation(market, "enterprise"),
        client_reference="all but one",
        terms=market.trade_terms,
        clock=StandingClock(NOW),
    )
    reserve_t = rows(
        market,
        "select sum(upper(numbers) - lower(numbers))::int as t from unit_block"
        " where state = 'buffer'",
    )[0]["t"]
    assert reserve_t > 0
    for action in (one, other):
        run(market, reversal(market, action))
    before, lines = bundle(market, bundle_id), covers(market)
    assert before.state == "suspended"
    between = back_and_forth(market)
    assert tonnes(between, "buffer") == reserve_t
    assert tonnes(between, "reserved") == whole_t
    after = bundle(market, bundle_id)
    assert (after.state, after.shortfall_mg) == ("suspended", before.shortfall_mg)
    # What was paid by several lines is paid by one.
    (line,) = covers(market)
    assert line["mg"] == line["posted_mg"] == sum(each["mg"] for each in lines)  # type: ignore[misc]
    assert line["cancelled_t"] == line["t"] == reserve_t
    stopped = rows(
        market,
        "select listing_id, sum(upper(numbers) - lower(numbers))::int as t from unit_block"
        " where state = 'suspended' group by 1",
    )
    assert stopped == [
        {"listing_id": listing_id, "t": min(whole_t, -(-after.shortfall_mg // 10**9))}
    ]
    assert_books_balance(market)


def test_what_somebody_gave_for_it_is_given_back_and_lacks_again(market: Wiring) -> None:
    short: Short = a_short_bundle(market)
    before = bundle(market, short.bundle_id)
    short.made_good(short.short_t)
    assert bundle(market, short.bundle_id).state == "issued"
    between = back_and_forth(market)
    assert tonnes(between, "cancelled") == tonnes(between, "suspended") == 0
    after = bundle(market, short.bundle_id)
    assert (after.state, after.shortfall_mg) == ("suspended", before.shortfall_mg)
    assert short.suspended_t() == short.short_t
    (held,) = rows(
        market,
        "select sum(upper(numbers) - lower(numbers))::int as t from unit_block"
        " where owner_id = :id and state = 'active'",
        id=short.giver,
    )
    assert held["t"] == 20
    assert_books_balance(market)
