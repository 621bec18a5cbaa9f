"""Two people supply the days of a year, and every clock that begins then goes by them."""

from __future__ import annotations

from datetime import date
from itertools import count

import pytest

from app.factory import create_app
from app.http.registers import MEDIA
from app.ids import new_id, public
from app.wiring import Wiring
from behaviours.civil_time import civil_day
from tests.builders.answers import refusal
from tests.builders.complaints import ComplaintScene
from tests.builders.empty_market import market, shut
from tests.builders.people import Http, Tokens

__all__ = ["market", "shut"]

# Far ahead, so that no clock of another test goes by them; each test has years of its own.
YEARS = count(2050)
SOURCE = "国办发明电〔2049〕1号"


class Desk:
    """An operator and an authority, who propose and sign."""

    def __init__(self, http: Http, tokens: Tokens) -> None:
        self.http = http
        self.operator, self.authority = tokens("operator"), tokens("authority")

    def propose(self, *days: tuple[str, bool, str | None], token: str | None = None) -> object:
        body = {
            "source": SOURCE,
            "days": [
                {"day": day, "working": works} | ({"name": name} if name else {})
                for day, works, name in days
            ],
        }
        return self.http.post("/v1/calendars", body, token=token or self.operator)

    def publish(self, calendar_id: str, token: str | None = None) -> object:
        path = f"/v1/calendars/{calendar_id}/publish"
        return self.http.post(path, token=token or self.authority)

    def published(self, *days: tuple[str, bool, str | None]) -> None:
        answer = self.publish(self.propose(*days).json["id"])
        assert (answer.status_code, answer.json["awaiting"]) == (201, []), answer.text

    def sent(
        self, raw: str | bytes, form: str, token: str | None = None, query: str = ""
    ) -> object:
        return self.http.send(
            "POST",
            f"/v1/calendars/import{query}",
            data=raw if isinstance(raw, bytes) else raw.encode(),
            content_type=MEDIA[form],
            token=token or self.operator,
        )


@pytest.fixture
def desk(http: Http, token_for: Tokens) -> Desk:
    return Desk(http, token_for)


def test_a_year_that_nobody_announced_is_supplied_by_two(desk: Desk) -> None:
    year = next(YEARS)
    holiday, made_up = f"{year}-10-03", saturday(year)
    before = desk.http.get(f"/v1/calendars/{year}").json
    assert (before["known_by"], before["supplied"], before["days"]) == ("weekdays", None, [])
    proposed = desk.propose((holiday, False, "国庆节"), (made_up, True, None))
    assert (proposed.status_code, proposed.json["awaiting"]) == (202, ["authority"])
    assert desk.http.get(f"/v1/calendars/{year}").json == before, "one alone changes nothing"
    with desk.http.nothing_done():
        other_operator = desk.publish(proposed.json["id"], token=desk.operator)
    assert (other_operator.status_code, other_operator.json["awaiting"]) == (202, ["authority"])
    published = desk.publish(proposed.json["id"])
    assert published.status_code == 201, published.text
    told = desk.http.get(f"/v1/calendars/{year}").json
    assert (told["known_by"], told["supplied"]["source"]) == ("supplied", SOURCE)
    assert told["supplied"]["published_at"] == published.json["published_at"]
    days = {each["day"]: each for each in told["days"]}
    assert days[holiday] == {
        "day": holiday, "working": False, "name": "国庆节", "source": "supplied"
    }  # fmt: skip
    assert days[made_up]["working"] is True
    again = desk.publish(proposed.json["id"])
    assert refusal(again) == (409, "CALENDAR_PUBLISHED")


def test_what_is_published_last_takes_the_place_of_the_year(desk: Desk) -> None:
    year = next(YEARS)
    early = desk.propose((f"{year}-05-03", False, None)).json["id"]
    desk.published((f"{year}-10-03", False, None))
    assert refusal(desk.publish(early)) == (409, "CALENDAR_PUBLISHED"), "it is overtaken"
    desk.published((f"{year}-10-04", False, None))
    told = desk.http.get(f"/v1/calendars/{year}").json
    assert [each["day"] for each in told["days"]] == [f"{year}-10-04"]


def test_what_is_announced_is_told_and_a_supplied_day_goes_before_it(desk: Desk) -> None:
    told = desk.http.get("/v1/calendars/2024").json
    assert told["known_by"] == "announced"
    days = {each["day"]: each for each in told["days"]}
    # The State Council's notice for 2024: 10 February is New Year; Sunday the 4th is worked.
    assert (days["2024-02-12"]["working"], days["2024-02-12"]["source"]) == (False, "announced")
    assert days["2024-02-04"]["working"] is True
    desk.published(("2024-02-12", True, None))
    told = desk.http.get("/v1/calendars/2024").json
    days = {each["day"]: each for each in told["days"]}
    assert (days["2024-02-12"]["working"], days["2024-02-12"]["source"]) == (True, "supplied")
    assert days["2024-02-13"]["source"] == "announced"


