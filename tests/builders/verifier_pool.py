"""A pool of verifiers around a market: bundles are submitted to them over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from app.clock import StandingClock
from app.factory import create_app
from app.ids import public
from app.outbox import names
from app.usecases.pooling.cancel_bundle import cancel_bundle
from app.usecases.pooling.start_report import start_report
from app.wiring import Wiring
from tests.builders.market import NOW, operator, pooled_pv, rows, run, selected, task
from tests.builders.people import Http, Tokens, an_organisation

NUMBER = {"number": "271828182845"}
FREE = {"interests": [], "of_operator": False}


class Pool:
    """The market with its authority and operator, over HTTP."""

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        app = create_app(wiring)
        self.http, self.tokens = Http(app), Tokens(app, wiring)
        self.operator, self.authority = self.tokens("operator"), self.tokens("authority")
        self.pooled = pooled_pv(wiring, people=3)
        (row,) = rows(wiring, "select distinct provider_id from action")
        self.provider: UUID = row["provider_id"]

    def verifier(self, *, declared: Any = FREE, **admission: Any) -> UUID:
        """A verifier of the pool that declared its ties over HTTP (None: not yet)."""
        made = an_organisation(self.wiring, "verifier")
        if declared is not None:
            answer = self.declare(made, **declared)
            assert answer.status_code == 201, answer.get_json()
        body = {"organisation_id": public("org", made), "reason": "Accredited.", **admission}
        assert self.by_two("/v1/verifiers", body).status_code == 201
        return made

    def by_two(self, path: str, body: Any) -> Any:
        """What the authority proposes and an operator signs."""
        asked = self.http.post(path, body, token=self.authority)
        assert (asked.status_code, asked.json["awaiting"]) == (202, ["operator"]), asked.text
        return self.http.post(path, body, token=self.operator)

    def declare(self, verifier: UUID, **ties: Any) -> Any:
        body = {**FREE, **ties}
        return self.http.post("/v1/verifiers/self/ties", body, token=self.token(verifier))

    def token(self, verifier: UUID) -> str:
        return self.tokens("verifier", tenant=verifier)

    def reported(self) -> str:
        """The path of a bundle that waits to be submitted."""
        bundle_id = selected(self.wiring)
        run(self.wiring, start_report, bundle_id, by=operator(), clock=StandingClock(NOW))
        task(self.wiring, names.REPORT_BUNDLE, bundle_id)
        return f"/v1/bundles/{public('bdl', bundle_id)}"

    def submit(self, path: str, **body: Any) -> Any:
        return self.http.post(f"{path}/submit", body, token=self.operator)

    def post(self, path: str, body: Any, verifier: UUID) -> Any:
        return self.http.post(path, body, token=self.token(verifier))

    def cancel(self, path: str) -> None:
        bundle_id = UUID(hex=path[-32:])
        run(self.wiring, cancel_bundle, bundle_id, by=operator(), clock=StandingClock(NOW))
        task(self.wiring, names.RELEASE_BUNDLE, bundle_id)

    def approve(self, path: str, verifier: UUID) -> Any:
        body = {"verifier_id": public("org", verifier), "reason": "The only one with the skill."}
        return self.http.post(f"{path}/verifier", body, token=self.authority)

    def published(self, path: str) -> Any:
        return self.http.get(path.replace("/bundles/", "/registry/verifications/")).get_json()

    def steps(self, path: str, step: str) -> list[Any]:
        return [each["said"] for each in self.published(path)["steps"] if each["step"] == step]
