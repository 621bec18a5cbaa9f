"""The programme's clock, which can be moved forward in test mode and only there."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, TypedDict

from marshmallow import Schema, fields as plain
from werkzeug.exceptions import NotFound

from app.auth import allow_public
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.fields import Moment, Points, Strict, moment
from app.http.queries import no_dry_run
from app.http.refusals import ClockStaysForward
from behaviours.json_value import JsonObject

blueprint = Blueprint("test mode", __name__, description="Only in test mode; else 404.")

MOST_SECONDS = 100 * 366 * 86_400


class ClockStep(Strict):
    """How far: exactly one of the three."""

    EXAMPLE: ClassVar[JsonObject] = {"days": 1}

    seconds = Points(least=1, most=MOST_SECONDS)
    days = Points(least=1, most=100 * 366)
    to = Moment()


class SentStep(TypedDict, total=False):
    """As ``ClockStep`` loads it."""

    seconds: int
    days: int
    to: datetime


class Time(Schema):
    """What the programme takes for the present."""

    now = plain.String(metadata={"format": "date-time"})
    ahead_s = plain.Integer(metadata={"description": "Seconds ahead of real time."})


@blueprint.route("/v1/test/clock")
@allow_public
@blueprint.response(200, Time)
def read_clock() -> JsonObject:
    """Read the clock."""
    _only_in_test_mode()
    return _time(now())


@blueprint.route("/v1/test/clock/advance", methods=["POST"])
@no_dry_run
@allow_public
@blueprint.arguments(ClockStep)
@blueprint.response(200, Time)
def advance_clock(step: SentStep) -> JsonObject:
    """Move the clock forward, by `seconds`, by `days`, or `to` a moment."""
    _only_in_test_mode()
    if len(step) != 1:
        raise ClockStaysForward("one")
    before = now()
    if "to" in step:
        # Whole seconds, rounded up: the clock has reached the moment when we answer.
        seconds = -int((before - step["to"]).total_seconds() // 1)
    else:
        seconds = step.get("seconds", 0) + step.get("days", 0) * 86_400
    if not 0 < seconds <= MOST_SECONDS - wiring().clock.offset().total_seconds():
        raise ClockStaysForward("forward", pointer=f"/{next(iter(step))}", now=moment(before))
    return _time(wiring().clock.advance(seconds))


def _only_in_test_mode() -> None:
    if not wiring().settings.is_test_mode:
        raise NotFound


def _time(present: datetime) -> JsonObject:
    ahead_s = int(wiring().clock.offset().total_seconds())
    return {"now": moment(present), "ahead_s": ahead_s}
