"""A registered project of photovoltaic meters, and the chain of a monitoring period after it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.clock import StandingClock
from app.factory import create_app
from app.ids import parse
from app.store.projects.projects import hold_project, write_project
from app.store.projects.verifications import add_body
from app.usecases.projects.ask_issuance import ask_issuance
from app.usecases.projects.give_period_opinion import give_period_opinion
from app.usecases.projects.lock_period import lock_period
from app.usecases.projects.notice_period import notice_period
from app.usecases.projects.open_period import open_period
from app.usecases.projects.raise_findings import raise_findings
from app.usecases.projects.record_measurements import record_measurements
from app.usecases.projects.reply_to_period_findings import reply_to_period_findings
from app.usecases.projects.report_period import report_period
from app.usecases.projects.seat_period_verifier import seat_period_verifier
from app.usecases.projects.sign_period_issue import sign_period_issue
from app.usecases.projects.state_ex_ante import state_ex_ante
from app.wiring import Wiring
from behaviours.json_value import JsonObject
from behaviours.projects.designed import DaySpan
from behaviours.projects.ex_ante import ExAnteRow, NewExAnte
from behaviours.projects.finding import NewFinding, NewReply
from behaviours.projects.measurement import MEASURED, NewMeasurement
from behaviours.projects.monitoring import NewPeriod
from behaviours.projects.project import COMPLETE, REGISTERED, VALIDATOR
from behaviours.projects.surveyed import SurveyTold
from behaviours.projects.verification import POSITIVE, SMALL, NewOpinion
from behaviours.viewer import Viewer
from tests.builders.issuers import an_issuer
from tests.builders.people import Http, Tokens, a_user, an_organisation
from tests.builders.project_chain import ProjectChain
from tests.builders.projects import SUN, Applicant, design
from tests.builders.verifier_pool import FREE

LATER = datetime(2027, 3, 1, 2, tzinfo=UTC)
EVIDENCE = hashlib.sha256(b"export of the meters").digest()
FIXED: JsonObject = {
    "EF_OM": {"values": "0.8042", "source": "Southern grid 2019", "grade": "secondary"},
    "EF_BM": {"values": "0.2135", "source": "Southern grid 2019", "grade": "secondary"},
}
QUANTITIES = ("export", "self_use", "import", "uncalibrated")


def days(starts_on: str, ends_before: str) -> DaySpan:
    return DaySpan(date.fromisoformat(starts_on), date.fromisoformat(ends_before))


def plant(number: str, issuer: str, capacity_w: int = 400_000) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "number": number,
        "capacity_w": capacity_w,
        "connected_on": "2024-06-30",
    }


def of_meters(
    span: DaySpan, values: Mapping[str, Mapping[str, str]], meters: Sequence[str]
) -> dict[str, dict[str, str]]:
    """The quantities of the rule by meter and year; what is not told is nought."""
    years = [f"{each.starts_on.year}" for each in span.by_year()]
    keys = [f"{meter}.{year}" for meter in meters for year in years]
    tables = {name: dict.fromkeys(keys, "0") for name in QUANTITIES}
    for name, cells in values.items():
        tables[name] |= {key: value for key, value in cells.items() if key in keys}
    return {**tables, "greatest_error": dict.fromkeys(meters, "0.005")}


@dataclass
class Sunny:
    """A project of three meters, by the rule of projects' photovoltaics."""

    wiring: Wiring
    meters: tuple[str, ...] = ("M1", "M2", "M3")
    crediting: DaySpan = field(default_factory=lambda: days("2024-07-01", "2027-01-01"))
    renewable: bool = False
    project_id: UUID = field(init=False)
    owner: Viewer = field(init=False)

    def __post_init__(self) -> None:
        self.wiring = replace(self.wiring, clock=StandingClock(LATER))
        app = create_app(self.wiring)
        self.http, self.tokens = Http(app), Tokens(app, self.wiring)
        organisation = an_organisation(self.wiring, "enterprise")
        applicant = Applicant(self.http, self.tokens("enterprise", tenant=organisation))
        self.owner = Viewer("enterprise", organisation, a_user(self.wiring, "operator"))
        self.path = applicant.submitted("grid_connection", **SUN)
        self.project_id = parse("prj", self.path[1:])
        self.issuer = an_issuer(self.wiring, kinds=("meter",))
        self.applicant = applicant
        stated = applicant.state(self.path, self.designed())
        assert stated.status_code == 201, stated.text

    def designed(self, **changes: Any) -> dict[str, Any]:
        """The design document as it is sent, with what is told otherwise."""
        period = {
            "from": self.crediting.starts_on.isoformat(),
            "to": self.crediting.ends_before.isoformat(),
            "renewable": self.renewable,
        }
        return design(
            meters=[plant(each, self.issuer) for each in self.meters],
            starts_on="2024-07-01",
            crediting_period=period,
            **changes,
        )

    def run(self, work: Callable[..., Any], *given: Any, **named: Any) -> Any:
        return self.wiring.database.transact(work, *given, **named)

    @property
    def later(self) -> dict[str, Any]:
        return {"clock": self.wiring.clock}

    @property
    def counted(self) -> dict[str, Any]:
        return {"deadlines": self.wiring.project_deadlines, **self.later}

    @property
    def ruled(self) -> dict[str, Any]:
        return {"rulebook": self.wiring.rulebook, **self.later}

    @property
    def zoned(self) -> dict[str, Any]:
        return {"zone": self.wiring.programme.zone, **self.later}

    def table(self, *masses_mg: int, total_mg: int | None = None, kwh: str = "100000") -> NewExAnte:
        """A table of which each meter exports so much in each civil year."""
        rows = [
            ExAnteRow(
                span,
                SurveyTold({}, of_meters(span, self._alike(span, kwh), self.meters), {}),
                mg,
            )
            for span, mg in zip(self.crediting.by_year(), masses_mg, strict=True)
        ]
        return NewExAnte(FIXED, tuple(rows), sum(masses_mg) if total_mg is None else total_mg)

    def _alike(self, span: DaySpan, kwh: str) -> dict[str, dict[str, str]]:
        return {"export": {f"{each}.{span.starts_on.year}": kwh for each in self.meters}}

    def expected(self) -> None:
        """State a table that the engine reproduces: three times 100 MWh in each year."""
        years = len(self.crediting.by_year())
        said = self.table(*[196_957_500_000] * years)
        self.run(state_ex_ante, self.project_id, said, by=self.owner, **self.ruled)

    def registered(self) -> None:
        """Into the register, by every step."""
        chain = ProjectChain(self.wiring, self.path)
        chain.requested()
        for role in ("operator", "authority"):
            chain.sign(role)
        assert chain.project().state == REGISTERED

    def completed(self) -> None:
        """On the register, and its crediting period over, as the clock completes it."""
        self.registered()

        def move(connection: Any) -> None:
            project = hold_project(connection, self.project_id)
            assert project is not None
            write_project(connection, project.move(COMPLETE, now=self.wiring.clock.now()))

        self.run(move)

    def validated_by(self, organisation_id: UUID) -> None:
        now = self.wiring.clock.now()
        self.run(add_body, self.project_id, organisation_id, VALIDATOR, now=now)

    def open(self, starts_on: str = "2024-07-01", ends_before: str = "2025-07-01") -> UUID:
        said = NewPeriod(days(starts_on, ends_before), {}, {})
        made = self.run(open_period, self.project_id, said, by=self.owner, **self.later)
        return made.period_id

    def measured(
        self, span: DaySpan, values: Mapping[str, Mapping[str, str]]
    ) -> list[NewMeasurement]:
        """Every cell of the rule for a period."""
        years = {f"{each.starts_on.year}": each for each in span.by_year()}
        return [
            NewMeasurement(
                name,
                key,
                value,
                years[key.rpartition(".")[2]] if "." in key else span,
                MEASURED,
                EVIDENCE,
                key.partition(".")[0],
            )
            for name, table in of_meters(span, values, self.meters).items()
            for key, value in table.items()
        ]

    def measure(self, period_id: UUID, said: Sequence[NewMeasurement]) -> Any:
        return self.run(record_measurements, period_id, said, by=self.owner, **self.ruled)

    def lock(self, period_id: UUID) -> Any:
        named = {**self.ruled, **self.zoned}
        return self.run(lock_period, period_id, by=self.owner, **named)

    def report(self, period_id: UUID, reason: str = "Sunny years.") -> Any:
        named = {**self.ruled, **self.zoned}
        return self.run(report_period, period_id, reason, by=self.owner, **named)

    def a_verifier(self, *, ties: Any = FREE) -> UUID:
        """A body of the pool that declared its ties."""
        made = an_organisation(self.wiring, "verifier")
        token = self.tokens("verifier", tenant=made)
        said = self.http.post("/v1/verifiers/self/ties", ties, token=token)
        assert said.status_code == 201, said.text
        body = {"organisation_id": f"org_{made.hex}", "reason": "Accredited."}
        for role in ("authority", "operator"):
            answer = self.http.post("/v1/verifiers", body, token=self.tokens(role))
        assert answer.status_code == 201, answer.text
        return made

    def by(self, role: str, organisation_id: UUID | None = None) -> Viewer:
        """Somebody of a role who stands in the books."""
        return Viewer(
            role, organisation_id, a_user(self.wiring, "operator" if organisation_id else role)
        )

    def noticed(self, period_id: UUID) -> None:
        named = {"deadlines": self.wiring.project_deadlines, **self.later}
        self.run(notice_period, period_id, by=self.by("operator"), **named)

    def seat(self, period_id: UUID, verifier: UUID, *, after: timedelta = timedelta(60)) -> Any:
        clock = StandingClock(LATER + after)
        rules = {"rulebook": self.wiring.rulebook, "zone": self.wiring.programme.zone}
        named = {**rules, "clock": clock}
        return self.run(seat_period_verifier, period_id, verifier, by=self.by("authority"), **named)

    def find(self, period_id: UUID, verifier: UUID, *kinds: str) -> list[Any]:
        said = [NewFinding(kind, "5b", "Where is the calibration record?") for kind in kinds]
        by = self.by("verifier", verifier)
        return list(self.run(raise_findings, period_id, said, by=by, **self.later).findings)

    def reply(
        self, period_id: UUID, reply: str, *findings: Any, verifier: UUID | None = None
    ) -> Any:
        said = [NewReply(each.finding_id, reply, "Handed in.") for each in findings]
        if verifier is None:
            return self.run(reply_to_period_findings, period_id, said, by=self.owner, **self.later)
        by = self.by("verifier", verifier)
        return self.run(reply_to_period_findings, period_id, said, by=by, **self.later)

    def opinion(
        self, period_id: UUID, verifier: UUID, verdict: str = POSITIVE, **changes: Any
    ) -> Any:
        said = NewOpinion(verdict, SMALL, 0, 0, "As reported.")._replace(**changes)
        by = self.by("verifier", verifier)
        return self.run(give_period_opinion, period_id, said, by=by, **self.ruled)

    def ask(self, period_id: UUID) -> Any:
        return self.run(ask_issuance, period_id, by=self.owner, **self.later)

    def sign(self, period_id: UUID, by: Viewer) -> Any:
        per_mille = self.wiring.programme.reserve_per_mille
        named = {"reserve_per_mille": per_mille, **self.ruled}
        return self.run(sign_period_issue, period_id, by=by, **named)

    def issue(self, period_id: UUID) -> Any:
        """Ask, and two people of two roles sign."""
        self.ask(period_id)
        self.sign(period_id, self.by("operator"))
        return self.sign(period_id, self.by("authority"))

    def verified(self, period_id: UUID, verifier: UUID, **opinion: Any) -> None:
        """From the lock to a positive opinion."""
        self.lock(period_id)
        self.report(period_id)
        self.noticed(period_id)
        self.seat(period_id, verifier)
        self.opinion(period_id, verifier, **opinion)
