"""Calendars as they are shown: the days of a year, and what was proposed of it."""

from __future__ import annotations

from datetime import datetime

from marshmallow import Schema, fields as plain

from app.http.fields import Moment, moment
from app.ids import public
from behaviours.calendars import (
    ANNOUNCED,
    SOURCES,
    STATED,
    SUPPLIED,
    CalendarYear,
    DayOfYear,
    SuppliedDay,
)
from behaviours.json_value import JsonObject


class CalendarDayAnswer(Schema):
    """A weekday on which nobody works, or a weekend day on which everybody does."""

    day = plain.Date(metadata={"example": "2027-02-08"})
    working = plain.Boolean()
    name = plain.String(allow_none=True, metadata={"example": "春节"})
    source = plain.String(metadata={"enum": [SUPPLIED, STATED, ANNOUNCED]})


class SupplyAnswer(Schema):
    """Who announced the supplied days where, and since when clocks go by them."""

    source = plain.String()
    published_at = Moment()


class CalendarAnswer(Schema):
    """What the programme's clocks go by in a year."""

    year = plain.Integer(metadata={"example": 2027})
    calendar = plain.String(metadata={"example": "cn"})
    known_by = plain.String(
        metadata={
            "enum": list(SOURCES),
            "description": "`supplied` by two people, `stated` by the programme's document,"
            " `announced` by the State Council; `weekdays`: nothing is known yet but Monday to"
            " Friday.",
        }
    )
    supplied = plain.Nested(SupplyAnswer, allow_none=True)
    days = plain.List(plain.Nested(CalendarDayAnswer))


class ProposedDayAnswer(Schema):
    """A day as it was proposed."""

    day = plain.Date()
    working = plain.Boolean()
    name = plain.String(allow_none=True)


class ProposedCalendarAnswer(Schema):
    """The days of a year as they were proposed; published once both roles have signed."""

    id = plain.String(metadata={"example": "cal_0199b2c3d4e57f0080000000000000aa"})
    year = plain.Integer(metadata={"example": 2027})
    source = plain.String(metadata={"description": "Who announced these days, and where."})
    proposed_at = Moment()
    published_at = Moment(allow_none=True)
    days = plain.List(plain.Nested(ProposedDayAnswer))


class AwaitingCalendar(ProposedCalendarAnswer):
    """A proposal, and whose signatures it awaits."""

    awaiting = plain.List(plain.String())


def day_answer(one: DayOfYear) -> JsonObject:
    """A day of a year that is no ordinary one."""
    return {**proposed_day(SuppliedDay(*one[:3])), "source": one.source}


def proposed_day(one: SuppliedDay) -> JsonObject:
    """A day as it was supplied."""
    return {"day": one.day.isoformat(), "working": one.is_working, "name": one.name}


def supply_answer(one: CalendarYear | None) -> JsonObject | None:
    """Where the supplied days of a year come from."""
    if one is None:
        return None
    return {"source": one.said.source, "published_at": _told(one.published_at)}


def proposed_answer(one: CalendarYear) -> JsonObject:
    """A proposal."""
    return {
        "id": public("cal", one.calendar_id),
        "year": one.year,
        "source": one.said.source,
        "proposed_at": moment(one.proposed_at),
        "published_at": _told(one.published_at),
        "days": [proposed_day(each) for each in one.said.days],
    }


def _told(at: datetime | None) -> str | None:
    return moment(at) if at else None
