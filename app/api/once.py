"""Once: a request with an Idempotency-Key takes effect once, however often it is sent.

The answer is kept in the transaction of the effect, so that there is never one without the other.
A refusal takes no effect and is therefore not kept: the same key may be sent again when the reason
is gone. Answers are kept for 24 hours by real time, because clients retry by real time.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
from flask import Response, request

from app.api.body import json_body
from app.api.current import wiring
from app.auth import caller, real_now
from app.store.database import Connection
from app.store.platform.answers import KeptAnswer, claim, keep
from behaviours.refusal import Refusal

KEPT_FOR = timedelta(hours=24)
_KEY = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?")

Work = Callable[[Connection], tuple[dict[str, Any], int]]


class IdempotencyKeyMissing(Refusal):
    """This door moves points, stock, units or money, so it must know a repeat from a new wish."""

    code = "IDEMPOTENCY_KEY_MISSING"


class IdempotencyKeyMalformed(Refusal):
    """The Idempotency-Key is not 1 to 255 printable ASCII characters."""

    code = "IDEMPOTENCY_KEY_MALFORMED"


class IdempotencyKeyInUse(Refusal):
    """A request with the same Idempotency-Key is being carried out at this moment."""

    code = "IDEMPOTENCY_KEY_IN_USE"


class IdempotencyKeyReused(Refusal):
    """The Idempotency-Key was used before, with another body."""

    code = "IDEMPOTENCY_KEY_REUSED"


def answer_once(work: Work, *, required: bool = True) -> Response:
    """Carry out ``work`` in one transaction and answer what it returns: a body and a status.

    With a key that was seen before, ``work`` is not called and the kept answer is replayed.
    ``required=False`` for doors whose business key already tells a repeat: without the header
    ``work`` is simply carried out.
    """
    header = request.headers.get("Idempotency-Key")
    if header is None:
        if required:
            raise IdempotencyKeyMissing(
                "Send an Idempotency-Key header: a fresh random value for each new wish, "
                "the same value when you send it again."
            )
        body, status = wiring().database.transact(work)
        return _response(orjson.dumps(body), status)
    key, fingerprint = _key_digest(_bare(header)), _fingerprint()

    def once(books: Connection) -> tuple[KeptAnswer, bool]:
        free, kept = claim(books, key)
        if kept is not None:
            return kept, True
        if not free:
            raise IdempotencyKeyInUse(
                "A request with this Idempotency-Key is still being carried out. "
                "Send it again in a second.",
                details={"retry_after_s": 1},
            )
        body, status = work(books)
        fresh = KeptAnswer(fingerprint, status, orjson.dumps(body))
        keep(books, key, fresh, now=real_now())
        return fresh, False

    kept, replayed = wiring().database.transact(once)
    if kept.fingerprint != fingerprint:
        raise IdempotencyKeyReused(
            "This Idempotency-Key was used for another request. Take a fresh key for a new wish."
        )
    response = _response(kept.body, kept.status)
    if replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def _response(body: bytes, status: int) -> Response:
    if status == 204:
        return Response(status=204)
    return Response(body, status=status, content_type="application/json")


def _bare(header: str) -> str:
    """The key itself: quoted as in the draft standard, or bare as most clients send it."""
    key = header.strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    if not _KEY.fullmatch(key):
        raise IdempotencyKeyMalformed(
            "An Idempotency-Key is 1 to 255 printable ASCII characters; a UUID is a good one."
        )
    return key


def _key_digest(key: str) -> bytes:
    mode = wiring().settings.mode
    scope = (caller().name, request.method, request.path, mode, key)
    return hashlib.sha256("\0".join(scope).encode()).digest()


def _fingerprint() -> bytes:
    body = json_body() if request.get_data(cache=True) else None
    query = sorted(request.args.items(multi=True))
    return hashlib.sha256(orjson.dumps([body, query], option=orjson.OPT_SORT_KEYS)).digest()
