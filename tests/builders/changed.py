"""A registered project of meters whose design changes, from asking to the second signature."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import UUID

from app.clock import StandingClock
from app.factory import create_app
from app.http.encoded_file import PIXEL
from behaviours.projects.designed import DaySpan
from behaviours.projects.ex_ante import NewExAnte
from tests.builders.answers import key
from tests.builders.monitored import Sunny
from tests.builders.people import Http, Tokens
from tests.builders.project_chain import a_validator, at
from tests.builders.projects import Applicant

# What three meters of 100 MWh each come to in a year.
YEAR_MG = 196_957_500_000
_MG_PER_KG = 1_000_000


def table_sent(table: NewExAnte) -> dict[str, Any]:
    """A table as it is sent."""
    rows = [
        {
            "from": each.span.starts_on.isoformat(),
            "to": each.span.ends_before.isoformat(),
            "quantities": each.told.quantities,
            "saved_kg": f"{each.saved_mg / _MG_PER_KG:.6f}",
        }
        for each in table.rows
    ]
    total_kg = f"{table.total_mg / _MG_PER_KG:.6f}"
    return {"project_parameters": table.fixed, "rows": rows, "total_kg": total_kg}


@dataclass
class Changing:
    """A project on the register; what it asks for is of these meters and this crediting period."""

    sunny: Sunny

    @classmethod
    def registered(cls, wiring: Any, **said: Any) -> Changing:
        sunny = Sunny(wiring, **said)
        sunny.expected()
        sunny.registered()
        return cls(sunny)

    def later(self, day: date) -> None:
        """From now on it is that day."""
        noon = at(self.sunny.wiring, day).clock.now()
        self.sunny.wiring = replace(self.sunny.wiring, clock=StandingClock(noon))
        app = create_app(self.sunny.wiring)
        self.sunny.http = Http(app)
        self.sunny.tokens = Tokens(app, self.sunny.wiring)
        token = self.sunny.tokens("enterprise", tenant=self.sunny.owner.tenant_id)
        self.sunny.applicant = Applicant(self.sunny.http, token)

    def body(
        self,
        kind: str,
        on: str | None = "2025-07-01",
        *,
        meters: tuple[str, ...] = ("M1", "M2", "M3"),
        crediting: DaySpan | None = None,
        fixed: Any = None,
        more: Any = None,
        **design: Any,
    ) -> dict[str, Any]:
        """What is asked for; each meter is expected to export 100 MWh in each civil year."""
        sunny = self.sunny
        wanted = crediting or sunny.crediting
        held, sunny.meters, sunny.crediting = (sunny.meters, sunny.crediting), meters, wanted
        try:
            document = sunny.designed(**design)
            table = sunny.table(*[YEAR_MG * len(meters) // 3] * len(wanted.by_year()))
        finally:
            sunny.meters, sunny.crediting = held
        if fixed is not None:
            table = table._replace(fixed=fixed)
        return {
            "kind": kind,
            **({"effective_on": on} if on else {}),
            "text": "As the plant stands by now.",
            "design_document": document,
            "ex_ante": table_sent(table),
            **(more or {}),
        }

    def ask(self, kind: str, *given: Any, **named: Any) -> Any:
        body = self.body(kind, *given, **named)
        return self.sunny.applicant.post(f"{self.sunny.path}/design-changes", body)

    def step(self, step: str, token: str, number: int = 1, **body: Any) -> Any:
        path = f"/v1/projects{self.sunny.path}/design-change/{step}"
        return self.sunny.http.post(path, {"number": number, **body}, token=token, key=key())

    def seat(self, validator: UUID, number: int = 1) -> Any:
        named = {"validator_id": f"org_{validator.hex}"}
        return self.step("validator", self.sunny.tokens("authority"), number, **named)

    def opine(self, validator: UUID, verdict: str = "positive", number: int = 1) -> Any:
        token = self.sunny.tokens("verifier", tenant=validator)
        said = {"verdict": verdict, "statement": "Seen on site.", **PIXEL}
        return self.step("opinion", token, number, **said)

    def validated(self, number: int = 1) -> UUID:
        validator = a_validator(self.sunny.wiring)
        seated = self.seat(validator, number)
        assert seated.status_code == 200, seated.text
        opined = self.opine(validator, number=number)
        assert opined.json["state"] == "validated", opined.text
        return validator

    def accept(self, role: str, number: int = 1) -> Any:
        return self.step("accept", self.sunny.tokens(role), number)

    def accepted(self, number: int = 1) -> Any:
        first = self.accept("operator", number)
        assert first.status_code == 202, first.text
        return self.accept("authority", number)

    def changed(self, kind: str, *given: Any, number: int = 1, **named: Any) -> Any:
        """By every step."""
        asked = self.ask(kind, *given, **named)
        assert asked.status_code == 201, asked.text
        if kind != "monitoring_plan":
            self.validated(number)
        done = self.accepted(number)
        assert done.json["state"] == "accepted", done.text
        return done
