"""Routes of events: read in their order by a cursor, or one by its id."""

from __future__ import annotations

from typing import Final, NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import fields as plain

from app.auth import allow, caller
from app.event_types import EVENT_TYPES
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.fields import Line, Strict
from app.http.pages import wanted_limit
from app.http.validators import OneOf
from app.ids import parse, public
from app.shown.events import (
    PREFIX,
    READERS,
    EventAnswer,
    EventsPage,
    event_answer,
    events_answer,
)
from app.usecases.events.read_event import read_event
from app.usecases.events.read_events import read_events
from app.usecases.events.read_last_place import read_last_place
from behaviours.events import EventFilter, EventPage, place_of
from behaviours.retention import EVENTS
from behaviours.retention_due import due_before

blueprint = Blueprint("events", __name__, description="What became of things, for programs.")

LATEST: Final = "latest"
_KINDS: Final = tuple(dict.fromkeys(each.partition(".")[0] for each in EVENT_TYPES))


class EventsQuery(Strict):
    """Which events, and after which place."""

    limit = plain.String(metadata={"description": "How many at most, 1 to 100; usually 20."})
    after = Line(
        most=64,
        metadata={
            "description": "`next_cursor` of an earlier page, or the id of an event; `latest` reads"
            " nothing and tells where what is still to come begins. Without it, from the oldest"
            " that is kept.",
            "example": f"{PREFIX}_0199{28 * '0'}",
        },
    )
    type = plain.String(
        validate=OneOf(sorted({*EVENT_TYPES, *_KINDS})),
        metadata={"description": "A type, `redemption.captured`, or a kind, `redemption`."},
    )
    subject = Line(most=200, metadata={"description": "The thing, by its id."})


class SentEventsQuery(TypedDict):
    """As ``EventsQuery`` loads it."""

    limit: NotRequired[str]
    after: NotRequired[str]
    type: NotRequired[str]
    subject: NotRequired[str]


@blueprint.route("/v1/events")
@allow(*READERS)
@blueprint.arguments(EventsQuery, location="query")
@blueprint.response(200, EventsPage)
def list_events(wanted: SentEventsQuery) -> Response:
    """Read events, oldest first: of the own things, or for the programme all.

    `next_cursor` is always there: ask again with it, and what has happened since is read, each
    event once and none left out, in whatever order it was committed. Of one subject the greater
    `sequence` is the later state; between two subjects the order says nothing. Events are kept as
    long as the retention schedule says; an older place is answered with 410.
    """
    database, after = wiring().database, wanted.get("after")
    if after == LATEST:
        page = EventPage((), database.transact(read_last_place), None)
    else:
        page = database.transact(
            read_events,
            EventFilter(wanted.get("type"), wanted.get("subject")),
            by=caller().viewer,
            after=parse(PREFIX, after, pointer="?after") if after else None,
            most=wanted_limit(),
            kept_since=due_before(wiring().programme.retention, EVENTS, now(), wiring().zone),
        )
    return json_answer(events_answer(page, public(PREFIX, _cursor(page))))


@blueprint.route("/v1/events/<event_id>")
@allow(*READERS)
@blueprint.response(200, EventAnswer)
def read_one_event(event_id: str) -> Response:
    """Read one event."""
    found = wiring().database.transact(read_event, parse(PREFIX, event_id), by=caller().viewer)
    return json_answer(event_answer(found))


def _cursor(page: EventPage) -> UUID:
    """Where the next page begins; what comes after all that is there comes later than now."""
    return place_of(page.reached, page.more_since or now())
