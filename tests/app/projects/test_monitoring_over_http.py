"""The chain of a monitoring period as its parties take it over the API."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.clock import StandingClock
from app.factory import create_app
from app.wiring import Wiring
from behaviours.working_days import last_working_day
from tests.builders.answers import refusal
from tests.builders.monitored import FIXED, LATER, Sunny, days, of_meters
from tests.builders.people import Http, Tokens

SPAN = days("2024-07-01", "2025-01-01")
EXPORT = {"export": {"M1.2024": "410250", "M2.2024": "205125", "M3.2024": "98750"},
          "import": {"M1.2024": "6125"}}  # fmt: skip


@pytest.fixture
def sunny(wiring: Wiring) -> Sunny:
    return Sunny(wiring)


def table(sunny: Sunny) -> dict[str, Any]:
    rows = [
        {
            "from": span.starts_on.isoformat(),
            "to": span.ends_before.isoformat(),
            "quantities": of_meters(
                span,
                {"export": {f"{each}.{span.starts_on.year}": "100000" for each in sunny.meters}},
                sunny.meters,
            ),
            "saved_kg": "196957.500000",
        }
        for span in sunny.crediting.by_year()
    ]
    return {"project_parameters": FIXED, "rows": rows, "total_kg": "590872.5"}


def values(sunny: Sunny) -> list[dict[str, Any]]:
    return [
        {
            "parameter": each.parameter,
            "key": each.key,
            "value": each.value,
            "from": each.span.starts_on.isoformat(),
            "to": each.span.ends_before.isoformat(),
            "quality": each.quality,
            "evidence_sha256": each.evidence.hex(),
        }
        for each in sunny.measured(SPAN, EXPORT)
    ]


def test_from_the_table_to_the_units(sunny: Sunny) -> None:
    owner, project = sunny.applicant, sunny.path
    wrong = {**table(sunny), "total_kg": "196957.5"}
    assert refusal(owner.post(f"{project}/ex-ante", wrong)) == (409, "EX_ANTE_NOT_REPRODUCED")
    stated = owner.post(f"{project}/ex-ante", table(sunny))
    assert (stated.status_code, stated.json["total_kg"]) == (201, "590872.500000")
    assert owner.get(f"{project}/ex-ante").json == stated.json
    body = {"from": "2024-07-01", "to": "2025-01-01"}
    early = owner.post(f"{project}/monitoring-periods", body)
    assert refusal(early) == (409, "PROJECT_STATE_CONFLICT")
    sunny.registered()
    opened = owner.post(f"{project}/monitoring-periods", body)
    assert (opened.status_code, opened.json["state"]) == (201, "open")
    assert owner.get(f"{project}/monitoring-periods").json["monitoring_periods"] == [opened.json]
    period = f"/v1/monitoring-periods/{opened.json['id']}"
    calls = Calls(sunny, period)

    measured = calls.post("measurements", {"measurements": values(sunny)})
    assert (measured.status_code, len(measured.json["measurements"])) == (201, 15)
    again = calls.post("measurements", {"measurements": values(sunny)[:1]})
    assert refusal(again) == (409, "MEASURED_BEFORE")
    locked = calls.post("lock")
    assert (locked.status_code, locked.json["saved_kg"]) == (200, "464819.700000")
    assert calls.get("calculation").json == locked.json
    # 464.8 t are more than the expected 196.9: the report says why.
    assert refusal(calls.post("report", {})) == (422, "REPORT_UNFIT")
    reported = calls.post("report", {"reason": "Sunnier than expected."})
    assert reported.status_code == 201
    compared = reported.json["report"]["comparison"]
    assert (compared["actual_mg"], compared["difference_ppm"]) == ("464819700000", 1_360_000)

    verifier = sunny.a_verifier()
    noticed = calls.post("notice", by="operator").json
    # Twenty working days by the rule of reports; bundles are given fewer.
    assert sunny.wiring.programme.notice.working_days < 20
    last = last_working_day(LATER.date(), 20, sunny.wiring.calendar)
    assert (noticed["state"], noticed["notice_until"]) == ("on_notice", last.isoformat())
    seat = {"verifier_id": f"org_{verifier.hex}"}
    assert refusal(calls.post("verifier", seat, by="authority")) == (409, "REPORT_ON_NOTICE")
    calls.wait()
    assert calls.post("verifier", seat, by="authority").json["state"] == "in_verification"
    raised = calls.post(
        "findings",
        {"findings": [{"kind": "CL", "section": "5b", "text": "Which roof?"}]},
        by="verifier",
        tenant=verifier,
    )
    (finding,) = raised.json["findings"]
    opinion = {"verdict": "positive", "scale": "small", "statement": "Read.",
               "deduction_kg": "819.7", "uncorrected_kg": "100"}  # fmt: skip
    theirs = {"by": "verifier", "tenant": verifier}
    assert refusal(calls.post("opinion", opinion, **theirs)) == (409, "FINDING_OPEN")
    said = {"finding_id": finding["id"], "text": "The southern one."}
    assert calls.post("findings/answers", {"answers": [said]}).status_code == 200
    closing = {"judged": [{**said, "reply": "closed"}]}
    assert calls.post("findings/judgements", closing, **theirs).status_code == 200
    assert calls.post("opinion", opinion, **theirs).json["state"] == "verified"
    assert calls.post("issuance-request").json["state"] == "issuance_requested"
    first = calls.post("issue", by="operator")
    assert (first.status_code, first.json["awaiting"]) == (202, ["authority"])
    second = calls.post("issue", by="authority")
    assert (second.status_code, second.json["state"]) == (201, "issued")
    held = sunny.http.get("/v1/holdings", token=calls.owner).json["data"]
    assert [Decimal(each["quantity_t"]) for each in held] == [464]


class Calls:
    """Who calls on a period; the owner where nobody else is named."""

    def __init__(self, sunny: Sunny, period: str) -> None:
        self.sunny, self.period = sunny, period
        self.owner = sunny.applicant.token
        self.http, self.tokens = sunny.http, sunny.tokens

    def wait(self) -> None:
        """Sixty days later."""
        later = replace(self.sunny.wiring, clock=StandingClock(LATER + timedelta(60)))
        app = create_app(later)
        self.http, self.tokens = Http(app), Tokens(app, later)
        self.owner = self.tokens("enterprise", tenant=self.sunny.owner.tenant_id)
        self.sunny.http = self.http

    def get(self, path: str) -> Any:
        return self.http.get(f"{self.period}/{path}", token=self.owner)

    def post(self, path: str, body: Any = None, *, by: str = "", tenant: Any = None) -> Any:
        token = self.tokens(by, tenant=tenant) if by else self.owner
        return self.http.post(f"{self.period}/{path}", body, token=token)
