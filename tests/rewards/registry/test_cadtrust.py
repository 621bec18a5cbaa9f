"""What a row of CAD Trust must be, and what its server refuses."""

from __future__ import annotations

import pytest

from behaviours.json_value import JsonObject
from rewards.registry.cadtrust import (
    INSERT_ORDER,
    REFERS_TO,
    TABLES,
    CadTrustFault,
    faults_of,
    is_listed_body,
)
from rewards.registry.cadtrust_lists import BODIES, PICKLISTS

SOME = "6f0b6f1e-5a3c-5c0e-9d0f-2f4f7f7b1c11"
UNIT: JsonObject = {
    "unitSerialId": "TPH-V-GD.X-2026-1-12-97",
    "unitStartBlock": "1",
    "unitEndBlock": "12",
    "unitType": "Removal - nature",
    "unitVintageYear": 2026,
    "unitStatus": "Held",
    "unitStatusReason": "active",
    "unitStatusDate": "2027-03-01",
    "unitMetric": "tCO2e",
    "cadTrustIssuanceId": SOME,
}
PROJECT: JsonObject = {
    "projectRegistryName": "x",
    "projectId": "1",
    "projectName": "x",
    "projectLink": "https://registry.example/1",
    "projectSector": ["Afforestation and reforestation"],
    "projectType": ["Solar"],
    "projectStatus": "Listed",
    "projectStatusDate": "2027-03-01",
    "projectUnitMetric": "tCO2e",
}


def test_a_row_as_it_should_be_has_no_fault() -> None:
    assert faults_of("unit", UNIT) == []
    assert faults_of("project", PROJECT) == []


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        # The word of the first model, which this one refuses.
        ("unitStatus", "Active", "not in the list"),
        ("unitType", "removal - nature", "not in the list"),
        ("unitVintageYear", "2026", "no year"),
        ("unitVintageYear", 1899, "no year"),
        ("unitStatusDate", "2027-3-1", "no day"),
        ("unitStatusDate", "2027-02-30", "no day"),
        ("unitStatusReason", "", "no text"),
        ("unitStatusReason", None, "missing"),
        ("unitSerialId", 256 * "x", "no text"),
        ("cadTrustIssuanceId", "iss_1", "no id"),
        ("unitLink", "registry.example", "no link"),
        ("unitEndBlock", "0", "before the start"),
        # Its server makes these: a row that states them is refused.
        ("unitCount", 12, "unknown"),
        ("orgUid", SOME, "unknown"),
    ],
)
def test_a_fault_of_a_unit_is_named(name: str, value: str | int | None, fault: str) -> None:
    assert faults_of("unit", {**UNIT, name: value}) == [CadTrustFault(name, fault)]


def test_sectors_are_a_list_even_of_one() -> None:
    said = {**PROJECT, "projectSector": "Afforestation and reforestation"}
    assert faults_of("project", said) == [CadTrustFault("projectSector", "no words")]


def test_the_goal_of_a_co_benefit_is_not_called_as_its_column_is() -> None:
    named = faults_of("co_benefit", {"coBenefitId": "x", "cadTrustProjectId": SOME})
    assert CadTrustFault("coBenefitId", "unknown") in named
    assert CadTrustFault("cobenefit", "missing") in named


def test_an_estimate_ends_after_it_begins() -> None:
    said: JsonObject = {
        "estimationStartDate": "2026-12-31",
        "estimationEndDate": "2026-12-31",
        "estimationUnitCount": "1.000001",
        "cadTrustProjectId": SOME,
    }
    (fault,) = faults_of("estimation", said)
    assert fault == CadTrustFault("estimationEndDate", "not after the start")
    said["estimationUnitCount"] = "1.0000001"
    assert CadTrustFault("estimationUnitCount", "no number") in faults_of("estimation", said)


def test_what_is_referred_to_comes_first_and_every_list_is_known() -> None:
    assert set(INSERT_ORDER) == set(TABLES)
    order = {table: at for at, table in enumerate(INSERT_ORDER)}
    for table, fields in TABLES.items():
        for name, field in fields.items():
            assert field.picklist is None or field.picklist in PICKLISTS, name
            if name in REFERS_TO and table != "stakeholder":
                assert order[REFERS_TO[name]] < order[table], (table, name)


def test_bodies_are_known_letter_for_letter() -> None:
    assert len(BODIES) == 58
    assert is_listed_body("China Quality Certification Center")
    assert not is_listed_body("China Quality Certification Centre")
