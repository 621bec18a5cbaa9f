"""People, organisations and their tokens, made through the use cases."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from ipaddress import IPv4Address
from typing import Any
from uuid import UUID

from flask import Flask
from werkzeug.test import TestResponse

from app.auth import EXTENSION
from app.http.queries import WRITING
from app.ids import new_id
from app.secrecy.hashing import NOBODYS_PASSWORD
from app.store.database import Connection
from app.store.organisations.users import add_users
from app.tokens import LONGEST_LIFETIME, Caller, mint, tokens
from app.usecases.organisations.create_client import NewClient, create_client
from app.usecases.people.close_account import close_account
from app.usecases.people.enrol import Enrolment, enrol
from app.wiring import Wiring
from behaviours.logbook import has_power
from behaviours.people import Consenting
from behaviours.refusal import Refusal
from behaviours.users import APPLICANT, UserCredentials, open_user
from behaviours.viewer import CASHIER
from tests.builders.scenes import admit_everywhere
from tests.builders.till_staff import a_cashier

CLIENT_ROLES = ("provider", "merchant", "enterprise", "verifier")
EVERY_SCENE = ("clothing", "food", "housing", "travel", "goods", "office", "digital_finance")


def an_address() -> str:
    """An address of a client's own: wrong secrets are counted for each, whoever tests beside it."""
    return str(IPv4Address(secrets.randbelow(2**24) + int(IPv4Address("10.0.0.0"))))


