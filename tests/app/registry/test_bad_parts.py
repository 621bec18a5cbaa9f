"""Parts that cannot be, one by one: beyond the range, at its edge, twice, or while they move."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.exc import IntegrityError

from app.clock import StandingClock
from app.ids import public
from app.store.database import Connection
from app.usecases.trading.list_units import list_units
from app.wiring import Wiring
from behaviours.refusal import Refusal
from rewards.registry.refusals import (
    AlreadyRetired,
    BlockNotAvailable,
    NotEnoughUnits,
    UnknownUnits,
)
from tests.builders.answers import PRICE, RETIREMENT, key, refusal
from tests.builders.at_once import at_once
from tests.builders.auctions import an_auction
from tests.builders.market import NOW, rows, run
from tests.builders.negotiations import accepted, offered, proposed
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.selling import an_owner, listed, retirement_of, transferred
from tests.builders.viewers import enterprise

pytestmark = pytest.mark.usefixtures("numbers_are_conserved")


def live(wiring: Wiring, owner: UUID) -> list[tuple[int, int]]:
    """The ranges of an owner, in their order."""
    found = rows(
        wiring,
        "select lower(numbers) as a, upper(numbers) as b from unit_block"
        " where owner_id = :id and state = 'active' order by numbers",
        id=owner,
    )
    return [(each["a"], each["b"]) for each in found]


@pytest.mark.parametrize("beyond", [1, 1_000, 10**9])
@pytest.mark.parametrize("path", ["/v1/listings", "/v1/transfers", "/v1/retirements"])
def test_a_part_beyond_the_range_is_refused_and_splits_nothing(
    market: Wiring, http: Http, token_for: Tokens, path: str, beyond: int
) -> None:
    owner, block_id = an_owner(market, 3)
    receiver = an_organisation(market, "enterprise")
    bodies: dict[str, dict[str, Any]] = {
        "/v1/listings": {"price": PRICE},
        "/v1/transfers": {"to_enterprise_id": public("org", receiver)},
        "/v1/retirements": RETIREMENT,
    }
    body = {**bodies[path], "block_id": public("blk", block_id), "quantity_t": str(3 + beyond)}
    answer = http.post(path, body, token=token_for("enterprise", tenant=owner), key=key())
    assert refusal(answer) == (409, "NOT_ENOUGH_UNITS"), answer.text
    assert rows(market, "select 1 from unit_block where parent_id = :id", id=block_id) == []


@pytest.mark.parametrize("tonnes", [1, 3, 4])
def test_a_split_at_the_edge_leaves_no_empty_part(market: Wiring, tonnes: int) -> None:
    owner, block_id = an_owner(market, 4)
    receiver = an_organisation(market, "enterprise")
    ((first, end),) = live(market, owner)
    transferred(market, block_id, owner, receiver, tonnes)
    assert live(market, receiver) == [(first, first + tonnes)]
    assert live(market, owner) == ([(first + tonnes, end)] if tonnes < 4 else [])
    # Taken whole a block is not split: it has the id that it had.
    parts = rows(market, "select 1 from unit_block where parent_id = :id", id=block_id)
    assert len(parts) == (0 if tonnes == 4 else 2)


@pytest.mark.parametrize(("first", "end"), [(-1, 1), (0, 2), (1, 5)])
def test_the_database_takes_no_part_that_overlaps_another(
    market: Wiring, first: int, end: int
) -> None:
    owner, block_id = an_owner(market, 4)
    ((begins, _),) = live(market, owner)

    def overlap(connection: Connection) -> None:
        connection.exec_driver_sql(
            "insert into unit_block (block_id, bundle_id, numbers, owner_id, state, unit_class,"
            " vintage, created_at, for_reserve)"
            " select gen_random_uuid(), bundle_id, int8range(%s, %s), owner_id, state, unit_class,"
            " vintage, created_at, for_reserve from unit_block where block_id = %s",
            (begins + first, begins + end, block_id),
        )

    with pytest.raises(IntegrityError, match="unit_block"):
        run(market, overlap)


def test_a_block_is_retired_once(market: Wiring) -> None:
    owner, block_id = an_owner(market, 2)
    run(market, retirement_of(market, owner, 2, block_id))
    with pytest.raises(AlreadyRetired):
        run(market, retirement_of(market, owner, 2, block_id))
    with pytest.raises(NotEnoughUnits):
        run(market, retirement_of(market, owner, 1))
    assert len(rows(market, "select 1 from retirement where enterprise_id = :i", i=owner)) == 1


def test_a_retirement_while_the_block_is_transferred_is_one_of_the_two(market: Wiring) -> None:
    owner, block_id = an_owner(market, 2)
    receiver = an_organisation(market, "enterprise")
    answers = at_once(
        [
            lambda: run(market, retirement_of(market, owner, 2, block_id)),
            lambda: transferred(market, block_id, owner, receiver, 2),
        ]
        * 3
    )
    refused = [each for each in answers if isinstance(each, Refusal)]
    assert len(refused) == 5
    assert {type(each) for each in refused} <= {AlreadyRetired, UnknownUnits}
    retired = rows(market, "select 1 from unit_block where state = 'retired'")
    assert len(retired) + len(live(market, receiver)) == 1


def test_what_is_promised_is_neither_retired_nor_transferred_nor_offered_again(
    market: Wiring,
) -> None:
    for promised in ("listed", "auctioned", "agreed"):
        owner, block_id = an_owner(market, 2)
        other = an_organisation(market, "enterprise")
        if promised == "listed":
            listed(market, block_id, 2, seller=owner)
        elif promised == "auctioned":
            an_auction(
                market,
                tonnes=2,
                block_id=block_id,
                seller=owner,
                closes_at=NOW + timedelta(days=1),
            )
        else:
            one = offered(market, block_id, owner, other, proposed(2))
            accepted(market, one, enterprise(other))
        for attempt in (
            lambda owner=owner, block_id=block_id: run(
                market, retirement_of(market, owner, 1, block_id)
            ),
            lambda owner=owner, block_id=block_id, other=other: transferred(
                market, block_id, owner, other, 1
            ),
            lambda owner=owner, block_id=block_id, other=other: offered(
                market, block_id, owner, other, proposed(1)
            ),
            lambda owner=owner, block_id=block_id: run(
                market,
                list_units,
                block_id,
                quantity_t=1,
                price_fen_per_tonne=1,
                viewer=enterprise(owner),
                clock=StandingClock(NOW),
            ),
        ):
            with pytest.raises(BlockNotAvailable) as refused:
                attempt()
            assert refused.value.case == "taken", promised
