"""Units: handed on and retired; never twice, whoever comes at the same time."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy.exc import IntegrityError

from app.clock import StandingClock
from app.secrecy.signatures import public_key_of
from app.usecases.registry.read_retirement import read_retirement
from app.usecases.registry.retire_units import retire_units
from app.wiring import Wiring
from behaviours.signed_document import check_signature, key_id
from rewards.registry.refusals import (
    AlreadyRetired,
    BlockNotAvailable,
    BuyerIsSeller,
    NotEnoughUnits,
    UnknownReceiver,
    UnknownUnits,
    UseNotPermitted,
)
from rewards.registry.retirement import RetirementTerms
from rewards.registry.serials import parse_serial
from tests.builders.at_once import at_once
from tests.builders.market import NOW, rows, run
from tests.builders.people import an_organisation
from tests.builders.selling import an_owner, block, listed, transferred

TERMS = RetirementTerms("Hangzhou Tea House", "voluntary_offset", "2026")


pytestmark = pytest.mark.usefixtures("numbers_are_conserved")


def retire(
    wiring: Wiring,
    enterprise: UUID,
    tonnes: int,
    block_id: UUID | None = None,
    terms: RetirementTerms = TERMS,
) -> UUID:
    retired = run(
        wiring,
        retire_units,
        enterprise_id=enterprise,
        block_id=block_id,
        quantity_t=tonnes,
        terms=terms,
        client_reference=secrets.token_hex(8),
        serial_prefix=wiring.programme.serial_prefix,
        signing_key=wiring.settings.signing_key,
        clock=StandingClock(NOW),
    )
    return retired.retirement_id


def test_d17_two_retirements_of_one_block_at_once_are_one(market: Wiring) -> None:
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


def test_d15_a_retirement_may_use_several_blocks_and_names_them_all(market: Wiring) -> None:
    enterprise, block_id = an_owner(market, 6)
    other = an_organisation(market, "enterprise")
    transferred(market, block_id, enterprise, other, 2)
    (rest,) = rows(
        market,
        "select block_id from unit_block where owner_id = :id and state = 'active'",
        id=enterprise,
    )
    transferred(market, rest["block_id"], enterprise, other, 3)
    retirement_id = retire(market, other, 4)
    found = run(market, read_retirement, retirement_id)
    lines = found.certificate["blocks"]
    assert [line["quantity_t"] for line in lines] == ["2", "2"]
    for line in lines:
        serial = parse_serial(line["serial"], prefix="TPH")
        assert (serial.first, serial.end - 1) == (
            int(line["first_number"]),
            int(line["last_number"]),
        )
    raw = public_key_of(market.settings.signing_key)
    verdict = check_signature(found.certificate, keys={key_id(raw): raw})
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
            transferred(
                market, chosen["block_id"], enterprise, other, chance.randint(1, chosen["t"])
            )

    calls: list[Callable[[], Any]] = [hand_over] * 8
    calls += [lambda: retire(market, enterprise, 2)] * 4 + [lambda: retire(market, other, 1)] * 4
    chance.shuffle(calls)
    at_once(calls)
    (owned,) = rows(
        market,
        "select sum(upper(numbers) - lower(numbers))::int as t from unit_block"
        " where owner_id is not null and state not in ('split', 'merged')",
    )
    assert owned["t"] == 12


def test_d05_a_retired_split_or_reserved_block_cannot_be_disposed_of(market: Wiring) -> None:
    enterprise, block_id = an_owner(market, 5)
    other = an_organisation(market, "enterprise")
    listed(market, block_id, 2, seller=enterprise)
    with pytest.raises(BlockNotAvailable):
        transferred(market, block_id, enterprise, other)
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
        transferred(market, by_state["active"], enterprise, other)
    with pytest.raises(UnknownUnits):
        retire(market, other, 1, by_state["active"])


def test_a_transfer_goes_to_another_enterprise_only(market: Wiring) -> None:
    enterprise, block_id = an_owner(market, 1)
    with pytest.raises(UnknownReceiver):
        transferred(market, block_id, enterprise, an_organisation(market, "merchant"))
    with pytest.raises(BuyerIsSeller):
        transferred(market, block_id, enterprise, enterprise)
    with pytest.raises(NotEnoughUnits):
        transferred(market, block_id, enterprise, an_organisation(market, "enterprise"), 2)


def test_a_use_that_the_class_does_not_permit_retires_nothing(market: Wiring) -> None:
    enterprise, block_id = an_owner(market, 2)
    terms = TERMS._replace(purpose="compliance_offset")
    with pytest.raises(UseNotPermitted):
        retire(market, enterprise, 1, None, terms)
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


@pytest.mark.parametrize(
    ("statement", "refused"),
    [
        (
            """
            insert into unit_block (block_id, bundle_id, numbers, state, unit_class, vintage,
              created_at)
            select gen_random_uuid(), bundle_id, numbers, 'active', unit_class, vintage, now()
              from unit_block where block_id = %s
            """,
            "ex_unit_block_numbers",
        ),
        (
            """
            update unit_block set numbers = int8range(lower(numbers), upper(numbers) + 1)
             where block_id = %s
            """,
            "never change",
        ),
    ],
    ids=["overlap", "change"],
)
def test_d05_numbers_never_overlap_and_never_change_even_by_plain_sql(
    market: Wiring, statement: str, refused: str
) -> None:
    _, block_id = an_owner(market, 2)
    with (
        pytest.raises(IntegrityError, match=refused),
        market.database.engine.begin() as connection,
    ):
        connection.exec_driver_sql(statement, (block_id,))
