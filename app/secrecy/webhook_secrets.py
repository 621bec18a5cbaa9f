"""Secrets of webhooks, and the signatures that are made with them (Standard Webhooks, ``v1``).

A secret is kept nowhere: it is made from its id by a key of the identity key, which never changes.
So the database tells none, and there is nothing to wrap anew.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from standardwebhooks.webhooks import Webhook

# The specification asks for 24 to 64 bytes, in base64 after this prefix.
PREFIX: Final = "whsec_"
_WHAT: Final = b"webhook secret\0"


def webhook_secret(secret_id: UUID, identity_key: bytes) -> str:
    """The secret that has this id, as its receiver is given it."""
    made = hmac.digest(identity_key, _WHAT + secret_id.bytes, hashlib.sha256)
    return PREFIX + base64.b64encode(made).decode()


def signed_headers(
    message_id: str, body: bytes, secrets: Sequence[str], *, at: datetime
) -> dict[str, str]:
    """What is sent beside a body: its id, the time in whole seconds, and a signature for each
    secret, the present one first."""
    text = body.decode()
    signatures = [Webhook(each).sign(message_id, at, text) for each in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
