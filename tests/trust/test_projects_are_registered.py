"""A project is registered by two people over what was frozen; its kilowatt-hours are nobody else's.

Whoever is first has them: people who report, another mechanism, or the project.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.http.encoded_file import PIXEL
from app.ids import new_id
from app.usecases.projects.read_late_projects import read_late_projects
from app.usecases.projects.refuse_registration import refuse_registration
from app.usecases.projects.sign_project_step import sign_project_step
from app.usecases.projects.suspend_project import suspend_project
from app.usecases.recording.declare_elsewhere import declare_elsewhere
from app.usecases.recording.record import RecordingRules, record
from app.usecases.recording.register_installations import register_installations
from app.usecases.recording.withdraw_declaration import withdraw_declaration
from app.wiring import Wiring
from behaviours.actions.declared import DeclarationOfProject, DeclaredElsewhere, DeclaredNumber
from behaviours.actions.installation import Holder, InstallationOfProject
from behaviours.actions.registering import NewInstallation
from behaviours.actions.waiting import USUAL_TERMS
from behaviours.check_digits import check_digits
from behaviours.projects.project import DEREGISTER, RESUME, ProjectStateConflict
from behaviours.projects.registration import MeterReportedByPeople, RegistrationRefused
from behaviours.refusal import Refusal
from behaviours.viewer import Viewer
from rewards.signing import SamePersonTwice
from tests.builders.actions import recording
from tests.builders.answers import refusal
from tests.builders.at_once import at_once
from tests.builders.held import while_held
from tests.builders.installations import an_installation
from tests.builders.issuers import an_issuer
from tests.builders.market import a_pv_interval, an_entrusting_person
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.project_chain import ProjectChain, a_registered_project, at, staff
from tests.builders.projects import SUN, Applicant, a_place, design, meter, on_land, parcel, square


class Plant:
    """A plant that applies as a project, while people may report by its meter."""

    def __init__(self, wiring: Wiring, applicant: Applicant) -> None:
        self.provider = an_organisation(wiring, "provider")
        self.issuer = an_issuer(wiring, kinds=("meter",), providers=[self.provider])
        self.number = f"33{secrets.randbelow(10**14):014d}"
        self.wiring = wiring
        self.person = an_entrusting_person(wiring, self.provider)
        an_installation(wiring, self.person, self.provider, number=self.number)
        path = applicant.submitted("grid_connection", **SUN)
        body = design(meters=[meter(self.number, self.issuer)])
        answer = applicant.state(path, body)
        assert answer.status_code == 201, answer.text
        self.chain = ProjectChain(wiring, path)

    def action(self, day: date = date(2027, 2, 20)) -> Any:
        starts_at = datetime(day.year, day.month, day.day, 1, tzinfo=UTC)
        return a_pv_interval(
            self.person,
            self.provider,
            "20",
            occurred_at=starts_at,
            evidence={"meter_id": self.number},
        )

    def report(self, action: Any) -> Any:
        """What recording it comes to, some days later."""
        (answer,) = recording(self.wiring, [action], now=action.occurred_at + timedelta(days=2))
        return answer

    def declaring(self, mechanism: str = "ccer") -> Callable[[Any], Any]:
        said = DeclaredNumber(
            mechanism, f"R-{self.number}", "meter", self.issuer, {"meter_id": self.number},
            date(2027, 1, 1),
        )  # fmt: skip
        return partial(
            declare_elsewhere,
            declared=[said],
            rulebook=self.wiring.rulebook,
            declared_by=new_id(),
            clock=self.wiring.clock,
        )

    def stepping(self, step: str, role: str) -> Callable[[Any], Any]:
        rules = self.chain.wiring.rulebook
        return self.chain.verb(sign_project_step, step, reason="x", rulebook=rules, by=staff(role))

    def both(self, step: str) -> Any:
        run = self.chain.wiring.database.transact
        return [run(self.stepping(step, role)) for role in ("operator", "authority")][1]


@pytest.fixture
def plant(later: Wiring, applicant: Applicant) -> Plant:
    return Plant(later, applicant)


def test_two_people_register_what_was_frozen(
    later_app: Flask, tokens: Tokens, applicant: Applicant, plant: Plant
) -> None:
    chain, http = plant.chain, Http(later_app)
    chain.requested()
    # Nothing that it rests on changes any more.
    conflict = (409, "PROJECT_STATE_CONFLICT")
    body = {"kind": "supporting", **PIXEL}
    assert refusal(applicant.post(f"{chain.path}/documents", body)) == conflict
    another = design(meters=[meter(plant.number, plant.issuer)], baseline="Other words.")
    assert refusal(applicant.state(chain.path, another)) == conflict
    path = f"/v1/projects{chain.path}/register"
    operator, authority = tokens("operator"), tokens("authority")
    first = http.post(path, token=operator, key=f"first-{chain.path[5:]}")
    assert (first.status_code, first.json["awaiting"]) == (202, ["authority"]), first.text
    assert first.json["state"] == "registration_requested"
    second = http.post(path, token=authority, key=f"second-{chain.path[5:]}")
    assert (second.status_code, second.json["awaiting"]) == (200, []), second.text
    number = second.json["number"]
    assert number.startswith("TPH-P2027-")
    assert number[-2:] == check_digits(number[:-3])
    told = http.get(f"/v1/registry/projects{chain.path}").json
    assert (told["state"], told["number"]) == ("registered", number)
    asked, registered = applicant.get(f"{chain.path}/decisions").json["decisions"]
    assert (asked["step"], registered["step"]) == ("ask", "register")
    assert asked["digest"] == registered["digest"]
    assert asked["dossier"]["design"]["digest"] in told["design_document"]["digest"]
    assert asked["dossier"]["documents"][0]["kind"] == "grid_connection"


def test_one_person_is_not_two(plant: Plant) -> None:
    chain = plant.chain
    chain.requested()
    operator = staff("operator")
    authority = replace(operator, role="authority")
    signing = [chain.signing_as(each) for each in (operator, authority)]
    chain.wiring.database.transact(signing[0])
    with pytest.raises(SamePersonTwice):
        chain.wiring.database.transact(signing[1])


def test_two_sign_at_once_and_it_is_registered_once(plant: Plant) -> None:
    chain = plant.chain
    chain.requested()
    run = chain.wiring.database.transact
    works = [chain.signing(role) for role in ("operator", "authority", "operator", "authority")]
    done = at_once([partial(run, work) for work in works])
    registered = [each for each in done if not isinstance(each, Refusal) and not each.awaiting]
    assert len(registered) == 1
    for each in done:
        assert not isinstance(each, Refusal) or isinstance(each, ProjectStateConflict)
    with chain.wiring.database.engine.connect() as connection:
        steps = connection.execute(
            text("select step from project_decision where project_id = :id order by number"),
            {"id": chain.project_id},
        ).scalars()
        assert list(steps) == ["ask", "register"]


def test_a_refusal_names_its_clause_and_frees_the_land(
    later: Wiring, applicant: Applicant, an_applicant: Callable[[], Applicant]
) -> None:
    body, path = on_land(parcel("A", square(a_place()))), applicant.submitted()
    assert applicant.state(path, body).status_code == 201
    chain = ProjectChain(later, path)
    chain.requested()
    chain.take(refuse_registration, clause="第十二条", reason="x", by=staff("authority"))
    assert chain.project().state == "rejected"
    with pytest.raises(RegistrationRefused) as refused:
        chain.asked()
    assert refused.value.facts["clause"] == "第十二条"
    other = an_applicant()
    assert other.state(other.submitted(), body).status_code == 201


def test_silence_is_overdue_and_never_consent(plant: Plant) -> None:
    chain = plant.chain
    chain.requested()
    due = chain.wiring.project_deadlines.decision_due(chain.project().state_at)

    def late(days: int) -> bool:
        then = at(chain.wiring, due, days)
        found = then.database.transact(
            read_late_projects,
            deadlines=then.project_deadlines,
            by=staff("authority"),
            clock=then.clock,
            most=10_000,
        )
        return chain.project_id in [each.project_id for each in found.registrations]

    assert (late(0), late(1)) == (False, True)
    assert chain.project().state == "registration_requested"


def test_e3_the_meter_of_a_registered_project_is_refused_under_any_title(
    applicant: Applicant, an_applicant: Callable[[], Applicant], plant: Plant
) -> None:
    _registered(plant)
    other = an_applicant()
    there = other.submitted("grid_connection", name="另一个名称", **SUN)
    spelled = f"{plant.number[:8]}-{plant.number[8:]}"
    answer = other.state(there, design(meters=[meter(spelled, plant.issuer)]))
    assert refusal(answer) == (409, "DECLARED_ELSEWHERE")


def test_e4_a_meter_that_is_declared_elsewhere_is_not_registered(plant: Plant) -> None:
    chain = plant.chain
    chain.noticed()
    chain.opined(chain.seated())
    made = plant.wiring.database.transact(plant.declaring())
    with pytest.raises(DeclaredElsewhere):
        chain.asked()
    plant.wiring.database.transact(
        withdraw_declaration,
        made[0].declaration_id,
        reason="x",
        by=new_id(),
        clock=plant.wiring.clock,
    )
    chain.asked()
    chain.sign("operator")
    plant.wiring.database.transact(plant.declaring("international"))
    with pytest.raises(DeclaredElsewhere):
        chain.sign("authority")
    assert chain.project().state == "registration_requested"


def test_e4_a_declaration_that_is_found_later_suspends(plant: Plant, applicant: Applicant) -> None:
    _registered(plant)
    (made,) = plant.wiring.database.transact(plant.declaring())
    assert plant.chain.project().state == "suspended"
    decided = applicant.get(f"{plant.chain.path}/decisions").json["decisions"][-1]
    assert (decided["step"], decided["reason"]) == ("suspend", f"ccer R-{plant.number}")
    with pytest.raises(DeclaredElsewhere):
        plant.both(RESUME)
    plant.wiring.database.transact(
        withdraw_declaration,
        made.declaration_id,
        reason="x",
        by=new_id(),
        clock=plant.wiring.clock,
    )
    assert plant.both(RESUME).project.state == "registered"


@pytest.mark.parametrize("first", ["registration", "declaration"])
def test_e4_a_registration_and_a_declaration_never_miss_each_other(
    plant: Plant, first: str
) -> None:
    chain, database = plant.chain, plant.wiring.database
    chain.requested()
    chain.sign("operator")
    sign, declare = chain.signing("authority"), plant.declaring()
    if first == "registration":
        while_held(database, sign, lambda: database.transact(declare))
        assert chain.project().state == "suspended"
        return
    with pytest.raises(DeclaredElsewhere):
        while_held(database, declare, lambda: database.transact(sign))
    assert chain.project().state == "registration_requested"


def test_people_do_not_report_what_a_registered_project_counts(plant: Plant) -> None:
    _registered(plant)
    refused = plant.report(plant.action())
    assert isinstance(refused, DeclaredElsewhere)
    assert refused.facts["reference"] == plant.chain.project().number
    # What was generated before the crediting period is theirs.
    assert hasattr(plant.report(plant.action(date(2026, 12, 20))), "action_id")


def test_a_project_is_not_registered_by_whose_meter_people_report(plant: Plant) -> None:
    assert hasattr(plant.report(plant.action(date(2026, 12, 20))), "action_id")
    plant.chain.requested()
    plant.chain.sign("operator")
    assert hasattr(plant.report(plant.action()), "action_id")
    with pytest.raises(MeterReportedByPeople) as refused:
        plant.chain.sign("authority")
    told = refused.value.facts
    assert (told["number"], told["actions"]) == (plant.number, 1)
    assert told["first"] == told["last"] == "2027-02-20"


@pytest.mark.parametrize("first", ["registration", "report"])
def test_personal_pv_and_project_pv_cannot_claim_the_same_kwh_at_once(
    plant: Plant, first: str
) -> None:
    chain, database = plant.chain, plant.wiring.database
    chain.requested()
    chain.sign("operator")
    action = plant.action()
    report = partial(
        record,
        actions=[action],
        rules=RecordingRules(plant.wiring.rulebook, plant.wiring.policies, USUAL_TERMS),
        now=action.occurred_at + timedelta(days=2),
    )
    sign = chain.signing("authority")
    if first == "registration":
        (answer,) = while_held(database, sign, lambda: database.transact(report))
        assert isinstance(answer, DeclaredElsewhere)
        assert chain.project().state == "registered"
        return
    with pytest.raises(MeterReportedByPeople):
        while_held(database, report, lambda: database.transact(sign))
    assert chain.project().state == "registration_requested"


def _registering_at(plant: Plant, number: str) -> Callable[[Any], Any]:
    """Somebody registers a plant by this number, on a day of the project."""
    new = NewInstallation(
        "pv_plant",
        number,
        Holder(plant.person, None),
        date(2026, 1, 1),
        "CN-44",
        "Contract",
        issuer=plant.issuer,
        capacity=Decimal(100),
        capacity_unit="kW",
    )
    return partial(
        register_installations,
        new=[new],
        viewer=Viewer("provider", plant.provider),
        reported_by="provider:test",
        rulebook=plant.wiring.rulebook,
        clock=plant.chain.wiring.clock,
    )


def _with_another_meter(plant: Plant, applicant: Applicant) -> str:
    """The project takes a meter that nobody registered, in place of its own."""
    number = f"33{secrets.randbelow(10**14):014d}"
    body = design(meters=[meter(number, plant.issuer)])
    assert applicant.state(plant.chain.path, body).status_code == 201
    return number


@pytest.mark.parametrize("first", ["registration", "installation"])
def test_a_plant_that_somebody_registers_beside_a_project_counts_nothing_twice(
    plant: Plant, applicant: Applicant, first: str
) -> None:
    number = _with_another_meter(plant, applicant)
    chain, database = plant.chain, plant.wiring.database
    chain.requested()
    # The first day of the crediting period is behind.
    chain.wiring = at(chain.wiring, date(2027, 3, 1))
    chain.sign("operator")
    sign, register = chain.signing("authority"), _registering_at(plant, number)
    plant.number = number
    if first == "registration":
        with pytest.raises(InstallationOfProject) as refused:
            while_held(database, sign, lambda: database.transact(register))
        assert refused.value.facts["number"] == chain.project().number
        return
    while_held(database, register, lambda: database.transact(sign))
    assert chain.project().state == "registered"
    assert isinstance(plant.report(plant.action()), DeclaredElsewhere)


def test_the_meters_of_a_project_are_freed_by_taking_it_off_the_register(plant: Plant) -> None:
    _registered(plant)
    database, number = plant.wiring.database, plant.chain.project().number
    with database.engine.connect() as connection:
        held = connection.execute(
            text("select declaration_id from declared_elsewhere where reference = :number"),
            {"number": number},
        ).scalar_one()
    with pytest.raises(DeclarationOfProject):
        database.transact(
            withdraw_declaration, held, reason="x", by=new_id(), clock=plant.wiring.clock
        )
    off_on = plant.chain.wiring.clock.now().date()
    assert plant.both(DEREGISTER).project.state == "deregistered"
    assert isinstance(plant.report(plant.action()), DeclaredElsewhere)
    after = plant.action(off_on + timedelta(days=3))
    assert hasattr(plant.report(after), "action_id")


def test_a_later_suspension_is_lifted_by_signatures_of_its_own(plant: Plant) -> None:
    _registered(plant)
    chain = plant.chain
    chain.take(suspend_project, reason="x", by=staff("operator"))
    with pytest.raises(ProjectStateConflict):
        chain.take(suspend_project, reason="x", by=staff("operator"))
    assert plant.both(RESUME).project.state == "registered"
    chain.take(suspend_project, reason="y", by=staff("authority"))
    signed = chain.wiring.database.transact(plant.stepping(RESUME, "operator"))
    assert signed.awaiting == ["authority"]
    assert chain.project().state == "suspended"


def test_e2_land_is_held_until_its_project_is_off_the_register(
    later: Wiring, applicant: Applicant, an_applicant: Callable[[], Applicant]
) -> None:
    body, other = on_land(parcel("A", square(a_place()))), an_applicant()
    chain = a_registered_project(later, applicant, body)
    there = other.submitted()
    assert refusal(other.state(there, body)) == (409, "BOUNDARY_OVERLAPS")
    for role in ("operator", "authority"):
        rules = chain.wiring.rulebook
        chain.take(sign_project_step, DEREGISTER, reason="x", rulebook=rules, by=staff(role))
    assert other.state(there, body).status_code == 201


def _registered(plant: Plant) -> None:
    plant.chain.requested()
    for role in ("operator", "authority"):
        plant.chain.sign(role)
    assert plant.chain.project().state == "registered"
