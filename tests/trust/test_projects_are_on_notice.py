"""A design is on public notice, everybody reads it and may object; both hold the project.

The days are the programme's, with their grade; a change begins them anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.clock import StandingClock
from app.ids import parse
from app.store.projects.projects import find_project
from app.usecases.complaints.file_without_account import UnenrolledFiling, file_without_account
from app.usecases.projects.close_notice import close_notice
from app.usecases.projects.move_projects import move_projects
from app.wiring import Wiring
from behaviours.complainants import ContactData
from behaviours.complaint_refusals import UnknownComplaint
from behaviours.complaints import OBJECTION, About
from behaviours.project_terms import CALENDAR, GradedFigure, NoticeRule
from behaviours.projects.ex_ante import ExAnteMissing
from behaviours.projects.project import ObjectionOpen
from behaviours.viewer import Viewer
from behaviours.working_days import CN, WorkingDays, last_working_day
from tests.builders.answers import refusal
from tests.builders.at_once import at_once
from tests.builders.expected import state_expected
from tests.builders.held import while_held
from tests.builders.people import Http, Tokens
from tests.builders.projects import Applicant, a_place, on_land, parcel, square

OPERATOR = Viewer("operator", None, parse("usr", f"usr_{'0199' + 28 * '0'}"))


@pytest.fixture
def operator(later_app: Flask, tokens: Tokens) -> Applicant:
    return Applicant(Http(later_app), tokens("operator"))


def a_design() -> dict[str, Any]:
    return on_land(parcel("A", square(a_place())))


def on_notice(wiring: Wiring, applicant: Applicant, operator: Applicant) -> str:
    path = applicant.submitted()
    assert applicant.state(path, a_design()).status_code == 201
    state_expected(wiring, parse("prj", path[1:]))
    answer = operator.post(f"{path}/notice")
    assert answer.status_code == 200, answer.text
    return path


def objected(http: Http, path: str, key: str) -> Any:
    body = {
        "kind": "objection",
        "region": "CN-330100",
        "project_id": path[1:],
        "text": "其地是我的。",
    }
    return http.post("/v1/complaints/without-account", body, key=key)


def at(wiring: Wiring, until: date, days: int) -> Wiring:
    """The programme some days after a last day of notice."""
    moment = datetime.combine(until + timedelta(days=days), datetime.min.time(), wiring.zone)
    return replace(wiring, clock=StandingClock(moment))


def closing(wiring: Wiring, path: str) -> Callable[[Any], Any]:
    return lambda connection: close_notice(
        connection,
        parse("prj", path[1:]),
        deadlines=wiring.project_deadlines,
        complaints=wiring.deadlines,
        by=OPERATOR,
        clock=wiring.clock,
    )


def objecting(wiring: Wiring, path: str) -> Callable[[Any], Any]:
    filing = UnenrolledFiling(
        About(OBJECTION, project_id=parse("prj", path[1:])), "CN-330100", "异议", (), ContactData()
    )
    return lambda connection: file_without_account(
        connection,
        filing,
        prefix=wiring.programme.serial_prefix,
        deadlines=wiring.deadlines,
        clock=wiring.clock,
    )


def last_day(applicant: Applicant, path: str) -> date:
    return date.fromisoformat(applicant.get(path).json["notice_until"])


def test_the_design_is_read_by_everybody_from_its_notice_on(
    later: Wiring, later_app: Flask, applicant: Applicant, operator: Applicant
) -> None:
    http = Http(later_app)
    path = applicant.submitted()
    stated = applicant.state(path, a_design()).json
    assert refusal(http.get(f"/v1/registry/projects{path}")) == (404, "NOT_FOUND")
    assert refusal(applicant.post(f"{path}/notice")) == (403, "ROLE_NOT_ALLOWED")
    state_expected(later, parse("prj", path[1:]))
    assert operator.post(f"{path}/notice").json["state"] == "on_notice"

    told = http.get(f"/v1/registry/projects{path}").json
    assert told["design_document"] == stated
    assert told["design_document"]["design"]["benefit_split"][1]["party"] == "village"
    (notice,) = told["notices"]
    assert notice["digest"] == stated["digest"]
    # Twenty working days go further than Guangdong's seven; the text of neither was read.
    assert (notice["by_rule"]["days"], notice["by_rule"]["grade"]) == (20, "memory")
    opened_on = later.clock.now().astimezone(later.zone).date()
    assert date.fromisoformat(notice["last_day"]) == last_working_day(opened_on, 20, later.calendar)
    drawn = http.get(f"/v1/registry/projects{path}/boundary")
    assert len(drawn.json["features"]) == 1
    listed = http.get("/v1/registry/projects?state=on_notice").json["data"]
    assert path[1:] in [each["id"] for each in listed]


def test_the_longest_rule_that_applies_counts(later: Wiring) -> None:
    terms, calendar = later.programme.projects, WorkingDays(CN)
    own = NoticeRule(GradedFigure(90, "rule", "x"), CALENDAR, region="CN-44")
    more = terms._replace(notices=(*terms.notices, own))

    def ends(region: str, methodology: str, terms: Any = more) -> tuple[int, date]:
        found = terms.last_notice_day(
            date(2026, 3, 2), region=region, methodology=methodology, calendar=calendar
        )
        return found.rule.days.value, found.day

    assert ends("CN-440800", "a.rule@1") == (90, date(2026, 5, 31))
    assert ends("CN-330100", "a.rule@1")[0] == 20
    assert ends("CN-330100", "cdm.grid_connected_pv@1", terms)[0] == 30
    assert ends("CN-330100", "cdm.mangrove_restoration@1", terms) == (45, date(2026, 4, 16))


def test_a_notice_closes_when_its_days_are_over_and_no_objection_is_open(
    later: Wiring, later_app: Flask, applicant: Applicant, operator: Applicant
) -> None:
    path = on_notice(later, applicant, operator)
    until = last_day(applicant, path)
    assert refusal(operator.post(f"{path}/close-notice")) == (409, "NOTICE_RUNNING")
    filed = objected(Http(later_app), path, key=f"objection-{path[5:]}")
    assert filed.status_code == 201, filed.text
    assert filed.json["project_id"] == path[1:]
    # It is the programme's of the project's place, wherever its sender lives.
    assert (filed.json["region"], filed.json["answerer"]["role"]) == ("CN-440800", "programme")
    over = at(later, until, 1)
    with pytest.raises(ObjectionOpen) as refused:
        over.database.transact(closing(over, path))
    assert refused.value.facts["numbers"] == filed.json["number"]

    body = {"outcome": "correct", "text": "已更正。"}
    replied = operator.http.post(
        f"/v1/complaints/{filed.json['number']}/reply", body, token=operator.token
    )
    assert replied.status_code == 200, replied.text
    # Nobody took the answer further in ten working days: it has ended, whether or not a job ran.
    assert over.database.transact(closing(over, path)).state == "notice_closed"
    assert refusal(objected(Http(later_app), path, key="later-one-entirely")) == (404, "NOT_FOUND")


def test_another_design_during_the_notice_begins_it_anew(
    later: Wiring, later_app: Flask, applicant: Applicant, operator: Applicant
) -> None:
    place, path = a_place(), applicant.submitted()
    applicant.state(path, on_land(parcel("A", square(place))))
    state_expected(later, parse("prj", path[1:]))
    operator.post(f"{path}/notice")
    half = on_land(parcel("A", square(place, 50_000)))
    assert applicant.state(path, half).status_code == 201
    told = Http(later_app).get(f"/v1/registry/projects{path}").json
    assert [each["design_number"] for each in told["notices"]] == [1, 2]
    assert (told["state"], told["design_document"]["number"]) == ("on_notice", 2)
    assert told["notice_until"] == told["notices"][1]["last_day"]
    # The same again begins nothing.
    applicant.state(path, half)
    assert len(Http(later_app).get(f"/v1/registry/projects{path}").json["notices"]) == 2


def test_a_notice_is_of_a_design_with_its_table_and_closes_with_one(
    later: Wiring, applicant: Applicant, operator: Applicant
) -> None:
    place, path = a_place(), applicant.submitted()
    project_id = parse("prj", path[1:])
    applicant.state(path, on_land(parcel("A", square(place))))
    assert refusal(operator.post(f"{path}/notice")) == (409, "EX_ANTE_MISSING")
    state_expected(later, project_id)
    assert operator.post(f"{path}/notice").json["state"] == "on_notice"
    applicant.state(path, on_land(parcel("A", square(place, 50_000))))
    over = at(later, last_day(applicant, path), 1)
    with pytest.raises(ExAnteMissing) as refused:
        over.database.transact(closing(over, path))
    assert refused.value.facts["design"] == 2
    # Nor does time itself close it.
    deadlines, clock = over.project_deadlines, over.clock
    while over.database.transact(move_projects, deadlines=deadlines, clock=clock):
        pass
    assert applicant.get(path).json["state"] == "on_notice"
    state_expected(later, project_id)
    assert over.database.transact(closing(over, path)).state == "notice_closed"


@pytest.mark.parametrize("first", ["objection", "closing"])
def test_an_objection_is_heard_or_refused_and_never_lost(
    later: Wiring, applicant: Applicant, operator: Applicant, first: str
) -> None:
    path = on_notice(later, applicant, operator)
    over = at(later, last_day(applicant, path), 1)
    object_, close = objecting(over, path), closing(over, path)
    held, waiting = (object_, close) if first == "objection" else (close, object_)
    refused = ObjectionOpen if first == "objection" else UnknownComplaint
    with pytest.raises(refused):
        while_held(over.database, held, lambda: over.database.transact(waiting))


def test_many_object_while_the_notice_is_closed(
    later: Wiring, applicant: Applicant, operator: Applicant
) -> None:
    path = on_notice(later, applicant, operator)
    over = at(later, last_day(applicant, path), 1)
    works = [objecting(over, path), closing(over, path), objecting(over, path)]
    at_once([partial(over.database.transact, work) for work in works])
    with over.database.engine.connect() as connection:
        project = find_project(connection, parse("prj", path[1:]))
        filed = connection.execute(
            text("select count(*) from complaint where project_id = :id"),
            {"id": parse("prj", path[1:])},
        ).scalar_one()
    assert project is not None
    assert (project.state, filed) in (("notice_closed", 0), ("on_notice", 1), ("on_notice", 2))