@pytest.mark.parametrize("form", ["csv", "yaml"])
def test_years_come_in_and_go_out_as_they_were(desk: Desk, form: str) -> None:
    first, second = next(YEARS), next(YEARS)
    raw = "day,working,name,source\n"
    raw += f"{second}-05-02,false,=劳动节,{SOURCE}\n{first}-10-03,false,国庆节,{SOURCE}\n"
    tried = desk.sent(raw, "csv", query="?dry_run=true")
    assert (tried.status_code, tried.json) == (200, {"rows": 2})
    assert ids_of(desk, first) == []
    taken = desk.sent(raw, "csv")
    assert (taken.status_code, taken.json) == (201, {"rows": 2}), taken.text
    with desk.http.nothing_done():
        assert desk.sent(raw, "csv").json == {"rows": 2}
    assert str(first) not in desk.http.get("/v1/calendars/export").text, "nothing is published yet"
    for year in (first, second):
        (proposed,) = ids_of(desk, year)
        assert desk.publish(proposed).status_code == 201
    out = desk.http.get(f"/v1/calendars/export?format={form}")
    assert out.content_type.startswith(MEDIA[form])
    with desk.http.nothing_done():
        assert desk.sent(out.data, form).status_code == 201
    assert desk.http.get(f"/v1/calendars/export?format={form}").data == out.data
    assert len(ids_of(desk, first)) == 1, "what stands is not proposed again"


@pytest.mark.parametrize(
    ("rows", "pointer"),
    [
        ("{0}-10-01,false,,S\n{0}-10-01,true,,S\n", "/rows/1/day"),
        ("{0}-10-01,false,,S\n{0}-10-02,false,,T\n", "/rows/1/source"),
        ("{0}-10-01,false,,S\n{0}-13-02,false,,S\n", "/rows/1/day"),
        ("{0}-10-01,perhaps,,S\n", "/rows/0/working"),
        ("{0}-10-01,false,,\n", "/rows/0/source"),
    ],
)
def test_a_wrong_file_says_where_and_nothing_is_taken(desk: Desk, rows: str, pointer: str) -> None:
    year = next(YEARS)
    answer = desk.sent("day,working,name,source\n" + rows.format(year), "csv")
    assert answer.status_code == 422, answer.text
    told = [each["pointer"] for each in answer.json["errors"]]
    assert told == [pointer]
    assert ids_of(desk, year) == []


def test_what_is_no_calendar_is_refused(desk: Desk) -> None:
    year = next(YEARS)
    two = desk.propose((f"{year}-10-01", False, None), (f"{next(YEARS)}-10-01", False, None))
    assert refusal(two) == (422, "CALENDAR_DAYS_WRONG")
    assert refusal(desk.publish(public("cal", new_id()))) == (404, "NOT_FOUND")
    for path in ("/v1/calendars/1999", "/v1/calendars/x"):
        assert desk.http.get(path).status_code == 404


def test_a_clock_that_begins_goes_by_it_and_one_that_runs_keeps_its_day(market: Wiring) -> None:
    app = create_app(market)
    scene = ComplaintScene(Http(app), Tokens(app, market), market)
    desk = Desk(scene.http, scene.tokens)
    old = scene.get(f"/{scene.filed()}").json
    due_on = date.fromisoformat(old["due_at"][:10])
    today = civil_day(market.clock.now(), market.zone)
    free = [date.fromordinal(at) for at in range(today.toordinal() + 1, due_on.toordinal() + 1)]
    for year in {each.year for each in free}:
        desk.published(*((each.isoformat(), False, None) for each in free if each.year == year))
    new = scene.get(f"/{scene.filed()}").json
    assert date.fromisoformat(new["due_at"][:10]) > due_on
    kept = scene.get(f"/{old['number']}").json
    assert kept["due_at"] == old["due_at"]


def ids_of(desk: Desk, year: int) -> list[str]:
    found = desk.http.get("/v1/calendars?limit=100", token=desk.operator).json["data"]
    return [each["id"] for each in found if each["year"] == year]


def saturday(year: int) -> str:
    first = date(year, 3, 1)
    return date.fromordinal(first.toordinal() + (5 - first.weekday()) % 7).isoformat()
