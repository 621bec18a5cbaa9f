"""Events as programs read them: CloudEvents 1.0 in their JSON format, and nothing of the thing."""

from __future__ import annotations

from typing import Final

from marshmallow import Schema, fields as plain

from app.http.fields import moment
from app.ids import public
from app.tokens import ROLES
from behaviours.events import EventPage, WrittenEvent
from behaviours.json_value import JsonObject
from behaviours.users import APPLICANT, PARTICIPANT
from behaviours.viewer import CASHIER
from rewards.redemption.redemption import CAPTURED

PREFIX: Final = "evt"
# Who has programs that read events.
READERS: Final = tuple(role for role in ROLES if role not in (PARTICIPANT, APPLICANT, CASHIER))
SOURCE: Final = "/v1/events"


class EventData(Schema):
    """Which thing, and how it stands; ask for the thing by its id for more."""

    id = plain.String(metadata={"example": f"rdm_0199{28 * '0'}"})
    state = plain.String(metadata={"example": CAPTURED})
    version = plain.Integer(
        allow_none=True,
        metadata={"description": "The revision that the thing has by then; null: it has none."},
    )


class EventAnswer(Schema):
    """One event (CloudEvents 1.0)."""

    specversion = plain.String(metadata={"example": "1.0"})
    id = plain.String(metadata={"example": f"{PREFIX}_0199{28 * '0'}"})
    source = plain.String(metadata={"example": SOURCE})
    type = plain.String(metadata={"example": "redemption.captured"})
    subject = plain.String(metadata={"example": f"rdm_0199{28 * '0'}"})
    time = plain.String(metadata={"format": "date-time"})
    sequence = plain.String(
        metadata={
            "example": "00000000000000000042",
            "description": "Of one subject the greater is the later; compare as text.",
        }
    )
    datacontenttype = plain.String(metadata={"example": "application/json"})
    data = plain.Nested(EventData)


class EventsPage(Schema):
    """A page of events, oldest first, and where the next one begins."""

    data = plain.List(plain.Nested(EventAnswer))
    has_more = plain.Boolean(
        metadata={"description": "Go on at once. With a filter a page may be empty and be true."}
    )
    next_cursor = plain.String(
        metadata={"description": "Send it as `after`, now or when something may have happened."}
    )


def event_answer(event: WrittenEvent) -> JsonObject:
    """One event, as JSON."""
    return {
        "specversion": "1.0",
        "id": public(PREFIX, event.event_id),
        "source": SOURCE,
        "type": event.type,
        "subject": event.subject,
        "time": moment(event.occurred_at),
        # So many digits that texts are in the order of their numbers.
        "sequence": f"{event.number:020d}",
        "datacontenttype": "application/json",
        "data": {"id": event.subject, "state": event.state, "version": event.version},
    }


def events_answer(page: EventPage, next_cursor: str) -> JsonObject:
    """A page of events, as JSON."""
    return {
        "data": [event_answer(each) for each in page.events],
        "has_more": page.has_more,
        "next_cursor": next_cursor,
    }
