"""The published vectors hold for whoever reads the specification, and not this program."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any
from uuid import UUID

import pytest

from app.secrecy.webhook_secrets import webhook_secret
from app.shown.webhook_vectors import signature_vectors
from tests.builders.people import Http

TOLERANCE_S = 300
VECTORS = signature_vectors()


def is_taken(vector: dict[str, Any], received_at: int) -> bool:
    """What a receiver does, from the text of Standard Webhooks."""
    headers = vector["headers"]
    stamp = headers["webhook-timestamp"]
    if abs(received_at - int(stamp)) > TOLERANCE_S:
        return False
    key = base64.b64decode(vector["secret"][len("whsec_") :])
    signed = f"{headers['webhook-id']}.{stamp}.{vector['body']}".encode()
    right = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest())
    given = [each.split(",", 1) for each in headers["webhook-signature"].split(" ")]
    return any(v == "v1" and hmac.compare_digest(s.encode(), right) for v, s in given)


@pytest.mark.parametrize("vector", VECTORS["vectors"], ids=lambda vector: vector["name"])
def test_a_receiver_takes_what_is_valid_and_nothing_else(vector: dict[str, Any]) -> None:
    assert is_taken(vector, VECTORS["received_at"]) == vector["valid"]


def test_anybody_reads_the_vectors_and_they_never_change(http: Http) -> None:
    answer = http.get("/v1/webhooks/signature-vectors")
    assert answer.status_code == 200
    assert answer.get_json() == VECTORS
    digest = hashlib.sha256(answer.data).hexdigest()
    assert digest == "1c20e61070c3215576e5cee7af17bf823558a35156d9823490e6d9e7a8fa3a9f"


def test_a_secret_is_made_of_its_id_and_of_the_key() -> None:
    one = webhook_secret(UUID(int=1), b"k" * 32)
    assert one == webhook_secret(UUID(int=1), b"k" * 32)
    assert one.startswith("whsec_")
    assert len(base64.b64decode(one[6:])) == 32
    assert (
        len({one, webhook_secret(UUID(int=2), b"k" * 32), webhook_secret(UUID(int=1), b"l")}) == 3
    )
