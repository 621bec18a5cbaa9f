"""Somebody who complains, who must answer, and the two who answer for the programme."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.ids import public
from app.store.audit.complaining import COMPLAINTS
from app.tokens import LONGEST_LIFETIME, Caller
from app.usecases.complaints.pass_deadlines import pass_deadlines
from app.usecases.complaints.take_step import Stepping, take_step
from app.usecases.people.close_account import close_account
from app.wiring import Wiring
from behaviours.actions.waiting import USUAL_TERMS, WaitTerms
from behaviours.civil_time import civil_day
from behaviours.refusal import Refusal
from tests.builders.actions import a_ride, recording
from tests.builders.people import (
    Http,
    Tokens,
    a_participant,
    an_organisation,
)

SLIP = hashlib.sha256(b"a photograph of the turnstile's slip").hexdigest()
# Longer than ten working days ever take.
LATE_S = 40 * 86_400
REFUSED = {"outcome": "refuse", "reason_code": "not_done", "text": "No ride of that morning."}


@dataclass
class ComplaintScene:
    """A person, a provider that should have reported a ride, and two people of the authority."""

    http: Http
    tokens: Tokens
    wiring: Wiring

    def __post_init__(self) -> None:
        self.provider_id = an_organisation(self.wiring)
        self.person = a_participant(self.wiring, provider_id=self.provider_id)
        self.callers: dict[str, Caller] = {
            "person": self.tokens.caller("participant", tenant=self.person),
            "provider": self.tokens.caller("provider", tenant=self.provider_id),
            "operator": self.tokens.caller("operator"),
            "authority": self.tokens.caller("authority"),
        }
        done_at = self.wiring.clock.now().replace(microsecond=0) - timedelta(minutes=30)
        self.ride = a_ride(self.person, self.provider_id, occurred_at=done_at)

    def token(self, who: str) -> str:
        return self.tokens.of(self.callers[who])

    def post(self, path: str, body: Any = None, *, who: str = "person") -> Any:
        return self.http.post(f"/v1/complaints{path}", body, token=self.token(who))

    def get(self, path: str, *, who: str = "person") -> Any:
        return self.http.get(f"/v1/complaints{path}", token=self.token(who))

    @property
    def missing(self) -> dict[str, Any]:
        return {
            "kind": "missing_credit",
            "behaviour": "metro_ride",
            "occurred_on": civil_day(self.ride.occurred_at, self.wiring.zone).isoformat(),
            "provider_id": public("org", self.provider_id),
            "text": "I rode and was not credited.",
            "files": [SLIP],
        }

    def filed(self, **changes: Any) -> str:
        answer = self.post("", {**self.missing, **changes})
        assert answer.status_code == 201, answer.text
        return str(answer.json["number"])

    def replied(self, **changes: Any) -> str:
        number = self.filed(**changes)
        answer = self.post(f"/{number}/reply", REFUSED, who="provider")
        assert answer.status_code == 200, answer.text
        return number

    def escalated(self) -> str:
        number = self.replied()
        answer = self.post(f"/{number}/escalate", {"text": "Look at the slip."})
        assert answer.status_code == 200, answer.text
        return number

    def recorded(self, *, terms: WaitTerms = USUAL_TERMS, **changes: Any) -> str:
        (made,) = recording(self.wiring, [replace(self.ride, **changes)], terms=terms)
        assert not isinstance(made, Refusal), made
        assert made.action_id is not None
        return public("act", made.action_id)

    def later(self) -> None:
        self.wiring.clock.advance(LATE_S)

    def sweep(self) -> int:
        done = 0
        while some := self.wiring.database.transact(
            pass_deadlines, deadlines=self.wiring.deadlines, clock=self.wiring.clock
        ):
            done += some
        return done

    def step(self, number: str, step: str, who: str, **said: Any) -> Any:
        return partial(
            take_step,
            number=number,
            stepping=Stepping(step, **said),
            viewer=self.callers[who].viewer,
            deadlines=self.wiring.deadlines,
            clock=self.wiring.clock,
        )

    def leave(self, connection: Any) -> list[str]:
        return close_account(
            connection,
            [self.person],
            access_lifetime=LONGEST_LIFETIME,
            clock=self.wiring.clock,
            rulebook=self.wiring.rulebook,
        )

    def answered(self, work: Any) -> Any:
        try:
            return self.wiring.database.transact(work)
        except Refusal as refusal:
            return refusal

    def broken(self) -> list[str]:
        given = {"zone": str(self.wiring.zone)}
        ours = text("select number from complaint where participant_id = :person")
        rows = text(f"select offender from ({COMPLAINTS.rows}) c (offender, bad) where bad")
        with self.wiring.database.engine.connect() as connection:
            numbers = connection.execute(ours, {"person": self.person}).scalars().all()
            return [each for each in connection.execute(rows, given).scalars() if each in numbers]


@pytest.fixture
def scene(moving: tuple[Flask, Wiring]) -> ComplaintScene:
    """Somebody who complains, in an application whose clock the test moves."""
    app, moved = moving
    return ComplaintScene(Http(app), Tokens(app, moved), moved)
