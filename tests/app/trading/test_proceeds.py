"""Proceeds: shared by the rule of the day of the sale, to the fen, and once."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from app.ids import new_id
from app.store.database import Connection
from app.store.trading.proceeds import contributors_of, shares_of, write_distribution
from app.usecases.trading.read_own_proceeds import read_own_proceeds
from app.usecases.trading.share_proceeds import share_proceeds
from app.wiring import Wiring
from behaviours.largest_remainder import share
from behaviours.proceeds_terms import ProceedsTerms
from behaviours.programme import Programmes
from behaviours.viewer import Viewer
from rewards.trading.proceeds import Sale, distribute
from tests.builders.at_once import at_once
from tests.builders.market import NOW, PV, issued, pooled_pv, rows, run
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.selling import bought, listed, programme_block

pytestmark = pytest.mark.usefixtures("numbers_are_conserved")
TERMS = ProceedsTerms(700_000, 200_000, 100_000)
NEXT_DAY = NOW + timedelta(days=1)


def ruled(wiring: Wiring, *rules: tuple[date, ProceedsTerms | None]) -> Programmes:
    """The programme of the tests with these rules from these days on."""
    (first, *_) = wiring.programmes.versions
    return Programmes(
        [
            replace(first, version=f"v{at}", effective_from=since, proceeds=terms)
            for at, (since, terms) in enumerate(rules)
        ]
    )


def sold(wiring: Wiring, *tonnes: int, people: int = 3) -> tuple[UUID, list[UUID]]:
    """A bundle of which so many tonnes were sold, and the people that it rests on, by their ids."""
    persons = [person for person, _ in pooled_pv(wiring, people=people)]
    bundle_id = issued(wiring, methodology=PV)
    listing_id = listed(wiring, programme_block(wiring, bundle_id), sum(tonnes))
    for each in tonnes:
        bought(wiring, listing_id, each, an_organisation(wiring, "enterprise"))
    return bundle_id, sorted(persons)


def shared(wiring: Wiring, programmes: Programmes, now: datetime = NEXT_DAY) -> int:
    return run(wiring, share_proceeds, programmes, now=now)


def test_a_person_reads_their_share_of_what_was_sold_to_the_fen(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    bundle_id, persons = sold(market, 2, 5)
    programmes = ruled(market, (date(2020, 1, 1), TERMS))
    assert shared(market, programmes, NOW) == 0, "a day is shared when it is over"
    assert shared(market, programmes) == 2
    assert shared(market, programmes) == 0
    # Seven tonnes at fifty yuan; equal parts of 24,500 fen, and the fen left over by id.
    (made,) = http.get("/v1/registry/distributions").json["data"]
    assert made["bundle_id"] == f"bdl_{bundle_id.hex}"
    assert (made["quantity_t"], made["programme_version"]) == ("7", "v0")
    assert [made[name]["amount"] for name in ("amount", "to_people", "to_sponsors")] == [
        *("350.00", "245.00", "70.00")
    ]
    own = [
        http.get("/v1/me/proceeds", token=token_for("participant", tenant=each)).json["data"]
        for each in persons
    ]
    assert [each[0]["own_share"]["amount"] for each in own] == ["81.67", "81.67", "81.66"]
    assert all(len(each) == 1 for each in own)
    assert {name: own[0][0][name] for name in made} == made
    stranger = token_for("participant", tenant=new_id())
    assert http.get("/v1/me/proceeds", token=stranger).json["data"] == []
    booked = rows(
        market,
        "select debit_account as account, fen from money_posting"
        " where credit_account = 'proceeds:programme' order by 1",
    )
    assert [(each["account"].split(":")[0], each["fen"]) for each in booked] == [
        ("people", 24_500),
        ("sponsors", 7_000),
    ]
    public = http.get("/v1/registry/distributions").get_data(as_text=True)
    assert not [each for each in persons if each.hex in public]


def test_the_rule_of_the_day_of_the_sale_holds_and_without_one_nothing_is_shared(
    market: Wiring,
) -> None:
    sold(market, 1)
    before, after = NOW.date() - timedelta(days=30), NOW.date() + timedelta(days=30)
    assert shared(market, ruled(market, (before, None))) == 0
    assert shared(market, ruled(market, (before, None), (after, TERMS)), NOW + timedelta(90)) == 0
    assert shared(market, ruled(market, (before, TERMS), (after, None)), NOW + timedelta(90)) == 1
    (made,) = rows(market, "select programme_version, people_fen from proceeds_distribution")
    assert made == {"programme_version": "v0", "people_fen": 3_500}


def test_runs_at_once_share_every_sale_once(market: Wiring) -> None:
    _, persons = sold(market, 1, 1, 1)
    programmes = ruled(market, (date(2020, 1, 1), TERMS))
    at_once([lambda: shared(market, programmes)] * 6)
    while shared(market, programmes):
        pass
    (trades,) = rows(market, "select count(*) as n from proceeds_trade")
    (posted,) = rows(market, "select sum(fen)::int as n from money_posting where debit_account"
                     " like 'people:%'")  # fmt: skip
    assert (trades["n"], posted["n"]) == (3, 10_500)
    shares = [
        each.fen
        for person in persons
        for each in run(
            market, read_own_proceeds, Viewer("participant", person), before=None, most=100
        )
    ]
    assert sum(shares) == 10_500


def test_the_shares_are_those_of_the_largest_remainder_whoever_was_taken_back(
    market: Wiring,
) -> None:
    """PostgreSQL shares as the domain does, over random people, masses and amounts."""
    chance = random.Random(11)
    for _ in range(12):
        people = sorted(new_id() for _ in range(chance.randint(1, 40)))
        weights = {each: chance.choice([1, 7, 10**6, chance.randint(1, 10**15)]) for each in people}
        amount = chance.choice([0, 1, 3, chance.randint(1, 10**12)])
        gone = {each for each in people if chance.random() < 0.1}

        def work(
            connection: Connection,
            weights: dict[UUID, int] = weights,
            amount: int = amount,
            gone: set[UUID] = gone,
        ) -> list[int]:
            bundle_id = new_id()
            for person, mass in weights.items():
                parts = [mass] if mass < 3 else [1, mass - 1]
                for part in parts:
                    given = (person, new_id(), bundle_id, part)
                    connection.exec_driver_sql(
                        "insert into bundle_entry (participant_id, action_id, bundle_id, saved_mg,"
                        " leaf) values (%s, %s, %s, %s, sha256('x'))",
                        given,
                    )
                    if person in gone:
                        connection.exec_driver_sql(
                            "insert into reversal (participant_id, action_id, reason, reversed_by,"
                            " reversed_at, saved_mg, points_taken, points_owed)"
                            " values (%s, %s, 'a test', 'x', now(), %s, 0, 0)",
                            (given[0], given[1], part),
                        )
            made = distribute(
                new_id(),
                bundle_id,
                [Sale(new_id(), 1, amount, NOW)],
                contributors_of(connection, bundle_id),
                ProceedsTerms(1_000_000, 0, 0),
                programme_version="1",
                now=NOW,
            )
            write_distribution(connection, made, [])
            kept = {
                person: shares_of(connection, person, before=None, most=9) for person in weights
            }
            assert all(not kept[each] for each in gone)
            assert made.people_fen + made.sponsors_fen == amount
            found = [each.fen for person in weights for each in kept[person]]
            # Nothing of it stays: the books of the test hold no such sale.
            connection.rollback()
            return found

        staying = [weights[each] for each in people if each not in gone]
        expected = share(amount, staying) if staying else []
        with market.database.engine.connect() as connection:
            assert work(connection) == expected


@pytest.mark.parametrize(
    "statement",
    [
        "update proceeds_share set fen = fen + 1",
        "delete from proceeds_trade",
        "update proceeds_distribution set people_fen = people_fen - 1, programme_fen = 0",
        "insert into proceeds_trade select trade_id, gen_random_uuid() from proceeds_trade",
    ],
)
def test_what_was_shared_stays_so_even_for_plain_sql(market: Wiring, statement: str) -> None:
    sold(market, 1)
    assert shared(market, ruled(market, (date(2020, 1, 1), TERMS))) == 1
    with (
        psycopg.connect(market.settings.database_url or "") as connection,
        pytest.raises(psycopg.IntegrityError),
    ):
        connection.execute(statement)
