"""A registered project of one stratum of mangrove; its trees are as the A/R tool tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from app.clock import StandingClock
from app.factory import create_app
from app.ids import parse
from behaviours.projects.designed import DaySpan
from behaviours.projects.measurement import MEASURED, NewMeasurement
from behaviours.viewer import Viewer
from tests.builders.expected import wetland_values
from tests.builders.monitored import EVIDENCE, LATER, Sunny, days
from tests.builders.people import Http, Tokens, a_user, an_organisation
from tests.builders.projects import Applicant, a_place, on_land, parcel, square


@dataclass
class Marsh(Sunny):
    """By the rule of tidal wetlands: 15 per cent of what its stocks take up goes to the reserve."""

    def __post_init__(self) -> None:
        self.wiring = replace(self.wiring, clock=StandingClock(LATER))
        app = create_app(self.wiring)
        self.http, self.tokens = Http(app), Tokens(app, self.wiring)
        organisation = an_organisation(self.wiring, "enterprise")
        self.applicant = Applicant(self.http, self.tokens("enterprise", tenant=organisation))
        self.owner = Viewer("enterprise", organisation, a_user(self.wiring, "operator"))
        self.path = self.applicant.submitted("tenure")
        self.project_id = parse("prj", self.path[1:])
        period = {
            "from": self.crediting.starts_on.isoformat(),
            "to": self.crediting.ends_before.isoformat(),
            "renewable": False,
        }
        body = on_land(
            parcel("A", square(a_place())), starts_on=period["from"], crediting_period=period
        )
        stated = self.applicant.state(self.path, body)
        assert stated.status_code == 201, stated.text

    def measured(
        self, span: DaySpan, values: Mapping[str, Mapping[str, str]]
    ) -> list[NewMeasurement]:
        """Every cell of the rule for a period of one civil year; ``values`` replace some."""
        told = wetland_values(("S1",), span)
        cells: list[tuple[str, str, str]] = []
        for name, table in told.items():
            if isinstance(table, Mapping):
                own = values.get(name, {})
                cells += ((name, key, own.get(key, str(value))) for key, value in table.items())
            else:
                cells.append((name, "", str(table)))
        return [
            NewMeasurement(name, key, value, span, MEASURED, EVIDENCE, "UAV")
            for name, key, value in cells
        ]

    def grown(self, starts_on: str, ends_before: str, trees_t: str) -> UUID:
        """A verified period in which the trees took up so much; its issue is asked for."""
        year = starts_on[:4]
        period = self.open(starts_on, ends_before)
        cells = {"tree_stated": {f"S1.{year}": trees_t}}
        self.measure(period, self.measured(days(starts_on, ends_before), cells))
        self.verified(period, self.a_verifier())
        return period

    def lost(self, after_t: str, **changes: Any) -> dict[str, Any]:
        """The report of a storm; of what the last period took up so much is left."""
        return {
            "kind": "storm",
            "occurred_on": "2026-02-01",
            "strata": ["S1"],
            "area_m2": 200_000,
            "evidence_sha256": EVIDENCE.hex(),
            "text": "台风过境。",
            "after": {"tree_stated": {"S1.2025": after_t}},
            **changes,
        }

    def reporting(self, token: str, body: Mapping[str, Any], key: str) -> Any:
        return self.http.post(f"/v1/projects{self.path}/losses", body, token=token, key=key)

    def settling(self, roles: Sequence[str], key: str, number: int = 1) -> Any:
        """The last answer of those who sign."""
        path = f"/v1/projects{self.path}/loss/settle"
        for role in roles:
            body, token = {"number": number}, self.tokens(role)
            answer = self.http.post(path, body, token=token, key=f"{key}-{role}")
        return answer
