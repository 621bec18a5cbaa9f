"""A design document holds land and meters; of two that want the same, one alone has it.

The audit derives it apart, in its lines ``project_land`` and ``project_meters``.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import Connection, text

from app.ids import parse, public
from app.store.audit.projects import METERS
from app.usecases.audit.check_project_land import check_project_land
from app.wiring import Wiring
from tests.builders.answers import refusal
from tests.builders.at_once import at_once
from tests.builders.issuers import an_issuer
from tests.builders.people import Tokens, an_organisation
from tests.builders.projects import (
    KM,
    SUN,
    Applicant,
    a_place,
    design,
    meter,
    on_land,
    parcel,
    square,
)

Applicants = Callable[[], Applicant]


@pytest.fixture
def grid(later: Wiring) -> str:
    """An issuer of meter numbers."""
    return an_issuer(later, kinds=("meter",))


def a_number() -> str:
    return f"33{secrets.randbelow(10**14):014d}"


def pointer(answer: Any) -> str:
    return str(answer.json["errors"][0]["pointer"])


def test_a_design_is_published_by_its_digest_with_the_areas_that_follow(
    applicant: Applicant,
) -> None:
    east, north = a_place()
    two = [parcel("A", square((east, north))), parcel("B", square((east + KM, north)))]
    path = applicant.submitted()
    answer = applicant.state(path, on_land(*two))
    assert answer.status_code == 201, answer.text
    said = answer.json["design"]
    areas = [each["area_m2"] for each in said["parcels"]]
    assert said["area_m2"] == said["strata"][0]["area_m2"] == sum(areas)
    assert all(700_000 < area < 1_250_000 for area in areas)
    spelled = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert answer.json["digest"] == f"sha256:{hashlib.sha256(spelled.encode()).hexdigest()}"
    assert applicant.get(path).json["state"] == "designed"
    assert applicant.get(f"{path}/design-document").json == answer.json

    drawn = applicant.get(f"{path}/boundary")
    assert drawn.content_type == "application/geo+json"
    corner = drawn.json["features"][0]["geometry"]["coordinates"][0][0][0]
    assert [round(axis * 10_000_000) for axis in corner] == [east, north]
    assert drawn.json["features"][1]["properties"]["parcel_no"] == "B"


def test_the_same_design_again_is_that_one_and_another_is_the_next(applicant: Applicant) -> None:
    place, path = a_place(), applicant.submitted()
    first = applicant.state(path, on_land(parcel("A", square(place)))).json
    assert applicant.state(path, on_land(parcel("A", square(place)))).json == first
    # Half of it: its own land is in nobody's way.
    second = applicant.state(path, on_land(parcel("A", square(place, KM // 2)))).json
    assert (first["number"], second["number"]) == (1, 2)
    assert applicant.get(f"{path}/design-document").json["number"] == 2


def test_before_the_design_there_is_none(applicant: Applicant) -> None:
    path = applicant.apply()
    assert refusal(applicant.get(f"{path}/design-document")) == (404, "NOT_FOUND")
    body = on_land(parcel("A", square(a_place())))
    assert refusal(applicant.state(path, body)) == (409, "PROJECT_STATE_CONFLICT")


def test_numbers_of_a_map_program_are_read_as_geojson_has_them(applicant: Applicant) -> None:
    east, north = (each / 10_000_000 for each in a_place())
    ring = [[east, north], [east + 0.01, north], [east, north + 0.01], [east, north]]
    many = {"type": "MultiPolygon", "coordinates": [[ring]]}
    path = applicant.submitted()
    assert applicant.state(path, on_land(parcel("A", many))).status_code == 201


def test_land_of_another_project_is_refused_and_what_is_shared_is_shown(
    applicant: Applicant, an_applicant: Applicants
) -> None:
    """E1, E3: by where it lies, whatever it is called; a common border is no quarrel."""
    east, north = a_place()
    here, other = applicant.submitted(), an_applicant()
    assert applicant.state(here, on_land(parcel("A", square((east, north))))).status_code == 201
    there = other.submitted(name="另一个名称")
    overlapping = on_land(parcel("其他", square((east + KM - 3_000, north))))
    answer = other.state(there, overlapping)
    assert refusal(answer) == (409, "BOUNDARY_OVERLAPS")
    assert pointer(answer) == "/parcels/0/geometry"
    told = answer.json["details"]
    assert told["project"] == here[1:]
    assert 20_000 < told["area_m2"] < 40_000
    assert len(told["shared"][0][0]) == 5
    assert here[1:] in answer.json["detail"]
    # Side by side, and over the corner.
    beside = on_land(parcel("其他", square((east + KM, north + KM // 2))))
    assert other.state(there, beside).status_code == 201


def test_land_is_free_when_its_project_is_withdrawn(
    applicant: Applicant, an_applicant: Applicants
) -> None:
    """E2: the same land, later."""
    body = on_land(parcel("A", square(a_place())))
    here, other = applicant.submitted(), an_applicant()
    assert applicant.state(here, body).status_code == 201
    there = other.submitted()
    assert refusal(other.state(there, body)) == (409, "BOUNDARY_OVERLAPS")
    assert applicant.post(f"{here}/withdraw").status_code == 200
    assert other.state(there, body).status_code == 201


def test_of_many_who_want_the_same_land_at_once_one_has_it(an_applicant: Applicants) -> None:
    east, north = a_place()
    wanting = [(each, each.submitted()) for each in [an_applicant() for _ in range(6)]]
    # Each overlaps with its neighbours and not with the others, so what may stand is known.
    bodies = [
        on_land(parcel("A", square((east + at * KM // 2, north)))) for at in range(len(wanting))
    ]
    answers = at_once(
        [
            lambda who=who, path=path, body=body: who.state(path, body)
            for (who, path), body in zip(wanting, bodies, strict=True)
        ]
    )
    held = [at for at, each in enumerate(answers) if each.status_code == 201]
    assert {each.status_code for each in answers} == {201, 409}
    assert all(after - before >= 2 for before, after in pairwise(held))
    # Nobody was refused for nothing: whoever was has a neighbour that stands.
    assert all(at in held or {at - 1, at + 1} & {*held} for at in range(len(wanting)))


def test_a_plant_is_known_by_its_meter_in_every_spelling(
    applicant: Applicant, an_applicant: Applicants, grid: str
) -> None:
    """E3: by the number, not by the title."""
    number = a_number()
    here, other = applicant.submitted("grid_connection", **SUN), an_applicant()
    assert applicant.state(here, design(meters=[meter(number, grid)])).status_code == 201
    there = other.submitted("grid_connection", **SUN)
    spelled = f"{number[:4]}-{number[4:]}"
    answer = other.state(there, design(meters=[meter(spelled, grid)]))
    assert refusal(answer) == (409, "BOUNDARY_OVERLAPS")
    assert pointer(answer) == "/meters/0"
    assert refusal(other.state(there, design(meters=[meter("？", grid)]))) == (
        422,
        "UNUSABLE_NUMBER",
    )


def test_a_meter_of_another_mechanism_is_refused(
    applicant: Applicant, tokens: Tokens, grid: str
) -> None:
    """E4: what CCER counts is not counted here."""
    number = a_number()
    declared = {
        "mechanism": "ccer",
        "reference": f"CCER-{number}",
        "kind": "meter",
        "issuer": grid,
        "evidence": {"meter_id": number},
        "from": "2027-01-01",
    }
    operator = applicant.http.post(
        "/v1/declared-elsewhere", {"declarations": [declared]}, token=tokens("operator")
    )
    assert operator.status_code == 201, operator.text
    path = applicant.submitted("grid_connection", **SUN)
    answer = applicant.state(path, design(meters=[meter(a_number(), grid), meter(number, grid)]))
    assert refusal(answer) == (409, "DECLARED_ELSEWHERE")
    assert pointer(answer) == "/meters/1"
    assert declared["reference"] in answer.json["detail"]


def test_a_meter_inside_a_covered_emitter_is_refused(
    applicant: Applicant, tokens: Tokens, later: Wiring, grid: str
) -> None:
    """E4: what a carbon market owns already is not a project's."""
    number = a_number()
    emitter = public("org", an_organisation(later, "enterprise"))
    said = {
        "market": "national",
        "first_year": 2027,
        "source": "2027 年度名录",
        "numbers": [
            {
                "site": "一号厂房",
                "region": "CN-330100",
                "kind": "meter",
                "issuer": grid,
                "evidence": {"meter_id": number},
            }
        ],
    }
    post = applicant.http.post
    path = f"/v1/organisations/{emitter}/covered-emitter"
    proposed = post(path, said, token=tokens("operator"))
    assert proposed.status_code == 202, proposed.text
    boundary = f"/v1/covered-emitters/{proposed.json['id']}/publish"
    assert post(boundary, token=tokens("authority")).status_code == 201
    project = applicant.submitted("grid_connection", **SUN)
    answer = applicant.state(project, design(meters=[meter(number, grid)]))
    assert refusal(answer) == (409, "INSIDE_COVERED_EMITTER")
    assert pointer(answer) == "/meters/0"
    assert proposed.json["id"] in answer.json["detail"]


