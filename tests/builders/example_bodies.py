"""The body that the contract shows of each operation, made whole where it leaves something open."""

from __future__ import annotations

from typing import Any

from flask import Flask

from app.http.openapi import described
from app.http.queries import WRITING
from app.ids import new_id, public
from tests.builders.evidence import SLIP

JSON, FORM = "application/json", "multipart/form-data"
# Whole, so that it can be sent again and again.
_A_FILE = (
    b'--part\r\nContent-Disposition: form-data; name="file"; filename="slip.jpg"\r\n\r\n'
    + SLIP
    + b"\r\n--part--\r\n"
)
# What an example leaves out, because a person may leave it out or a member says it in words.
_SOMEBODY = public("par", new_id())
_ALSO = {
    "POST /v1/complaints": {"participant_id": _SOMEBODY},
    "POST /v1/installations": {"participant_id": _SOMEBODY, "region": "CN-33"},
    "POST /v1/installations/{installation_id}/holder": {"participant_id": _SOMEBODY},
}


def example_bodies(app: Flask) -> dict[str, dict[str, Any]]:
    """By operation, ``POST /v1/bundles``: what ``Http.send`` is given to send it."""
    contract = described(app)
    found = {}
    for path, methods in contract["paths"].items():
        for method in methods.keys() & {each.lower() for each in WRITING}:
            name = f"{method.upper()} {path}"
            bodies = methods[method].get("requestBody", {}).get("content", {})
            kind = next(iter(bodies), JSON)
            example = bodies.get(kind, {}).get("example")
            if name in _ALSO:
                example = {**(example or {}), **_ALSO[name]}
            found[name] = (
                {"body": example} if kind == JSON else {"data": example, "content_type": kind}
            )
            if kind == FORM:
                found[name] = {"data": _A_FILE, "content_type": f"{FORM}; boundary=part"}
    return found
