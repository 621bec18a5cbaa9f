"""Vectors of signatures: what a receiver has to take, and what it has to refuse."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from marshmallow import Schema, fields as plain

from app.ids import public
from app.secrecy.webhook_secrets import PREFIX as SECRET, signed_headers
from app.shown.events import PREFIX
from app.shown.webhooks import event_body, trial_body
from behaviours.events import WrittenEvent, place_of
from behaviours.json_value import JsonObject

_AT: Final = datetime(2026, 11, 27, 4, tzinfo=UTC)
# Nobody's: they are published.
_SECRETS: Final = tuple(
    SECRET + base64.b64encode(bytes(range(first, first + 32))).decode() for first in (0, 100)
)
_EVENT: Final = WrittenEvent(42, "redemption.captured", f"rdm_0199{28 * '0'}", None, _AT)


class VectorAnswer(Schema):
    """One message."""

    name = plain.String(metadata={"example": "one_secret"})
    valid = plain.Boolean(metadata={"description": "Whether a receiver takes it at that time."})
    secret = plain.String(metadata={"description": "The receiver's."})
    headers = plain.Dict(keys=plain.String(), values=plain.String())
    body = plain.String(metadata={"description": "Byte by byte, in UTF-8."})


class VectorsAnswer(Schema):
    """How a signature is made, and messages with theirs."""

    specification = plain.String()
    signed = plain.String(metadata={"example": "{webhook-id}.{webhook-timestamp}.{body}"})
    received_at = plain.Integer(metadata={"description": "At which second all are received."})
    vectors = plain.List(plain.Nested(VectorAnswer))


def signature_vectors() -> JsonObject:
    """The vectors, as JSON."""
    one, other = _SECRETS
    body = event_body(_EVENT)
    name = public(PREFIX, place_of(_EVENT.number, _AT))
    trial_id = UUID(int=1)
    trial = trial_body(trial_id, _EVENT.type, at=_AT)
    plainly = signed_headers(name, body, [one], at=_AT)
    both = signed_headers(name, body, [other, one], at=_AT)
    old = datetime.fromtimestamp(_AT.timestamp() - 301, UTC)
    return {
        "specification": "https://www.standardwebhooks.com",
        "signed": "{webhook-id}.{webhook-timestamp}.{body}",
        "received_at": int(_AT.timestamp()),
        "vectors": [
            _vector("one_secret", one, plainly, body),
            _vector("two_signatures_former_secret", one, both, body),
            _vector("two_signatures_new_secret", other, both, body),
            _vector(
                "test_message",
                one,
                signed_headers(public(PREFIX, trial_id), trial, [one], at=_AT),
                trial,
            ),
            _vector("another_secret", other, plainly, body, valid=False),
            _vector("another_body", one, plainly, body + b" ", valid=False),
            _vector("another_id", one, {**plainly, "webhook-id": f"{name}0"}, body, valid=False),
            _vector(
                "another_time",
                one,
                {**plainly, "webhook-timestamp": str(int(_AT.timestamp()) + 1)},
                body,
                valid=False,
            ),
            _vector("too_old", one, signed_headers(name, body, [one], at=old), body, valid=False),
        ],
    }


def _vector(
    name: str, secret: str, headers: dict[str, str], body: bytes, *, valid: bool = True
) -> JsonObject:
    return {
        "name": name,
        "valid": valid,
        "secret": secret,
        "headers": headers,
        "body": body.decode(),
    }
