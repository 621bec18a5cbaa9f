"""Rankings show who asked to be in them, by the name that they chose, and nobody of too few."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from tests.builders.answers import refusal
from tests.builders.at_once import at_once
from tests.builders.audit import assert_books_balance, assert_each_is_seen
from tests.builders.empty_market import market
from tests.builders.engagement import Riders

__all__ = ["market"]

JULY = "?period=2026-07&region=CN-330100"
FAMILY = "abcde"


@pytest.fixture
def riders(market) -> Riders:
    return Riders(market)


def ranked(riders: Riders, names: str = FAMILY) -> None:
    """Each rides once more than the one before, and asks to be ranked."""
    for times, name in enumerate(names, start=1):
        riders.rides(name, times)
        assert riders.enters(name).status_code == 201


def places(found) -> list[tuple[int, str, int]]:
    return [(each["place"], each["pseudonym"], each["actions"]) for each in found["places"]]


def test_those_who_asked_are_ranked_by_the_name_they_chose_and_equals_alike(riders):
    riders.rides("f", 9)
    ranked(riders)
    riders.rides("a")
    expected = [(1, "rider e", 5), (2, "rider d", 4), (3, "rider c", 3)]
    expected += [(4, "rider a", 2), (4, "rider b", 2)]
    found = riders.ranking("a", JULY)
    assert places(found) == expected
    assert (found["people"], found["own"]["place"], found["own"]["is_own"]) == (5, 4, True)
    # Whoever reads it is told of nobody but themselves, and only where they are in it.
    assert riders.ranking("f", JULY)["own"] is None
    told = riders.http.get(f"/v1/rankings{JULY}", token=riders.own("f")).text
    assert not [name for name, who in riders.people.items() if who.hex in told]
    riders.counts()
    assert places(riders.ranking("a", JULY)) == expected
    assert places(riders.ranking("a", "?period=2026&region=CN-33")) == expected
    assert places(riders.ranking("a", "?region=CN-33")) == expected
    assert places(riders.ranking("a")) == expected
    assert riders.ranking("a", "?period=2026-07&region=CN-44")["people"] is None
    assert riders.ranking("a", "?period=2026-06&region=CN-33")["people"] is None
    assert_books_balance(riders.wiring)


def test_what_is_taken_back_is_gone_at_once_and_of_too_few_nothing_is_shown(riders):
    riders.rides("b", 2)
    [first] = riders.rides("a")
    for name in FAMILY:
        riders.enters(name)
    for name in "cde":
        riders.rides(name)
    riders.counts()
    assert riders.ranking("a", JULY)["people"] == 5
    riders.takes_back(first)
    for _ in range(2):
        found = riders.ranking("a", JULY)
        assert (found["people"], found["places"], found["own"]) == (None, [], None)
        riders.counts()
    assert_books_balance(riders.wiring)


def test_months_and_years_are_the_programmes_own(riders):
    """The last minute of July and the first of August, and of a year, by Shanghai's clocks."""
    edge = datetime(2026, 7, 31, 16, tzinfo=UTC)
    for name in FAMILY:
        riders.enters(name)
    riders.at(edge + timedelta(hours=2))
    for name in FAMILY:
        riders.ride(name, edge - timedelta(minutes=30))
    for name in FAMILY:
        riders.ride(name, edge)
    for _ in range(2):
        for period, actions in (("2026-07", 1), ("2026-08", 1), ("2026", 2)):
            found = riders.ranking("a", f"?period={period}")
            assert {each["actions"] for each in found["places"]} == {actions}, period
        riders.counts()
    bad = {"2026-13": "RANKING_PERIOD_WRONG", "2027": "RANKING_PERIOD_WRONG"}
    for period, code in bad.items():
        answer = riders.http.get(f"/v1/rankings?period={period}", token=riders.own("a"))
        assert refusal(answer) == (422, code)
    unknown = riders.http.get("/v1/rankings?region=CN-999900", token=riders.own("a"))
    assert refusal(unknown)[0] == 422
    assert_books_balance(riders.wiring)