class Http:
    """A client that sends JSON and says who is asking, from an address of its own."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.address = an_address()
        self._nothing_done = False
        self._client = app.test_client()
        self._client.environ_base["REMOTE_ADDR"] = self.address

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        token: str | None = None,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> TestResponse:
        """One request; ``body`` is sent as JSON, ``options`` go to werkzeug's test client."""
        sent = dict(headers or {})
        if token is not None:
            sent["Authorization"] = f"Bearer {token}"
        if key is not None:
            sent["Idempotency-Key"] = key
        if body is not None:
            options["json"] = body
        answer = self._client.open(path, method=method, headers=sent, **options)
        if token is not None and method in WRITING and not self._nothing_done:
            self._check_logged(answer, token)
        return answer

    @contextmanager
    def nothing_done(self) -> Iterator[None]:
        """Around requests that are answered and change nothing, so that no step is logged."""
        self._nothing_done = True
        try:
            yield
        finally:
            self._nothing_done = False

    def _check_logged(self, answer: TestResponse, token: str) -> None:
        """Whatever somebody with power did by way of this client is in the log."""
        asked = answer.request
        refused = answer.status_code >= HTTPStatus.BAD_REQUEST
        if refused or "Idempotency-Replayed" in answer.headers or "dry_run" in asked.args:
            return
        endpoint, _ = self.app.url_map.bind("localhost").match(asked.path, method=asked.method)
        view = self.app.view_functions[endpoint]
        if getattr(view, "hot", True):
            return
        try:
            with self.app.app_context():
                who = tokens().verify(token).caller
        except Refusal:
            # The request itself ended it.
            return
        if not has_power(who.role, as_user=who.client_id is None):
            return
        wiring: Wiring = self.app.extensions[EXTENSION]
        with wiring.database.engine.connect() as connection:
            found = connection.exec_driver_sql(
                "select verb from log_entry where request_id = %s",
                (answer.headers["Request-Id"],),
            ).scalars()
            assert view.step in set(found), f"{asked.path} left no row of {view.step}"

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.send("GET", path, **options)

    def post(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        return self.send("POST", path, body, **options)

    def patch(self, path: str, body: Any = None, **options: Any) -> TestResponse:
        return self.send("PATCH", path, body, **options)

    def delete(self, path: str, **options: Any) -> TestResponse:
        return self.send("DELETE", path, **options)


@dataclass(frozen=True)
class Tokens:
    """Tokens for fresh callers, or for callers that exist."""

    app: Flask
    wiring: Wiring

    def __call__(self, role: str, *, tenant: UUID | None = None) -> str:
        """A token of ``role``; ``tenant`` names an organisation or participant that exists."""
        return self.of(self.caller(role, tenant=tenant))

    def of(self, who: Caller, *, lifetime_s: int = 3600) -> str:
        """A token of a caller that exists."""
        with self.app.app_context():
            return mint(who, lifetime_s=lifetime_s)

    def caller(self, role: str, *, tenant: UUID | None = None) -> Caller:
        """A caller of ``role``, with everything behind it in the books."""
        if role in CLIENT_ROLES:
            organisation_id = tenant or an_organisation(self.wiring, role)
            return Caller(role, organisation_id, organisation_id, f"test-{new_id().hex}")
        if role == "participant":
            person = tenant or a_participant(self.wiring)
            return Caller(role, a_user(self.wiring, role, participant_id=person), person, None)
        if role == CASHIER:
            merchant_id = tenant or an_organisation(self.wiring, "merchant")
            return Caller(role, a_cashier(self.wiring, merchant_id, "S1"), merchant_id, None)
        if role == APPLICANT:
            return Caller(role, new_id(), tenant or new_id(), None)
        return Caller(role, a_user(self.wiring, role), None, None)


def an_organisation(wiring: Wiring, kind: str = "provider") -> UUID:
    """A fresh organisation with a client; its id. A provider may report every scene."""
    new = NewClient(kind=kind, name=f"{kind} {secrets.token_hex(4)}")
    made = wiring.database.transact(create_client, [new], now=wiring.clock.now())
    if kind == "provider":
        admit_everywhere(wiring, made[0].organisation_id)
    return made[0].organisation_id


def a_user(wiring: Wiring, role: str, *, participant_id: UUID | None = None) -> UUID:
    """A fresh user; its id. Nobody knows the password, so none is hashed, which takes long."""
    user = open_user(
        new_id(),
        f"{role}-{secrets.token_hex(6)}",
        role,
        participant_id=participant_id,
        now=wiring.clock.now(),
    )
    wiring.database.transact(add_users, [UserCredentials(user, NOBODYS_PASSWORD)])
    return user.user_id


def a_participant(
    wiring: Wiring,
    *,
    provider_id: UUID | None = None,
    region: str = "CN-33",
    scenes: tuple[str, ...] = EVERY_SCENE,
    identity: str | None = None,
    subject: str | None = None,
    agreed_at: datetime | None = None,
) -> UUID:
    """A fresh person who consents to ``scenes`` with ``provider_id`` (a fresh one by default).

    They agreed two months ago: no test of what was done an hour ago depends on its own hour. Who
    comes back agrees anew, ``agreed_at`` a moment after they left.
    """
    provider_id = provider_id or an_organisation(wiring, "provider")
    agreed_at = agreed_at or wiring.clock.now() - timedelta(days=60)
    new = Enrolment(
        identity=identity or f"person-{secrets.token_hex(8)}",
        region=region,
        consents=tuple(Consenting(scene, "2026-01", agreed_at) for scene in scenes),
        subject=subject,
    )
    made = wiring.database.transact(
        enrol,
        [new],
        organisation_id=provider_id,
        identity_key=wiring.settings.identity_key,
        scenes=wiring.scenes,
        clock=wiring.clock,
    )
    return made[0].participant_id


def agreed_long_ago(wiring: Wiring, person: UUID) -> UUID:
    """The same person, whose consents are of two months ago: no test depends on its hour."""
    with wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "update consent set granted_at = granted_at - interval '60 days'"
            " where participant_id = %s",
            (person,),
        )
    return person


def leaving(wiring: Wiring, person: UUID) -> Callable[[Connection], Any]:
    """The person leaves, in the transaction that this is given."""
    return lambda connection: close_account(
        connection,
        [person],
        access_lifetime=LONGEST_LIFETIME,
        clock=wiring.clock,
        rulebook=wiring.rulebook,
    )
