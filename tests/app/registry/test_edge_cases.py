"""What has bitten other registries, case by case (those that stand elsewhere are named there)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import BigInteger, Numeric, SmallInteger, text
from sqlalchemy.dialects.postgresql import INT8RANGE, NUMRANGE
from sqlalchemy.exc import IntegrityError

from app.clock import StandingClock
from app.ids import new_id, public
from app.store.database import Connection
from app.store.registry.blocks import take_numbers
from app.store.tables import metadata, registry
from app.usecases.registry.merge_blocks import merge_blocks
from app.wiring import Wiring
from behaviours.refusal import Refusal
from rewards.registry.refusals import BlockNotAvailable, BlocksDoNotMerge, UnknownUnits
from tests.builders.answers import RETIREMENT, code, key
from tests.builders.at_once import at_once
from tests.builders.held import while_held
from tests.builders.market import NOW, rows, run
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.selling import an_owner, block, transferred

pytestmark = pytest.mark.usefixtures("numbers_are_conserved")


def merged(wiring: Wiring, owner: UUID, *block_ids: UUID) -> UUID:
    return run(wiring, merge_blocks, block_ids, owner_id=owner, clock=StandingClock(NOW)).block_id


def of(wiring: Wiring, owner: UUID) -> list[dict[str, Any]]:
    """What an owner can dispose of, in the order of numbers."""
    return rows(
        wiring,
        "select block_id, lower(numbers) as first, upper(numbers) as end_ from unit_block"
        " where owner_id = :id and state = 'active' order by numbers",
        id=owner,
    )


def test_d02_six_transfers_at_once_out_of_a_hundred_take_each_tonne_once(market: Wiring) -> None:
    giver, block_id = an_owner(market, 100)
    receiver = an_organisation(market, "enterprise")
    wanted = (30, 60, 45, 20, 10, 75)
    found = at_once(
        [lambda t=t: transferred(market, block_id, giver, receiver, t).block_id for t in wanted]
    )
    # Whoever comes second names a block that was split by then, and is told so.
    refused = [each for each in found if isinstance(each, Refusal)]
    assert len(refused) == 5
    assert all(isinstance(each, BlockNotAvailable) for each in refused)
    given = sum(row["end_"] - row["first"] for row in of(market, receiver))
    assert given in wanted
    assert given + sum(row["end_"] - row["first"] for row in of(market, giver)) == 100


def test_d03_the_database_itself_refuses_parts_that_are_not_the_whole(market: Wiring) -> None:
    _, block_id = an_owner(market, 5)

    def split(connection: Connection, end: int) -> None:
        connection.execute(
            text(
                "with closed as (update unit_block set state = 'split' where block_id = :b"
                " returning *) insert into unit_block (block_id, bundle_id, numbers, owner_id,"
                " state, unit_class, vintage, parent_id, created_at, for_reserve)"
                " select gen_random_uuid(), bundle_id,"
                " int8range(lower(numbers), lower(numbers) + :end), owner_id, 'active',"
                " unit_class, vintage, block_id, created_at, false from closed"
            ),
            {"b": block_id, "end": end},
        )

    for end in (4, 1):
        with pytest.raises(IntegrityError, match="not the whole of it"):
            run(market, split, end)
    # Past its end stands another block, or numbers that nobody gave out.
    with pytest.raises(IntegrityError):
        run(market, split, 6)


def test_d06_numbers_are_never_given_out_again(market: Wiring) -> None:
    _, _ = an_owner(market, 3)
    (before,) = rows(market, "select max(upper(numbers)) as end_ from unit_block")

    def given_up(connection: Connection) -> None:
        take_numbers(connection, 7)
        raise InterruptedError

    with pytest.raises(InterruptedError):
        run(market, given_up)
    # What was given up was never given out; what is retired or cancelled never comes again, because
    # the counter asks no block.
    assert run(market, take_numbers, 2) == before["end_"]
    assert run(market, take_numbers, 1) == before["end_"] + 2
    rows(market, "update serial_counter set next_number = :n returning 1", n=before["end_"])


def test_d08_masses_and_tonnes_have_64_bits_everywhere() -> None:
    assert registry.unit_block.c.numbers.type.__class__ is INT8RANGE
    for table in metadata.metadata.tables.values():
        for column in table.columns:
            if column.name.endswith(("_mg", "_t")) or column.name == "mg":
                assert isinstance(metadata.base_of(column), BigInteger), column


def test_d11_units_are_kept_in_amounts_and_never_in_shares() -> None:
    for table in (registry.unit_block, registry.unit_transfer, registry.retirement):
        for column in table.columns:
            assert not isinstance(column.type, Numeric | NUMRANGE), column
            assert not isinstance(column.type, SmallInteger) or column.name == "vintage", column


def test_d14_fragments_are_merged_into_one_block_with_an_id_of_its_own(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    owner, whole = an_owner(market, 9)
    other = an_organisation(market, "enterprise")
    given = transferred(market, whole, owner, other, 4).block_id
    (rest,) = of(market, owner)
    back = transferred(market, given, other, owner, 4).block_id
    token = token_for("enterprise", tenant=owner)
    body = {"block_ids": [public("blk", rest["block_id"]), public("blk", back)]}
    answer = http.post("/v1/blocks/merge", body, token=token, key=key())
    assert answer.status_code == 201, answer.get_json()
    made = answer.get_json()
    assert (made["quantity_t"], made["state"]) == ("9", "active")
    assert (
        made["serial"]
        == http.get(f"/v1/registry/blocks/{public('blk', whole)}").get_json()["serial"]
    )
    for each in body["block_ids"]:
        part = http.get(f"/v1/registry/blocks/{each}").get_json()
        assert (part["state"], part["merged_into"]) == ("merged", made["id"])
        told = http.post(
            "/v1/retirements", {**RETIREMENT, "block_id": each}, token=token, key=key()
        )
        assert (told.status_code, code(told)) == (409, "BLOCK_NOT_AVAILABLE")
    assert http.get(f"/v1/registry/serials/{made['serial']}").get_json()["found_t"] == "9"
    # And what was merged is split again.
    (row,) = of(market, owner)
    transferred(market, row["block_id"], owner, other, 1)


def test_d14_what_is_apart_or_somebody_elses_does_not_merge(market: Wiring) -> None:
    owner, whole = an_owner(market, 9)
    other = an_organisation(market, "enterprise")
    first = transferred(market, whole, owner, other, 2).block_id
    (rest,) = of(market, owner)
    second = transferred(market, rest["block_id"], owner, other, 2).block_id
    (rest,) = of(market, owner)
    third = transferred(market, rest["block_id"], owner, other, 2).block_id
    for blocks, case in (((first, third), "gap"), ((first, first), "one")):
        with pytest.raises(BlocksDoNotMerge) as refused:
            merged(market, other, *blocks)
        assert refused.value.case == case
    _, elsewhere = an_owner(market, 1)
    for stranger in (elsewhere, new_id()):
        with pytest.raises(UnknownUnits):
            merged(market, other, first, stranger)
    with pytest.raises(BlockNotAvailable):
        merged(market, owner, whole, rest["block_id"])
    assert block(market, merged(market, other, third, first, second)).quantity_t == 6


def test_d14_one_of_two_mergers_at_once_is_told_that_it_comes_late(market: Wiring) -> None:
    owner, whole = an_owner(market, 4)
    other = an_organisation(market, "enterprise")
    given = transferred(market, whole, owner, other, 1).block_id
    (rest,) = of(market, owner)
    back = transferred(market, given, other, owner, 1).block_id
    found = at_once([lambda: merged(market, owner, back, rest["block_id"])] * 3)
    assert sum(isinstance(each, UUID) for each in found) == 1
    assert sum(isinstance(each, BlockNotAvailable) for each in found) == 2


@pytest.mark.parametrize("quantity", ["0", "-50", "1.5", "1e2", "", 5, None, "٣"])
def test_d03_no_part_is_empty_negative_or_fractional(
    market: Wiring, http: Http, token_for: Tokens, quantity: Any
) -> None:
    owner, whole = an_owner(market, 3)
    token = token_for("enterprise", tenant=owner)
    to = public("org", an_organisation(market, "enterprise"))
    given = {"block_id": public("blk", whole), "to_enterprise_id": to, "quantity_t": quantity}
    for path, body in (
        ("/v1/transfers", given),
        ("/v1/retirements", {**RETIREMENT, "quantity_t": quantity}),
    ):
        refused = http.post(path, body, token=token, key=key())
        assert refused.status_code == 422
        assert refused.get_json()["errors"][0]["pointer"] == "/quantity_t"
    beyond = http.post("/v1/transfers", {**given, "quantity_t": "4"}, token=token, key=key())
    assert (beyond.status_code, code(beyond)) == (409, "NOT_ENOUGH_UNITS")
    # Split at the edge: the whole of it is no part.
    edge = http.post("/v1/transfers", {**given, "quantity_t": "3"}, token=token, key=key())
    assert (edge.status_code, edge.get_json()["block_id"]) == (201, given["block_id"])


def test_d19_numbers_are_seen_in_the_order_in_which_they_were_given(market: Wiring) -> None:
    start = run(market, take_numbers, 1)
    # Who comes while somebody has taken numbers and not committed waits, and is given later ones.
    second = while_held(
        market.database,
        lambda connection: take_numbers(connection, 5),
        lambda: run(market, take_numbers, 1),
    )
    assert second == start + 6
    rows(market, "update serial_counter set next_number = :n returning 1", n=start)
