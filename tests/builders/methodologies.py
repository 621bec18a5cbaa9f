"""Rules as they are sent: a ride that saves what the test says, in a behaviour of its own."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.factory import create_app
from app.tokens import Caller
from app.wiring import Wiring
from tests.builders.people import Http, Tokens

_DOCUMENT = """
code: {code}
version: "{version}"
behaviour: {behaviour}
title: {{zh: 试乘, en: Test ride}}
category: 行
action_class: scene
document: {{title: A text for tests, issuer: "", number: "", date: "", url: ""}}
scope: Rides of a test.
applicability: [Tests.]
applicant: The person who rode.
subject: person
regions: {regions}
in_force: {{from: {starts_on}}}
crediting_period: Each ride once.
quantities:
  trips: {{unit: trip, least: "1", most: "10", whole: true, meaning: Rides, evidence: ride_id}}
evidence:
  ride_id: {{meaning: The id of the ride.}}
interval: {{required: false, most_hours: "12"}}
claims:
  - {{kind: ride, evidence: [ride_id]}}
exclusions: []
parameters:
  EF_trip:
    unit: kgCO2e/trip
    meaning: Reduction per ride
    values:
      - {{value: "{kg}", source: text, grade: official}}
equations:
  - {{name: ER, is: {equation}, unit: kgCO2e, meaning: Reduction, source: text, grade: official}}
result: ER
rounding: {{to: mg, mode: down, negative: zero}}
{limits}
caps: []
missing: []
sources:
  text: {{title: "Nobody: a text for tests", url: "https://example.org/text", read: All of it.}}
"""
_EXAMPLES = """
examples:
  - title: One ride
    origin: computed
    region: {region}
    occurred_on: {starts_on}
    quantities: {{trips: "1"}}
    evidence: {{ride_id: one}}
    saved_mg: "{saved_mg}"
"""
DECLARED = {
    "employer": "An institute of nobody's",
    "belongs_to_applicant": False,
    "took_part_in_drafting": False,
}
FILING = {
    "applicant": "岭南低碳研究院",
    "contact_role": "methodology lead",
    "statement": "The saving is measured.\nIt is additional.",
    "eligibility": {"voluntary": "Nobody has to ride."},
    "design_document": {"title": "Test ride", "text": "1. Scope\n2. Equation"},
}


@dataclass
class Rule:
    """A rule of its own behaviour unless the test names one."""

    starts_on: date
    saved_mg: int = 50_000
    code: str = field(default_factory=lambda: f"test.{_name()}")
    version: str = "1"
    behaviour: str = field(default_factory=lambda: f"ride_{_name()}")
    regions: str = "all"
    equation: str = "trips * EF_trip"
    # The field ``limits:`` whole, where the rule limits what counts.
    limits: str = ""

    @property
    def path(self) -> str:
        return f"/v1/methodologies/{self.code}/versions/{self.version}"

    @property
    def label(self) -> str:
        return f"{self.code}@{self.version}"

    def body(self) -> dict[str, Any]:
        kg = f"{self.saved_mg // 10**6}.{self.saved_mg % 10**6:06d}"
        region = "CN-44" if self.regions == "all" else self.regions.strip("[]")[:5]
        given = {**vars(self), "kg": kg, "region": region}
        return {"document": _DOCUMENT.format(**given), "examples": _EXAMPLES.format(**given)}


@dataclass
class Office:
    """The people of the lifecycle, with a route each to one process."""

    wiring: Wiring

    def __post_init__(self) -> None:
        self.app = create_app(self.wiring)
        self.tokens = Tokens(self.app, self.wiring)
        self.people: dict[str, Caller] = {
            name: self.tokens.caller(name.rstrip("2"))
            for name in ("operator", "operator2", "authority", "authority2", "verifier")
        }

    @property
    def http(self) -> Http:
        """A client of its own for each use, so that several may ask at once."""
        return Http(self.app)

    def token(self, name: str) -> str:
        return self.tokens.of(self.people[name])

    def post(self, path: str, body: Any = None, *, by: str, **options: Any) -> Any:
        return self.http.post(path, body, token=self.token(by), **options)

    def send(self, method: str, path: str, body: Any = None, *, by: str, **options: Any) -> Any:
        return self.http.send(method, path, body, token=self.token(by), **options)

    def draft(self, rule: Rule, *, by: str = "operator") -> Any:
        return self.post(f"/v1/methodologies/{rule.code}/versions", rule.body(), by=by)

    def file(self, rule: Rule, **changes: Any) -> Any:
        return self.post(f"{rule.path}/file", {**FILING, **changes}, by="operator")

    def review(self, rule: Rule, opinion: str = "approve", *, by: str = "verifier", **said) -> Any:
        body = {"opinion": opinion, "reasons": "Read.", "declaration": {**DECLARED, **said}}
        return self.post(f"{rule.path}/review", body, by=by)

    def reviewed(self, rule: Rule) -> None:
        """Draft, file and approve."""
        for answer in (self.draft(rule), self.file(rule), self.review(rule)):
            assert answer.status_code in (200, 201), answer.text

    def published(self, rule: Rule) -> None:
        """All the way."""
        self.reviewed(rule)
        first = self.post(f"{rule.path}/publish", by="operator")
        assert (first.status_code, first.json["awaiting"]) == (202, ["authority"]), first.text
        second = self.post(f"{rule.path}/publish", by="authority")
        assert (second.status_code, second.json["state"]) == (201, "published"), second.text


def _name() -> str:
    return "x" + secrets.token_hex(4)


def a_trip(rule_behaviour: str, person: UUID, at: datetime, **changes: Any) -> dict[str, Any]:
    """A ride as a provider reports it."""
    mark = secrets.token_hex(6)
    return {
        "participant_id": f"par_{person.hex}",
        "behaviour": rule_behaviour,
        "external_id": mark,
        "occurred_at": at.isoformat(),
        "region": "CN-44",
        "quantities": {"trips": "1"},
        "evidence": {"ride_id": mark},
        **changes,
    }