def broken_by(later: Wiring, statement: str, **given: object) -> set[str]:
    """The projects that the audit names when somebody who owns the server did this."""
    with later.database.engine.connect() as connection, connection.begin() as change:
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(text(statement), given)
        land = check_project_land(connection)
        named = [*land.offenders, *broken_meters(connection)]
        change.rollback()
    return {*named}


def broken_meters(connection: Connection) -> list[str]:
    asked = text(f"select offender from ({METERS.rows}) c (offender, bad) where bad is not false")
    return list(connection.execute(asked).scalars())


def test_the_audit_sees_land_that_is_not_as_the_design_says(
    applicant: Applicant, an_applicant: Applicants, later: Wiring, grid: str
) -> None:
    east, north = a_place()
    here, other = applicant.submitted(), an_applicant()
    assert applicant.state(here, on_land(parcel("A", square((east, north))))).status_code == 201
    there = other.submitted()
    beside = on_land(parcel("A", square((east + KM, north))))
    assert other.state(there, beside).status_code == 201
    ids = {"here": parse("prj", here[1:]), "there": parse("prj", there[1:])}
    assert broken_by(later, "select 1") & {here[1:], there[1:]} == set()
    mine = "where project_id = :here"
    for statement in (
        f"update project_parcel set area_m2 = area_m2 + 1 {mine}",
        f"update project_parcel set west = west - 1 {mine}",
        f"update project_parcel set tenure_no = 'mine' {mine}",
        f"delete from project_parcel {mine}",
        f"update project_design set digest = sha256('another') {mine}",
        f"update project_design set content = jsonb_set(content, '{{baseline}}', '\"x\"') {mine}",
        "insert into project_meter values (:here, sha256('m'), 'grid', '1', 1, '2026-01-01')",
    ):
        assert broken_by(later, statement, **ids) & {here[1:], there[1:]} == {here[1:]}, statement
    # The neighbour's land, as far as it says, lies here.
    moved = """
        update project_parcel p set shape = q.shape, west = q.west, east = q.east
          from project_parcel q where p.project_id = :there and q.project_id = :here
    """
    assert broken_by(later, moved, **ids) >= {here[1:], there[1:]}


def test_the_audit_sees_a_meter_that_two_projects_hold(
    applicant: Applicant, an_applicant: Applicants, later: Wiring, grid: str
) -> None:
    held = []
    for who in (applicant, an_applicant()):
        path = who.submitted("grid_connection", **SUN)
        assert who.state(path, design(meters=[meter(a_number(), grid)])).status_code == 201
        held.append(path[1:])
    one, two = (parse("prj", each) for each in held)
    stolen = """
        update project_meter p set number_digest = q.number_digest
          from project_meter q where p.project_id = :one and q.project_id = :two
    """
    assert broken_by(later, stolen, one=one, two=two) >= {*held}
