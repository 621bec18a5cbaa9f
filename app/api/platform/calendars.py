"""Routes of calendars: the days by which clocks run, and how two people supply those of a year."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final, NotRequired, TypedDict

from flask import Response
from marshmallow import fields as plain
from werkzeug.exceptions import NotFound

from app.auth import allow, allow_public, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.fields import Day, Line, Strict, moment
from app.http.once import once
from app.http.pages import page_of, whole_or_page
from app.http.registers import Register, Shown, exported, rows_taken, sent_rows, takes_file
from app.http.signing import made_when_signed, with_awaited
from app.http.validators import Count
from app.ids import parse
from app.shown.calendars import (
    AwaitingCalendar,
    CalendarAnswer,
    ProposedCalendarAnswer,
    day_answer,
    proposed_answer,
    proposed_day,
    supply_answer,
)
from app.usecases.platform.propose_calendars import propose_calendars
from app.usecases.platform.read_calendars import read_calendars
from app.usecases.platform.sign_calendar import sign_calendar
from app.wiring import Wiring
from behaviours.calendars import (
    MOST_DAYS,
    CalendarYear,
    SuppliedDay,
    days_out_of_line,
    newest,
    one_year_of,
    source_of,
    years_of,
)
from behaviours.json_value import JsonObject

blueprint = Blueprint(
    "calendars", __name__, description="Holidays and made-up working days, year by year."
)


class SuppliedDayBody(Strict):
    """A day on which nobody works, or a weekend day on which everybody does."""

    day = Day(required=True, metadata={"example": "2027-02-08"})
    working = plain.Boolean(truthy={True}, falsy={False}, required=True)
    name = Line(most=64, metadata={"example": "春节"})


class SentDay(TypedDict):
    """As ``SuppliedDayBody`` loads it."""

    day: date
    working: bool
    name: NotRequired[str]


class CalendarBody(Strict):
    """The days of a year, and who announced them where."""

    source = Line(required=True, most=300, metadata={"example": "国办发明电〔2026〕7号"})
    days = plain.List(plain.Nested(SuppliedDayBody), required=True, validate=Count(1, MOST_DAYS))


class SentCalendar(TypedDict):
    """As ``CalendarBody`` loads it."""

    source: str
    days: list[SentDay]


class CalendarDayRow(SuppliedDayBody):
    """A day as a row of a file, with its source."""

    source = Line(required=True, most=300)


class SentDayRow(SentDay):
    """As ``CalendarDayRow`` loads it."""

    source: str


ProposedCalendars = page_of(ProposedCalendarAnswer, "ProposedCalendars")
CALENDARS = Register("calendars", CalendarDayRow(), frozenset({"published_at"}))
COLUMNS: Final = ("day", "working", "name", "source", "published_at")
EXAMPLE_FILE: Final = "day,working,name,source\n2027-02-08,false,春节,国办发明电〔2026〕7号\n"
# Years that a calendar of this programme can be asked for.
_YEARS: Final = range(2000, 2101)
_CALENDAR_YEAR: Final = re.compile("[0-9]{4}")


@blueprint.route("/v1/calendars/<year>", methods=["GET"])
@allow_public
@blueprint.response(200, CalendarAnswer)
def read_calendar(year: str) -> Response:
    """The days of a year that are no ordinary ones, and from where each is known.

    What two people supplied goes before the programme's document, and that before what the State
    Council announced, as far as this release knows it.
    """
    if not (_CALENDAR_YEAR.fullmatch(year) and int(year) in _YEARS):
        raise NotFound
    calendar, supplied = wiring().programme.notice.calendar, wiring().supplied_years
    number = int(year)
    return json_answer(
        {
            "year": number,
            "calendar": calendar.name,
            "known_by": source_of(number, calendar, supplied),
            "supplied": supply_answer(supplied.get(number)),
            "days": [day_answer(each) for each in days_out_of_line(number, calendar, supplied)],
        }
    )


@blueprint.route("/v1/calendars", methods=["GET"])
@allow("operator", "authority")
@blueprint.paged
@blueprint.response(200, ProposedCalendars)
def list_proposed_calendars() -> Response:
    """Every proposal of the days of a year, the last first."""
    found = wiring().database.transact(read_calendars)
    return json_answer(whole_or_page([proposed_answer(each) for each in reversed(found)]))


@blueprint.route("/v1/calendars", methods=["POST"])
@allow("operator", "authority", step="calendar.propose")
@blueprint.arguments(CalendarBody)
@blueprint.response(202, AwaitingCalendar)
def propose_calendar(body: SentCalendar) -> Response:
    """Propose the days of one year and sign them; the other role publishes them.

    They take the place of what was supplied of that year before, as a whole. Clocks that run
    already keep their day.
    """
    return once(_signed_one, status=202, required=False)(
        propose_calendars,
        one_year_of([(_day(each), body["source"]) for each in body["days"]]),
        by=caller().viewer,
        clock=wiring().clock,
    )


@blueprint.route("/v1/calendars/<calendar_id>/publish", methods=["POST"])
@allow("operator", "authority", step="calendar.publish")
@blueprint.signed(201, AwaitingCalendar)
def publish_calendar(calendar_id: str) -> Response:
    """Sign the proposed days; the second signature, of another person and role, publishes them."""
    answer = once(with_awaited(proposed_answer), status=made_when_signed, required=False)(
        sign_calendar, parse("cal", calendar_id), by=caller().viewer, clock=wiring().clock
    )
    wiring().calendars.expect_news(wiring().database)
    return answer


@exported(blueprint, CALENDARS, "The supplied days", to=allow_public)
def export_calendars(parts: Wiring) -> Shown:
    """What was published last of each year, in a file that `import` takes in again."""
    years = newest(parts.database.transact(read_calendars))
    rows = (row for _, year in sorted(years.items()) for row in _rows(year))
    return rows, list(COLUMNS)


@blueprint.route("/v1/calendars/import", methods=["POST"])
@allow("operator", "authority", step="calendar.import")
@takes_file(blueprint, CALENDARS, EXAMPLE_FILE)
def import_calendars() -> Response:
    """Propose every year of a file as a whole and sign it; the other role publishes each.

    A year that stands with the same days is left as it is.
    """
    years = years_of([said_of(each) for each in sent_rows(CALENDARS)])
    return once(_rows_of, status=201, required=False)(
        propose_calendars, years, by=caller().viewer, clock=wiring().clock
    )


def said_of(row: SentDayRow) -> tuple[SuppliedDay, str]:
    """The day that a row of a file tells of, and its source."""
    return _day(row), row["source"]


def _rows(year: CalendarYear) -> Iterator[JsonObject]:
    assert year.published_at is not None, "only what is published is exported"
    known = {"source": year.said.source, "published_at": moment(year.published_at)}
    return ({**proposed_day(each), **known} for each in year.said.days)


def _day(body: SentDay) -> SuppliedDay:
    return SuppliedDay(body["day"], body["working"], body.get("name"))


def _signed_one(done: Sequence[tuple[CalendarYear, Sequence[str]]]) -> JsonObject:
    (only,) = done
    return with_awaited(proposed_answer)(only)


def _rows_of(done: Sequence[tuple[CalendarYear, Sequence[str]]]) -> JsonObject:
    return rows_taken([day for year, _ in done for day in year.said.days])
