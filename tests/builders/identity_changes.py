"""Somebody whose number is another one now, and the two who read the evidence."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.ids import public
from app.secrecy.identities import identity_digests
from app.store.audit.title import IDENTITIES
from app.store.people.identities import people_of
from app.tokens import LONGEST_LIFETIME
from app.usecases.people.ask_identity_change import ask_identity_change
from app.usecases.people.sign_identity_change import sign_identity_change
from app.wiring import Wiring
from behaviours.identity_change import (
    REPLACED,
    NewIdentity,
)
from behaviours.viewer import Viewer
from tests.builders.audit import broken_of
from tests.builders.people import Http, Tokens, a_participant, a_user

FILE = hashlib.sha256(b"a scan of the new card").digest()
NOTICE_S = 7 * 86_400


def a_number() -> str:
    return f"number-{secrets.token_hex(9)}"


@dataclass
class Scene:
    """A person with a number, and two people of the programme."""

    http: Http
    tokens: Tokens
    wiring: Wiring
    person: UUID
    number: str

    def __post_init__(self) -> None:
        self.operator, self.authority = self.tokens("operator"), self.tokens("authority")
        self.own = self.tokens("participant", tenant=self.person)

    @property
    def path(self) -> str:
        return f"/v1/participants/{public('par', self.person)}/identity-changes"

    def ask(self, number: str, *, reason: str = REPLACED, token: str | None = None) -> Any:
        return self.http.post(
            self.path,
            {"identity": number, "evidence_sha256": FILE.hex(), "reason": reason, "note": "seen"},
            token=token or self.operator,
        )

    def sign(
        self, change: str, number: str, *, token: str | None = None, file: bytes = FILE
    ) -> Any:
        return self.http.post(
            f"{self.path}/{change}/sign",
            {"identity": number, "evidence_sha256": file.hex()},
            token=token or self.authority,
        )

    def changed(self, number: str, *, reason: str = REPLACED) -> TestResponse:
        asked = self.ask(number, reason=reason)
        assert asked.status_code == 202, asked.text
        self.wiring.clock.advance(NOTICE_S)
        done: TestResponse = self.sign(asked.json["id"], number)
        assert done.status_code == 201, done.text
        return done

    def leads_to(self, number: str) -> UUID | None:
        digest, *_ = identity_digests(number, self.wiring.settings.identity_key)
        return self.wiring.database.transact(people_of, [digest]).get(digest)

    def broken(self) -> list[str]:
        asked = text("select change_id from identity_change where participant_id = :person")
        with self.wiring.database.engine.connect() as connection:
            changes = connection.execute(asked, {"person": self.person}).scalars().all()
        return broken_of(self.wiring, IDENTITIES, [self.person, *changes])


@pytest.fixture
def scene(moving) -> Scene:
    app, moved = moving
    number = a_number()
    person = a_participant(moved, identity=number)
    return Scene(Http(app), Tokens(app, moved), moved, person, number)


def asking(scene: Scene, number: str, reason: str = REPLACED):
    return lambda connection: ask_identity_change(
        connection,
        scene.person,
        NewIdentity(number, FILE, reason, "seen"),
        viewer=Viewer("operator", None, a_user(scene.wiring, "operator")),
        identity_key=scene.wiring.settings.identity_key,
        notice=timedelta(0),
        signed_for=scene.wiring.programme.signed_for,
        clock=scene.wiring.clock,
    )


def signing(scene: Scene, change_id: UUID, number: str):
    authority = Viewer("authority", None, a_user(scene.wiring, "authority"))
    return lambda connection: sign_identity_change(
        connection,
        scene.person,
        change_id,
        identity=number,
        evidence_sha256=FILE,
        viewer=authority,
        identity_key=scene.wiring.settings.identity_key,
        signed_for=scene.wiring.programme.signed_for,
        access_lifetime=LONGEST_LIFETIME,
        clock=scene.wiring.clock,
    )


def asked_now(scene: Scene, number: str, reason: str = REPLACED) -> UUID:
    change = scene.wiring.database.transact(asking(scene, number, reason))
    return change.asked.change_id
