"""People who ride, at stated moments, and what they ask of teams, rankings and certificates."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from werkzeug.test import TestResponse

from app.clock import StandingClock
from app.factory import create_app
from app.ids import public
from app.usecases.engagement.count_engagement import CountedFrom, count_engagement
from app.wiring import Wiring
from tests.builders.people import Http, Tokens, a_participant, an_organisation, leaving

# A Wednesday in the middle of a month; where it matters the tests say another moment.
BEGIN = datetime(2026, 7, 15, 4, tzinfo=UTC)


class Riders:
    """A provider and people by letters, in books of their own, at a time that the test says."""

    def __init__(self, wiring: Wiring, names: str = "abcdefg", region: str = "CN-330100") -> None:
        self._keys = count()
        self.wiring = wiring
        self.at(BEGIN)
        self.provider = an_organisation(self.wiring)
        self.people = {name: self.somebody(region) for name in names}

    def at(self, moment: datetime) -> None:
        """It is another moment from now on."""
        self.wiring = replace(self.wiring, clock=StandingClock(moment))
        self.app = create_app(self.wiring)
        self.http, self.tokens = Http(self.app), Tokens(self.app, self.wiring)

    def later(self, **by: int) -> None:
        self.at(self.wiring.clock.now() + timedelta(**by))

    def somebody(self, region: str = "CN-330100") -> UUID:
        return a_participant(self.wiring, provider_id=self.provider, region=region)

    def own(self, name: str) -> str:
        return self.tokens("participant", tenant=self.people[name])

    def rides(self, name: str, times: int = 1) -> list[str]:
        """So many rides in the minutes before now, one after the other; ids of the actions."""
        return [self.ride(name) for _ in range(times)]

    def ride(self, name: str, occurred_at: datetime | None = None) -> str:
        if occurred_at is None:
            self.later(minutes=10)
            occurred_at = self.wiring.clock.now() - timedelta(minutes=5)
        body = {
            "participant_id": public("par", self.people[name]),
            "behaviour": "metro_ride",
            "external_id": secrets.token_hex(8),
            "occurred_at": occurred_at.isoformat(),
            "region": "CN-44",
            "quantities": {"trips": "1"},
            "evidence": {"ride_id": secrets.token_hex(8)},
        }
        token = self.tokens("provider", tenant=self.provider)
        made = self.http.post("/v1/actions", body, token=token, key=self.key())
        assert made.status_code == 201, made.text
        return str(made.json["id"])

    def takes_back(self, action: str) -> None:
        token = self.tokens("provider", tenant=self.provider)
        path = f"/v1/actions/{action}/reversals"
        answer = self.http.post(path, {"reason": "Sent twice"}, token=token, key=self.key())
        assert answer.status_code in (200, 201), answer.text

    def asks(self, name: str, path: str, body: Mapping[str, Any] | None = None) -> TestResponse:
        return self.http.post(path, body, token=self.own(name), key=self.key())

    def reads(self, name: str, path: str) -> Any:
        answer = self.http.get(path, token=self.own(name))
        assert answer.status_code == 200, answer.text
        return answer.json

    def leaves_programme(self, name: str) -> None:
        self.wiring.database.transact(leaving(self.wiring, self.people[name]))

    def counts(self) -> int:
        """What the job does: until nothing is left; how many were counted."""
        reached = CountedFrom()
        while True:
            done = self.wiring.database.transact(
                count_engagement, zone=self.wiring.zone, since=reached, most=2
            )
            if done.done == reached.done:
                return done.done
            reached = done

    def key(self) -> str:
        return f"key-{next(self._keys)}"

    # Teams.
    def makes(self, name: str, kind: str = "community") -> str:
        body = {"kind": kind, "name": "Green Lane", "text_version": "1"}
        made = self.asks(name, "/v1/teams", body)
        assert made.status_code == 201, made.text
        return str(made.json["team_id"])

    def joins(self, names: str, team: str) -> None:
        for name in names:
            answer = self.asked_in(name, team)
            assert answer.status_code == 201, answer.text

    def asked_in(self, name: str, team: str) -> TestResponse:
        return self.asks(name, "/v1/teams/join", {"team_id": team, "text_version": "1"})

    # Rankings.
    def enters(self, name: str, pseudonym: str | None = None) -> TestResponse:
        called = pseudonym or f"rider {name}"
        return self.asks(name, "/v1/me/ranking", {"pseudonym": called, "text_version": "1"})

    def ranking(self, name: str, query: str = "") -> Any:
        return self.reads(name, f"/v1/rankings{query}")

    # Certificates.
    def certified(self, name: str, first: str, last: str) -> TestResponse:
        return self.asks(name, "/v1/me/certificates", {"from": first, "to": last})
