"""A public project as rows of CAD Trust: in their order, right by its checks, and nobody's name."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import text

from app.shown.cadtrust import CadTrustRow, faults_in
from app.wiring import Wiring
from rewards.registry.cadtrust import INSERT_ORDER
from rewards.registry.serials import parse_serial
from tests.builders.empty_market import market, shut
from tests.builders.handed_over import HandingOver

__all__ = ["market", "shut"]

LISTED = "China Quality Certification Center"


@pytest.fixture
def issue(market: Wiring) -> HandingOver:
    return HandingOver(market)


def rename_bodies(issue: HandingOver, name: str) -> None:
    with issue.marsh.wiring.database.engine.begin() as connection:
        connection.execute(
            text("update organisation set name = :name where kind = 'verifier'"), {"name": name}
        )


def file_of(issue: HandingOver) -> bytes:
    path = f"/v1/registry/projects{issue.marsh.path}/cadtrust.zip"
    answer: Any = issue.marsh.http.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip"), answer.text
    made: bytes = answer.data
    return made


def tables(content: bytes) -> dict[str, list[dict[str, Any]]]:
    with zipfile.ZipFile(BytesIO(content)) as packed:
        names = [name for name in packed.namelist() if name != "left-out.json"]
        read = [json.loads(packed.read(name)) for name in names]
    assert [each["table"] for each in read] == list(INSERT_ORDER)
    return {each["table"]: each["rows"] for each in read}


def left_out(content: bytes) -> list[dict[str, str]]:
    with zipfile.ZipFile(BytesIO(content)) as packed:
        found: list[dict[str, str]] = json.loads(packed.read("left-out.json"))["left_out"]
    return found


def rows_of(found: dict[str, list[dict[str, Any]]]) -> list[CadTrustRow]:
    # A stakeholder is of a project, which stands after it in the list: its server is told later.
    order = sorted(found, key=lambda table: (table == "stakeholder", INSERT_ORDER.index(table)))
    return [CadTrustRow(table, each["id"], each["row"]) for table in order for each in found[table]]


def test_every_row_passes_the_checks_of_the_peer_in_insert_order(issue: HandingOver) -> None:
    rename_bodies(issue, LISTED)
    content = file_of(issue)
    found = tables(content)
    assert faults_in(rows_of(found)) == []
    assert left_out(content) == []
    counts = {table: len(rows) for table, rows in found.items() if rows}
    assert counts == {
        **dict.fromkeys(("program", "methodology", "stakeholder", "label", "project"), 1),
        **dict.fromkeys(("project_methodology", "validation", "verification", "location"), 1),
        "estimation": len(found["estimation"]),
        "issuance": 1,
        "unit": 2,
        "unit_label": 2,
    }
    (project,) = found["project"]
    assert project["row"]["projectStatus"] == "Certified"
    assert file_of(issue) == content, "the same byte for byte"


def test_the_units_are_those_of_the_registry_with_both_ends(issue: HandingOver) -> None:
    rename_bodies(issue, LISTED)
    units = [each["row"] for each in tables(file_of(issue))["unit"]]
    assert sorted(each["unitStatus"] for each in units) == ["Buffer", "Held"]
    total = 0
    for each in units:
        serial = parse_serial(
            each["unitSerialId"], prefix=issue.marsh.wiring.programme.serial_prefix
        )
        first, last = int(each["unitStartBlock"]), int(each["unitEndBlock"])
        assert (first, last) == (serial.first, serial.end - 1)
        total += last - first + 1
    assert total == 1000
    issue.delivered()
    issue.signing("answer", **issue.accepting())
    dead = [each["row"] for each in tables(file_of(issue))["unit"]]
    assert {each["unitStatus"] for each in dead} == {"Cancelled"}
    assert all("GZ-2027-0042" in each["unitStatusReason"] for each in dead)


def test_what_its_lists_do_not_know_is_left_out_with_what_refers_to_it(issue: HandingOver) -> None:
    rename_bodies(issue, "某核查机构")
    content = file_of(issue)
    found = tables(content)
    assert faults_in(rows_of(found)) == []
    for table in ("validation", "verification", "issuance", "unit", "unit_label"):
        assert found[table] == [], table
    told = [each["table"] for each in left_out(content)]
    assert sorted(set(told)) == ["issuance", "unit", "validation", "verification"]
    assert any("某核查机构" in each["why"] for each in left_out(content))


def test_no_person_is_in_it_and_a_draft_is_not_there(issue: HandingOver) -> None:
    content = file_of(issue)
    for prefix in (b"usr_", b"par_"):
        assert prefix not in content
    # Whoever gave an opinion or signed stands in the books by an id.
    with issue.marsh.wiring.database.engine.connect() as connection:
        users = connection.execute(text("select user_id, username from app_user order by user_id"))
        for user_id, username in users:
            for told in (user_id.hex, str(user_id), username):
                assert told.encode() not in content, told
    unknown = issue.marsh.http.get(f"/v1/registry/projects/prj_{32 * '0'}/cadtrust.zip")
    assert unknown.status_code == 404
