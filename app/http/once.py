"""Once: a request with an Idempotency-Key takes effect once, however often it is sent.

The answer is kept in the transaction of the effect, so that there is never one without the other.
A refusal takes no effect and is therefore not kept: the same key may be sent again when the reason
is gone. Answers are kept for 24 hours by real time, because clients retry by real time.

What is kept tells nothing to who reads the table: requests are told apart by a keyed hash, because
they hold identities that a plain one would let anybody guess, and answers, which hold the codes of
vouchers, are encrypted with a key that takes the client's own Idempotency-Key to make.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Concatenate, Generic, ParamSpec, TypeVar
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Response, g, request

from app.auth import caller
from app.http.body import json_body
from app.http.current import wiring
from app.ids import parse
from app.store.database import Connection, rehearsing
from app.store.log.acting import forget_step, tell_answered
from app.store.platform.answers import KeptAnswer, claim, keep, look_again
from app.tokens import real_now
from behaviours.json_value import Json, JsonObject
from behaviours.logged_things import subject_named
from behaviours.refusal import Conflict, Invalid, Malformed, Refusal

NONCE_BYTES = 12
# Characters: 64 random bits, even where they are written in hexadecimal.
LEAST_KEY_OF_NOBODY = 16
_KEY = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?")

Value = TypeVar("Value")
Given = ParamSpec("Given")
Work = Callable[[Connection], tuple[JsonObject, int]]


class IdempotencyKeyMissing(Malformed):
    """This route moves points, stock, units or money: it must know a repeat from a new request."""


class IdempotencyKeyMalformed(Malformed):
    """The Idempotency-Key is not 1 to 255 printable ASCII characters."""


class IdempotencyKeyGuessable(Malformed):
    """Whoever has no account is known by the key alone: it must be one that nobody guesses."""


class IdempotencyKeyInUse(Conflict):
    """A request with the same Idempotency-Key is being carried out at this moment."""


class IdempotencyKeyReused(Invalid):
    """The Idempotency-Key was used before, with another body."""


@dataclass(frozen=True, slots=True)
class once(Generic[Value]):  # noqa: N801 - reads as a verb: ``once(shown)(verb, …)``
    """Carry out a verb once for its Idempotency-Key and answer what it returned as ``shown``.

    ::

        return once(trade_answer, status=201)(order_units, listing_id, quantity_t=…, now=now())

    ``status`` may be decided by the returned value. ``required=False`` is for routes whose
    business key already tells a repeat: without the header the verb is simply carried out.
    ``key`` is that of a form of ours, which cannot send the header.
    """

    shown: Callable[[Value], JsonObject]
    status: int | Callable[[Value], int] = 200
    required: bool = True
    key: str | None = None

    def __call__(
        self,
        verb: Callable[Concatenate[Connection, Given], Value],
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Response:
        """Run ``verb(connection, …)`` in one transaction with the keeping of its answer."""

        def work(connection: Connection) -> tuple[JsonObject, int]:
            value = verb(connection, *given, **named)
            status = self.status if isinstance(self.status, int) else self.status(value)
            shown = self.shown(value)
            tell_answered(subject_named(str(shown.get("id", ""))))
            return shown, status

        return _answered(work, required=self.required, of_form=self.key)


@dataclass(frozen=True, slots=True)
class step_of(Generic[Value]):  # noqa: N801 - makes verbs: ``work_on = step_of("bdl", worked_on)``
    """Steps of one kind of thing, taken as ``once`` does without a key: the thing is named by its
    public id, and the answer shows it as it stands then.

    ::

        return work_on(cancel, bundle_id, **by_caller())
    """

    prefix: str
    shown: Callable[[Value], JsonObject]
    status: int | Callable[[Value], int] = 200

    def __call__(
        self,
        verb: Callable[Concatenate[Connection, UUID, Given], Value],
        public_id: str,
        *given: Given.args,
        **named: Given.kwargs,
    ) -> Response:
        """Run ``verb(connection, id, …)``; an id of another kind is unknown."""
        taking = once(self.shown, self.status, required=False)
        return taking(verb, parse(self.prefix, public_id), *given, **named)


def lasting_reference(stated: str | None) -> str:
    """The business key of this request, which never expires: the one it states, or its
    Idempotency-Key, so that what can be done once only is not done again after 24 hours.

    Raises IdempotencyKeyMissing when it has neither. A dry run needs none.
    """
    if stated is not None:
        return f"stated:{stated}"
    header = request.headers.get("Idempotency-Key")
    if header is None and not rehearsing():
        raise IdempotencyKeyMissing
    key = _bare(header) if header else secrets.token_hex(16)
    return f"key:{caller().name}:{key}"


def _answered(work: Work, *, required: bool, of_form: str | None) -> Response:
    """Carry out ``work`` in one transaction and answer what it returns: a body and a status.

    With a key that was seen before, ``work`` is not called and the kept answer is replayed.
    """
    header = of_form or request.headers.get("Idempotency-Key")
    if header is None or rehearsing():
        # What is taken back needs no key, and must not use one up.
        if required and not rehearsing():
            raise IdempotencyKeyMissing
        done, status = wiring().database.transact(work)
        return _response(orjson.dumps(done), status)
    scope = _scope(_bare(header))
    fingerprint = _fingerprint(request.form.items(multi=True) if of_form else None)
    kept, replayed = wiring().database.transact(_kept_or_new, work, scope, fingerprint)
    if kept.fingerprint != fingerprint:
        raise IdempotencyKeyReused
    body = _decrypted(kept.body, scope) if replayed else kept.body
    response = _response(body, kept.status)
    if replayed:
        response.headers["Idempotency-Replayed"] = "true"
    return response


def _kept_or_new(
    connection: Connection, work: Work, scope: bytes, fingerprint: bytes
) -> tuple[KeptAnswer, bool]:
    """The answer of this key, and whether it was kept from before."""
    key = hashlib.sha256(scope).digest()
    free, kept = claim(connection, key)
    if kept is not None:
        forget_step()
        return kept, True
    if not free:
        raise IdempotencyKeyInUse(retry_after_s=1)
    try:
        body, status = work(connection)
    except Refusal:
        # The first request may have ended between our look and our lock; then this refusal is
        # about what that one did, and its answer is ours.
        kept = look_again(connection, key)
        if kept is None:
            raise
        forget_step()
        return kept, True
    fresh = KeptAnswer(fingerprint, status, orjson.dumps(body))
    keep(connection, key, replace(fresh, body=_encrypted(fresh.body, scope)), now=real_now())
    return fresh, False


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
        raise IdempotencyKeyMalformed(most=255)
    return key


def _scope(key: str) -> bytes:
    """Where a key is good: the same key of another caller or at another route is another one.

    Raises IdempotencyKeyGuessable at a route that anybody may use.
    """
    mode = wiring().settings.mode
    asking = caller().name if "caller" in g else _nobody(key)
    parts = (asking, request.method, request.path, mode, key)
    return "\0".join(parts).encode()


def _nobody(key: str) -> str:
    """Who asks without saying who: all of them, so that two of them must not choose one key."""
    if len(key) < LEAST_KEY_OF_NOBODY:
        raise IdempotencyKeyGuessable(least=LEAST_KEY_OF_NOBODY)
    return ""


def _fingerprint(form: Iterable[tuple[str, str]] | None) -> bytes:
    # The language that a form of ours was read in changes nothing of what it asks.
    query = sorted(request.args.items(multi=True)) if form is None else []
    body = _sent() if form is None else sorted(form)
    asked = orjson.dumps([body, query], option=orjson.OPT_SORT_KEYS)
    return hmac.digest(_secret(), b"request\0" + asked, hashlib.sha256)


def _sent() -> Json:
    sent = request.get_data(cache=True)
    # A file is what it is, byte by byte; JSON is the same in any spelling.
    return (json_body() if request.is_json else sent.hex()) if sent else None


def _encrypted(body: bytes, scope: bytes) -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + _cipher(scope).encrypt(nonce, body, None)


def _decrypted(body: bytes, scope: bytes) -> bytes:
    return _cipher(scope).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], None)


def _cipher(scope: bytes) -> AESGCM:
    return AESGCM(hmac.digest(_secret(), b"answer\0" + scope, hashlib.sha256))


def _secret() -> bytes:
    return wiring().settings.secret_key.encode()
