"""A registered project is over only by a step of its table, and holds its land."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from app.clock import StandingClock
from app.usecases.projects.move_projects import move_projects
from app.wiring import Wiring
from tests.builders.answers import refusal
from tests.builders.project_chain import ProjectChain, a_registered_project
from tests.builders.projects import Applicant, a_place, on_land, parcel, square


def moved(wiring: Wiring, when: datetime) -> None:
    then = replace(wiring, clock=StandingClock(when))
    while then.database.transact(move_projects, deadlines=then.project_deadlines, clock=then.clock):
        pass


def test_a_registered_project_is_not_withdrawn_and_holds_its_land(
    later: Wiring, applicant: Applicant, an_applicant: Callable[[], Applicant]
) -> None:
    body = on_land(parcel("A", square(a_place())))
    path = a_registered_project(later, applicant, body).path
    assert applicant.get(path).json["state"] == "registered"
    assert refusal(applicant.post(f"{path}/withdraw")) == (409, "PROJECT_STATE_CONFLICT")
    assert refusal(applicant.state(path, body)) == (409, "PROJECT_STATE_CONFLICT")
    other = an_applicant()
    assert refusal(other.state(other.submitted(), body)) == (409, "BOUNDARY_OVERLAPS")


def test_time_closes_a_notice_lapses_what_nothing_moved_and_completes_a_period(
    later: Wiring, applicant: Applicant
) -> None:
    registered = a_registered_project(later, applicant)
    forgotten = ProjectChain(later, applicant.submitted())
    judged = ProjectChain(later, applicant.submitted())
    assert applicant.state(judged.path, on_land(parcel("A", square(a_place())))).status_code == 201
    judged.noticed()
    judged.seated()
    moved(later, datetime(2029, 2, 27, 2, tzinfo=UTC))
    assert forgotten.project().state == "submitted"
    moved(later, datetime(2029, 9, 1, 2, tzinfo=UTC))
    assert forgotten.project().state == "lapsed"
    # Silence of who judges ends nothing.
    assert judged.project().state == "in_validation"
    moved(later, datetime(2056, 12, 30, 2, tzinfo=UTC))
    assert registered.project().state == "registered"
    moved(later, datetime(2057, 1, 1, 2, tzinfo=UTC))
    assert registered.project().state == "completed"
