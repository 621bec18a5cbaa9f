"""What was done is counted where it was done, once, when its day is closed; few are not told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.factory import create_app
from app.ids import public
from app.jobs.anchor_tasks import close_books
from app.usecases.registry.anchor_next_day import anchor_next_day
from app.usecases.registry.count_next_day import count_next_day
from app.usecases.registry.read_region_statistics import read_region_statistics
from app.wiring import Wiring
from behaviours.civil_time import civil_day, months_later, start_of_day
from behaviours.refusal import Refusal
from behaviours.statistics_terms import LEAST, StatisticsTerms
from tests.builders.actions import a_ride, recording
from tests.builders.answers import refusal
from tests.builders.audit import assert_books_balance
from tests.builders.issuers import an_issuer
from tests.builders.parallel import at_once
from tests.builders.people import Http, Tokens, a_participant, agreed_long_ago, an_organisation
from tests.builders.processes import own_wiring
from tests.builders.shortfall import reversal

HANGZHOU, NINGBO, WENZHOU, ZHEJIANG = "CN-330100", "CN-330200", "CN-330300", "CN-33"
PATH, DESK = "/v1/statistics/regions", "/v1/statistics/regions/desk"


class Country:
    """Books of its own, in which rides are recorded in cities, in the last month."""

    def __init__(self, wiring: Wiring) -> None:
        self.wiring, self.app = wiring, create_app(wiring)
        self.http = Http(self.app)
        self.tokens = Tokens(self.app, wiring)
        an_issuer(wiring, "rides", kinds=("ride",))
        self.provider = an_organisation(wiring)
        today = civil_day(wiring.clock.now(), wiring.zone)
        self.month = months_later(today.replace(day=1), -1)

    def people(self, many: int, region: str = HANGZHOU) -> list[Any]:
        made = [
            a_participant(self.wiring, provider_id=self.provider, region=region)
            for _ in range(many)
        ]
        return [agreed_long_ago(self.wiring, each) for each in made]

    def noon(self, day: int) -> datetime:
        midnight = start_of_day(self.month.replace(day=day), self.wiring.zone)
        return midnight + timedelta(hours=12)

    def ride(self, people: list[Any], region: str, day: int = 28, hours: int = 0) -> list[Any]:
        """One ride of each person on a day of the month, recorded half an hour later."""
        noon = self.noon(day) + timedelta(hours=hours)
        rides = [
            a_ride(each, self.provider, region=region, occurred_at=noon - timedelta(minutes=30))
            for each in people
        ]
        answers = recording(self.wiring, rides, now=noon)
        assert not any(isinstance(each, Refusal) for each in answers), answers
        return answers

    def close(self) -> int:
        """Close and count every day until now; how many days were counted."""
        database, zone = self.wiring.database, self.wiring.zone
        now = self.wiring.clock.now()
        assert close_books(database, zone=zone, now=now) == []
        key = self.wiring.settings.signing_key
        while database.transact(anchor_next_day, zone=zone, signing_key=key):
            pass
        days = 0
        while database.transact(count_next_day):
            days += 1
        return days

    def told(self, region: str | None = None, path: str = PATH, token: str | None = None) -> Any:
        asked = f"?month={self.month:%Y-%m}" + (f"&region={region}" if region else "")
        answer = self.http.get(f"{path}{asked}", token=token)
        assert answer.status_code == 200, answer.text
        return answer.json


@pytest.fixture(name="country")
def _country(settings: Any, fresh_database: str) -> Iterator[Country]:
    wiring = own_wiring(settings, fresh_database)
    yield Country(wiring)
    wiring.close()


def by_region(table: Any) -> dict[str, Any]:
    return {each["region"]: each["actions"] for each in table["parts"]}


def test_cities_add_up_and_a_citys_desk_has_its_own(country: Country) -> None:
    people = country.people(2 * LEAST)
    country.ride(people, HANGZHOU, 27)
    country.ride(people, HANGZHOU, 28)
    country.ride(people[:LEAST], NINGBO, 26)
    country.ride(people[: LEAST + 1], ZHEJIANG, 25)
    country.ride(people[:LEAST], "CN-440300", 24)
    assert country.close() > 28
    table = country.told("CN-ZJ")
    assert (table["whole"]["region"], table["whole"]["name"]) == (ZHEJIANG, "浙江")
    assert by_region(table) == {ZHEJIANG: LEAST + 1, HANGZHOU: 4 * LEAST, NINGBO: LEAST}
    assert table["whole"]["actions"] == sum(by_region(table).values())
    saved = sum(float(each["reduction_kg"]) for each in table["parts"])
    assert float(table["whole"]["reduction_kg"]) == pytest.approx(saved)
    assert table["fewer_than"] == LEAST
    assert by_region(country.told()) == {ZHEJIANG: 6 * LEAST + 1, "CN-44": LEAST}
    # Who answers for all of it sees every number; a city's desk its city, and no other.
    country.tokens("operator")
    operator = country.tokens.caller("operator")
    token = country.tokens.of(operator)
    assert country.told(path=DESK, token=token)["whole"]["actions"] == 7 * LEAST + 1
    limited = country.http.post(
        f"/v1/users/{public('usr', operator.user_id)}/area",
        {"region": HANGZHOU, "reason": "The city has a desk of its own."},
        token=country.tokens("authority"),
    )
    assert limited.status_code == 200, limited.text
    own = country.told(path=DESK, token=token)
    assert (own["whole"]["region"], own["whole"]["actions"]) == (HANGZHOU, 4 * LEAST)
    assert country.told(HANGZHOU, DESK, token) == own
    for other in (NINGBO, ZHEJIANG):
        asked = f"{DESK}?month={country.month:%Y-%m}&region={other}"
        assert refusal(country.http.get(asked, token=token)) == (403, "NOT_OF_A_CITY")
    assert_books_balance(country.wiring)


def test_what_is_taken_back_is_taken_off_where_it_was_done(country: Country) -> None:
    people = country.people(LEAST)
    done = country.ride(people, NINGBO, 10)
    country.ride(people, HANGZHOU, 11)
    action = done[0].action_id
    country.wiring.database.transact(reversal(country.wiring, action))
    country.ride(people[1:], WENZHOU, 12)
    country.close()
    # Four people of Wenzhou are not told, nor what would tell them.
    parts = by_region(country.told(ZHEJIANG))
    assert parts[WENZHOU] is None
    assert list(parts.values()).count(None) == 2
    exact = country.told(ZHEJIANG, DESK, country.tokens("operator"))
    assert by_region(exact) == {HANGZHOU: LEAST, NINGBO: LEAST, WENZHOU: LEAST - 1}
    assert exact["fewer_than"] == 0
    with country.wiring.database.engine.connect() as connection:
        kept = connection.exec_driver_sql(
            "select region, reversed, reversed_mg > 0 from region_month where reversed > 0"
        ).all()
    assert [tuple(each) for each in kept] == [(NINGBO, 1, True)]
    assert_books_balance(country.wiring)


def test_a_day_is_counted_once_whoever_counts(country: Country, fresh_database: str) -> None:
    country.ride(country.people(LEAST), HANGZHOU, 5)
    country.close()
    before = country.told(HANGZHOU)
    with country.wiring.database.engine.begin() as connection:
        connection.exec_driver_sql("truncate region_month")
        connection.exec_driver_sql("truncate counted_day")
    for _ in range(3):
        at_once(fresh_database, [count_next_day] * 3)
    country.close()
    assert country.close() == 0, "nothing is left to count"
    assert country.told(HANGZHOU) == before
    assert_books_balance(country.wiring)


def test_who_moves_leaves_what_was_done_where_it_was_done(country: Country) -> None:
    people = country.people(LEAST, HANGZHOU)
    country.ride(people, HANGZHOU, 12)
    for person in people:
        token = country.tokens("participant", tenant=person)
        told = country.http.patch("/v1/me", {"region": NINGBO}, token=token)
        assert told.status_code == 200, told.text
    country.ride(people, NINGBO, 12, hours=1)
    country.ride(people, NINGBO, 13)
    country.close()
    table = country.told(ZHEJIANG)
    assert by_region(table) == {HANGZHOU: LEAST, NINGBO: 2 * LEAST}
    me = country.http.get("/v1/me", token=country.tokens("participant", tenant=people[0])).json
    assert (me["region"], me["actions"]) == (NINGBO, 3), "one account, one history"


def test_a_month_that_is_not_over_is_not_told(country: Country) -> None:
    nothing = country.http.get(PATH)
    assert refusal(nothing) == (422, "MONTH_NOT_COUNTED"), nothing.text
    country.ride(country.people(LEAST), HANGZHOU, 5)
    country.close()
    assert country.http.get(PATH).json["month"] == f"{country.month:%Y-%m}"
    later = months_later(country.month, 1)
    running = country.http.get(f"{PATH}?month={later:%Y-%m}")
    assert refusal(running) == (422, "MONTH_NOT_COUNTED")
    for month, code in (("2026-13", "NOT_A_MONTH"), ("2026", "NOT_A_MONTH"), ("0000-01", "")):
        answer = country.http.get(f"{PATH}?month={month}")
        assert answer.status_code == 422, month
        assert answer.json["errors"][0]["pointer"] == "/month"
        assert code in (answer.json["errors"][0]["code"], "")
    unknown = country.http.get(f"{PATH}?region=CN-331500")
    assert refusal(unknown) == (422, "UNKNOWN_REGION")


def test_a_programme_may_hide_more_and_says_so(country: Country) -> None:
    country.ride(country.people(2 * LEAST), HANGZHOU, 27)
    country.ride(country.people(LEAST + 1), NINGBO, 26)
    country.close()
    told = country.told(ZHEJIANG)
    assert by_region(told) == {HANGZHOU: 2 * LEAST, NINGBO: LEAST + 1}
    terms = StatisticsTerms(LEAST + 2)
    found = country.wiring.database.transact(
        read_region_statistics, None, ZHEJIANG, viewer=None, terms=terms
    )
    assert found.least == LEAST + 2
    # The sum less the larger would tell the smaller: both are hidden, and the sum is told.
    assert [each.total for each in found.table.parts] == [None, None]
    assert found.table.whole.total is not None
    assert found.table.whole.total.actions == 3 * LEAST + 1
