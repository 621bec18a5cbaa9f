"""What routes of webhooks are given."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, NotRequired, TypedDict
from uuid import UUID

from marshmallow import fields as plain

from app.event_types import EVENT_TYPES
from app.http.fields import Line, PublicId, Strict
from app.http.pages import OfAPage, WantedPage
from app.http.validators import Between, OneOf
from app.shown.events import PREFIX as EVENT
from behaviours.webhooks import (
    MOST_OVERLAP_HOURS,
    MOST_URL,
    OUTCOMES,
    OVERLAP,
    NewWebhook,
    chosen_types,
)

_USUAL_OVERLAP = OVERLAP // timedelta(hours=1)
EXAMPLE = {
    "url": "https://hooks.example.cn/tanpuhui",
    "types": ["redemption.captured", "redemption.reversed"],
    "description": "Settlement",
}


def _type(**more: Any) -> plain.String:
    return plain.String(
        validate=OneOf(EVENT_TYPES),
        metadata={"enum": list(EVENT_TYPES), "example": "redemption.captured"},
        **more,
    )


class WebhookBody(Strict):
    """Where events are sent, and which."""

    url = Line(
        required=True,
        most=MOST_URL,
        metadata={
            "description": "https, to port 443 or 8443; in test mode also http and any port.",
            "example": EXAMPLE["url"],
        },
    )
    types = plain.List(
        _type(), metadata={"description": "Left out or empty: all that the caller may see."}
    )
    description = Line(most=200, metadata={"example": EXAMPLE["description"]})


class SentWebhook(TypedDict):
    """As ``WebhookBody`` loads it."""

    url: str
    types: NotRequired[list[str]]
    description: NotRequired[str]


class EnablingBody(Strict):
    """From where on it is sent events again."""

    skip_missed = plain.Boolean(
        metadata={
            "description": "True: what happened meanwhile is not sent; else it goes on where it"
            " stopped, with what is still kept."
        }
    )


class SentEnabling(TypedDict):
    """As ``EnablingBody`` loads it."""

    skip_missed: NotRequired[bool]


class SecretRotationBody(Strict):
    """How long the secret of before stays good."""

    overlap_hours = plain.Integer(
        strict=True,
        validate=Between(min=0, max=MOST_OVERLAP_HOURS),
        metadata={
            "description": f"Usually {_USUAL_OVERLAP}; 0: it ends at once, for one that leaked."
        },
    )


class SentSecretRotation(TypedDict):
    """As ``SecretRotationBody`` loads it."""

    overlap_hours: NotRequired[int]


class RangeBody(Strict):
    """A range of events, each by its id or a `next_cursor` of /v1/events."""

    after = PublicId(EVENT, required=True)
    until = PublicId(EVENT, required=True)


class SentRange(TypedDict):
    """As ``RangeBody`` loads it."""

    after: UUID
    until: UUID


class TrialBody(Strict):
    """Of which type the message is."""

    type = _type(required=True)


class SentTrial(TypedDict):
    """As ``TrialBody`` loads it."""

    type: str


class DeliveriesQuery(OfAPage):
    """Which attempts."""

    outcome = plain.String(validate=OneOf(OUTCOMES), metadata={"enum": list(OUTCOMES)})
    event_id = PublicId(EVENT)


class SentDeliveriesQuery(WantedPage):
    """As ``DeliveriesQuery`` loads it."""

    outcome: NotRequired[str]
    event_id: NotRequired[UUID]


def new_webhook(sent: SentWebhook) -> NewWebhook:
    """The endpoint that a body tells of."""
    types = chosen_types(sent.get("types", ()))
    return NewWebhook(sent["url"], sent.get("description", ""), types)


def overlap_of(sent: SentSecretRotation) -> timedelta:
    """For how long both secrets are good."""
    return timedelta(hours=sent.get("overlap_hours", _USUAL_OVERLAP))
