"""A project's way to the register, each step by its verb, whatever the days between them."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from app.clock import StandingClock
from app.http.encoded_file import PIXEL
from app.ids import new_id, parse
from app.store.pooling.verifiers import add_declaration, ties_now
from app.store.projects.projects import find_project
from app.usecases.projects.approve_validator import approve_validator
from app.usecases.projects.ask_registration import ask_registration
from app.usecases.projects.close_notice import close_notice
from app.usecases.projects.give_validation_opinion import give_validation_opinion
from app.usecases.projects.open_notice import open_notice
from app.usecases.projects.sign_registration import sign_registration
from app.wiring import Wiring
from behaviours.projects.project import Project
from behaviours.projects.validation import POSITIVE, NewValidationOpinion
from behaviours.viewer import Viewer
from rewards.registry.ties import TiesDeclaration
from tests.builders.expected import state_expected
from tests.builders.people import an_organisation
from tests.builders.projects import Applicant, a_place, on_land, parcel, square

REPORT = base64.b64decode(str(PIXEL["content"]))


def staff(role: str) -> Viewer:
    """Somebody who acts for the programme."""
    return Viewer(role, None, new_id())


def at(wiring: Wiring, day: date, days: int = 0) -> Wiring:
    """The programme some days after a civil day, at noon."""
    noon = datetime.combine(day + timedelta(days=days), datetime.min.time(), wiring.zone)
    return replace(wiring, clock=StandingClock(noon + timedelta(hours=12)))


@dataclass
class ProjectChain:
    """One project, by its path below ``/v1/projects``, and when it is."""

    wiring: Wiring
    path: str

    @property
    def project_id(self) -> UUID:
        return parse("prj", self.path[1:])

    def project(self) -> Project:
        with self.wiring.database.engine.connect() as connection:
            found = find_project(connection, self.project_id)
        assert found is not None
        return found

    def verb(self, verb: Callable[..., Any], *given: Any, **named: Any) -> Callable[[Any], Any]:
        """The work of a verb on the project, for a transaction."""
        return partial(self._run, verb, given, {**named, "clock": self.wiring.clock})

    def _run(self, verb: Any, given: Any, named: Any, connection: Any) -> Any:
        return verb(connection, self.project_id, *given, **named)

    def take(self, verb: Callable[..., Any], *given: Any, **named: Any) -> Any:
        return self.wiring.database.transact(self.verb(verb, *given, **named))

    def on_notice(self) -> Project:
        """Put on notice with its table."""
        state_expected(self.wiring, self.project_id)
        deadlines = self.wiring.project_deadlines
        noticed: Project = self.take(open_notice, deadlines=deadlines, by=staff("operator"))
        return noticed

    def noticed(self) -> None:
        """Put on notice with its table, and the notice closed on the day after its last."""
        deadlines, operator = self.wiring.project_deadlines, staff("operator")
        project = self.on_notice()
        self.wiring = at(self.wiring, project.notice_until, 1)
        complaints = self.wiring.deadlines
        self.take(close_notice, deadlines=deadlines, complaints=complaints, by=operator)

    def seated(self, validator: UUID | None = None) -> Viewer:
        """In validation by an organisation that the authority approved; who that is."""
        who = validator or a_validator(self.wiring)
        rules, authority = self.wiring.rulebook, staff("authority")
        self.take(approve_validator, who, reason="x", rulebook=rules, by=authority)
        return Viewer("verifier", who, who)

    def opined(self, by: Viewer, verdict: str = POSITIVE) -> Project:
        said = NewValidationOpinion(verdict, "Seen.", str(PIXEL["media_type"]), REPORT)
        key, rules = self.wiring.settings.identity_key, self.wiring.rulebook
        done: Project = self.take(
            give_validation_opinion, said, rulebook=rules, by=by, identity_key=key
        )
        return done

    def asked(self) -> Project:
        who = self.project().applicant_id
        by = Viewer("enterprise", who, who)
        done: Project = self.take(ask_registration, rulebook=self.wiring.rulebook, by=by)
        return done

    def signing(self, role: str) -> Callable[[Any], Any]:
        return self.signing_as(staff(role))

    def signing_as(self, by: Viewer) -> Callable[[Any], Any]:
        prefix, rules = self.wiring.programme.serial_prefix, self.wiring.rulebook
        return self.verb(sign_registration, rulebook=rules, prefix=prefix, by=by)

    def sign(self, role: str) -> Any:
        return self.wiring.database.transact(self.signing(role))

    def requested(self) -> None:
        """From its design to the question whether it is registered."""
        self.noticed()
        self.opined(self.seated())
        self.asked()


def a_validator(wiring: Wiring, *, interests: frozenset[UUID] = frozenset()) -> UUID:
    """A verifier that has declared its ties."""
    made = an_organisation(wiring, "verifier")
    tied(wiring, made, interests=interests)
    return made


def tied(wiring: Wiring, who: UUID, *, interests: frozenset[UUID]) -> None:
    """An organisation declares what it is tied to."""
    said = TiesDeclaration(who, True, interests, False, None)
    wiring.database.transact(add_declaration, said, group_name=None, by=who, now=wiring.clock.now())
    assert wiring.database.transact(ties_now).of(who).declared


def a_registered_project(
    wiring: Wiring, applicant: Applicant, body: Any = None, **said: Any
) -> ProjectChain:
    """A project on the register, with its land or meters."""
    path = applicant.submitted("tenure", "grid_connection", **said)
    answer = applicant.state(path, body or on_land(parcel("A", square(a_place()))))
    assert answer.status_code == 201, answer.text
    chain = ProjectChain(wiring, path)
    chain.requested()
    assert chain.sign("operator").awaiting == ["authority"]
    assert chain.sign("authority").awaiting == []
    return chain