def test_a_name_is_one_persons_in_every_spelling_and_free_again_once_they_leave(riders):
    assert riders.enters("a", "Spring River").status_code == 201
    assert refusal(riders.enters("a", "Other")) == (409, "IN_RANKINGS")
    for alike in ("spring river", "SPRING-RIVER", "Ｓｐｒｉｎｇ River"):
        assert refusal(riders.enters("b", alike)) == (409, "PSEUDONYM_TAKEN"), alike
    assert riders.http.delete("/v1/me/ranking", token=riders.own("a")).status_code == 204
    gone = riders.http.get("/v1/me/ranking", token=riders.own("a"))
    assert refusal(gone) == (404, "NOT_FOUND")
    assert riders.enters("b", "spring river").status_code == 201
    riders.leaves_programme("b")
    assert riders.enters("a", "Spring River").status_code == 201
    assert_books_balance(riders.wiring)


def test_of_two_who_take_one_name_at_once_one_has_it(riders):
    answers = at_once([lambda name=name: riders.enters(name, "One Name") for name in "abcd"])
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]
    assert_books_balance(riders.wiring)


@pytest.mark.parametrize(
    "name",
    [
        "13800138000",
        "a138-0013-8000",
        "x",
        "11010119900307 me",
        "me@example",
        "一三八零零一三八",
        "１２３４５a",
    ],
)
def test_no_name_is_a_number_by_which_somebody_is_found(riders, name):
    assert refusal(riders.enters("a", name)) == (422, "CHOSEN_NAME_UNFIT")


def test_whoever_leaves_is_out_and_leaves_no_name_and_no_month_behind(riders):
    ranked(riders, "abcdef")
    riders.counts()
    assert riders.ranking("a", JULY)["people"] == 6
    riders.leaves_programme("f")
    found = riders.ranking("a", JULY)
    assert (found["people"], "rider f" in str(found)) == (5, False)
    with riders.wiring.database.engine.connect() as connection:
        left = connection.execute(
            text(
                "select (select count(*) from ranking_month where participant_id = :who),"
                " (select count(*) from ranking_name where participant_id = :who),"
                " (select count(*) from ranking_entry where participant_id = :who"
                "   and pseudonym is not null)"
            ),
            {"who": riders.people["f"]},
        ).one()
    assert tuple(left) == (0, 0, 0)
    assert_books_balance(riders.wiring)


def test_who_moves_is_ranked_where_they_live(riders):
    ranked(riders)
    moved = {"region": "CN-440100"}
    answer = riders.http.patch("/v1/me", moved, token=riders.own("e"))
    assert answer.status_code in (200, 204), answer.text
    assert riders.ranking("a", JULY)["people"] is None
    assert riders.ranking("a", "?period=2026-07")["people"] == 5


def test_counting_beside_leaving_keeps_no_month(riders):
    ranked(riders)
    at_once(
        [
            *[riders.counts for _ in range(3)],
            lambda: riders.http.delete("/v1/me/ranking", token=riders.own("b")),
            lambda: riders.http.delete("/v1/me/ranking", token=riders.own("c")),
        ]
    )
    assert_books_balance(riders.wiring)
    riders.counts()
    assert_books_balance(riders.wiring)


def test_the_audit_sees_each_that_is_not_so(riders):
    ranked(riders, "ab")
    riders.counts()
    assert_each_is_seen(
        riders.wiring,
        {
            "update ranking_month set saved_mg = saved_mg + 1 where actions = 1": ["rankings"],
            "delete from ranking_month where actions = 1": ["rankings"],
            "delete from ranking_name": ["rankings"],
            "insert into ranking_name values ('\\x00', gen_random_uuid())": ["rankings"],
            "update ranking_entry set text_version = 'nobody wrote it'": ["rankings"],
        },
    )
