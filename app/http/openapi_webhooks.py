"""The part of the contract that is asked of receivers: what is sent to them, by type of event."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from behaviours.json_value import JsonObject

_ITEM: Final = "WebhookMessage"
_HEADERS: Final = {
    "webhook-id": "The event's id: the same each time that it is sent.",
    "webhook-timestamp": "When it is sent, in seconds; refuse what is five minutes old.",
    "webhook-signature": "`v1,` and the signature in base64; of several one has to be right.",
}


def add_webhooks(document: dict[str, JsonObject], types: Sequence[str], schema: str) -> None:
    """Say in the contract that each of these types is sent as this schema is."""
    items = dict(document["components"])
    items["pathItems"] = {_ITEM: {"post": _operation(schema)}}
    document["components"] = items
    document["webhooks"] = {each: {"$ref": f"#/components/pathItems/{_ITEM}"} for each in types}


def _operation(schema: str) -> JsonObject:
    body = {"schema": {"$ref": f"#/components/schemas/{schema}"}}
    return {
        "summary": "An event is sent (Standard Webhooks).",
        "operationId": "receive_event",
        "security": [],
        "parameters": [
            {
                "name": name,
                "in": "header",
                "required": True,
                "description": description,
                "schema": {"type": "string"},
            }
            for name, description in _HEADERS.items()
        ],
        "requestBody": {"required": True, "content": {"application/cloudevents+json": body}},
        "responses": {
            "2XX": {"description": "It was taken."},
            "410": {"description": "Nothing more is to be sent: the endpoint is disabled."},
            "default": {"description": "It is sent again, ten times within some 75 hours."},
        },
    }
