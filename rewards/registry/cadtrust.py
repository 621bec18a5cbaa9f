"""Rows of CAD Trust's data model 2.0.2: which fields a table has, and whether a row is one of it.

Source: Climate Action Data Trust, data schema v2.0.2 of 2026-06-30 (Chia-Network/cadt,
docs/cadtrust-schema-v2.0.2.json, tables, picklists and insert order), and what its server checks
beyond that (src/validations/v2, lengths). Only what a registry supplies is here: the server makes
ids, counts and times of its own, and refuses a row that states them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.json_value import Json
from rewards.registry.cadtrust_lists import BODIES, PICKLISTS

MODEL: Final = "2.0.2"
# What stands first is there when what refers to it comes.
INSERT_ORDER: Final = (
    *("program", "methodology", "stakeholder", "label", "project", "project_methodology"),
    *("validation", "verification", "location", "estimation", "rating", "co_benefit"),
    *("issuance", "unit", "unit_label"),
)
TEXT, LINK, DAY, YEAR, NUMBER, ID, WORDS = (
    *("text", "link", "day", "year", "number", "id", "words"),
)
_LINK: Final = re.compile(r"https?://[^\s]+")
_NUMBER: Final = re.compile(r"-?\d+(\.\d{1,6})?")


class CadTrustField(NamedTuple):
    """A field: what it holds, whether it must be there, how long it may be, of which list it is."""

    holds: str = TEXT
    needed: bool = False
    most: int = 255
    picklist: str | None = None


class CadTrustFault(NamedTuple):
    """What is wrong with a row, by the field."""

    field: str
    fault: str


_ID: Final = CadTrustField(ID, needed=True)
_NEEDED: Final = CadTrustField(needed=True)
_LINKED: Final = CadTrustField(LINK, most=500)
_DATED: Final = CadTrustField(DAY)
_MUST_BE_DATED: Final = CadTrustField(DAY, needed=True)


def _listed(name: str, *, needed: bool = True) -> CadTrustField:
    return CadTrustField(needed=needed, picklist=name)


TABLES: Final[Mapping[str, Mapping[str, CadTrustField]]] = {
    "program": {
        "programName": _NEEDED,
        "programRegistry": _NEEDED,
        "programRegistryId": _NEEDED,
        "programDescription": CadTrustField(most=2000),
    },
    "methodology": {
        "methodologyCode": _NEEDED,
        "methodologyName": CadTrustField(needed=True, most=500),
        "methodologyType": _listed("unit_type", needed=False),
        "methodologyVersion": CadTrustField(),
        "methodologyDate": _DATED,
        "methodologyLink": _LINKED,
    },
    "stakeholder": {
        "stakeholderName": _NEEDED,
        "stakeholderType": _listed("stakeholder_type"),
        "stakeholderLink": _LINKED,
        "cadTrustProjectId": _ID,
    },
    "label": {
        "labelName": _NEEDED,
        "labelType": _listed("label_type"),
        "labelLink": _LINKED,
        "labelDate": _DATED,
    },
    "project": {
        "projectRegistryName": _NEEDED,
        "projectId": _NEEDED,
        "projectCreditingProgram": CadTrustField(),
        "projectName": CadTrustField(needed=True, most=500),
        "projectLink": CadTrustField(LINK, needed=True, most=500),
        "projectDescription": CadTrustField(most=2000),
        "projectSector": CadTrustField(WORDS, needed=True, picklist="project_sector"),
        "projectType": CadTrustField(WORDS, needed=True, picklist="project_type"),
        "projectSubtype": CadTrustField(),
        "projectStatus": _listed("project_status"),
        "projectStatusDate": _MUST_BE_DATED,
        "projectUnitMetric": _listed("unit_metric"),
        "cadTrustProgramId": CadTrustField(ID),
    },
    "project_methodology": {
        "cadTrustProjectId": _ID,
        "cadTrustMethodologyId": _ID,
        "projectMethodologyDate": _DATED,
        "projectMethodologyDescription": CadTrustField(),
    },
    "validation": {
        "validationId": _NEEDED,
        "validationType": _listed("validation_type"),
        "validationBody": _listed("body"),
        "validationDate": _DATED,
        "validationCreditPeriodStartDate": _DATED,
        "validationCreditPeriodEndDate": _DATED,
        "cadTrustProjectId": _ID,
    },
    "verification": {
        "verificationId": _NEEDED,
        "verificationStartDate": _DATED,
        "verificationEndDate": _DATED,
        "verificationBody": _listed("body"),
        "cadTrustProjectId": _ID,
        "cadTrustValidationId": CadTrustField(ID),
    },
    "location": {
        "locationCountry": _listed("location_country"),
        "locationRegion": CadTrustField(),
        "locationGis": CadTrustField(most=10_000),
        "locationMapType": _listed("location_map_type", needed=False),
        "locationMapFileLink": _LINKED,
        "cadTrustProjectId": _ID,
    },
    "estimation": {
        "estimationStartDate": _MUST_BE_DATED,
        "estimationEndDate": _MUST_BE_DATED,
        "estimationUnitCount": CadTrustField(NUMBER, needed=True),
        "estimationReferenceNo": CadTrustField(),
        "cadTrustProjectId": _ID,
    },
    "rating": {
        "ratingType": _listed("rating_type"),
        "ratingName": _NEEDED,
        "ratingValue": _NEEDED,
        "ratingLink": _LINKED,
        "cadTrustProjectId": _ID,
    },
    # Its field is not called as its column is; the other name is taken without a word and lost.
    "co_benefit": {"cobenefit": _listed("co_benefit"), "cadTrustProjectId": _ID},
    "issuance": {
        "issuanceId": _NEEDED,
        "issuanceDate": _DATED,
        "cadTrustVerificationId": _ID,
        "cadTrustProjectMethodologyId": _ID,
        "cadTrustLocationId": _ID,
    },
    "unit": {
        "unitSerialId": _NEEDED,
        "unitStartBlock": _NEEDED,
        "unitEndBlock": _NEEDED,
        "unitType": _listed("unit_type"),
        "unitVintageYear": CadTrustField(YEAR, needed=True),
        "unitStatus": _listed("unit_status"),
        "unitStatusReason": _NEEDED,
        "unitStatusDate": _MUST_BE_DATED,
        "unitRetirementDetail": CadTrustField(),
        "unitRetirementBeneficiary": CadTrustField(),
        "unitRetirementBeneficiaryId": CadTrustField(),
        "unitLink": _LINKED,
        "unitMetric": _listed("unit_metric"),
        "unitCurrentOwner": CadTrustField(),
        "unitItmosReferenceId": CadTrustField(),
        "cadTrustIssuanceId": _ID,
    },
    "unit_label": {
        "cadTrustLabelId": _ID,
        "cadTrustUnitId": _ID,
        "labelUnitDate": _MUST_BE_DATED,
        "labelUnitDescription": CadTrustField(),
    },
}
# The table that an id is of, by the field that refers to it.
REFERS_TO: Final[Mapping[str, str]] = {
    "cadTrustProgramId": "program",
    "cadTrustMethodologyId": "methodology",
    "cadTrustLabelId": "label",
    "cadTrustProjectId": "project",
    "cadTrustProjectMethodologyId": "project_methodology",
    "cadTrustValidationId": "validation",
    "cadTrustVerificationId": "verification",
    "cadTrustLocationId": "location",
    "cadTrustIssuanceId": "issuance",
    "cadTrustUnitId": "unit",
}


def is_listed_body(name: str) -> bool:
    """Whether CAD Trust knows a validating or verifying body by exactly this name."""
    return name in BODIES


def faults_of(table: str, row: Mapping[str, Json]) -> list[CadTrustFault]:
    """What the peer would refuse of a row; nothing when it is one of the table."""
    fields = TABLES[table]
    faults = [CadTrustFault(name, "unknown") for name in sorted(row.keys() - fields.keys())]
    for name, field in fields.items():
        value = row.get(name)
        if value is None:
            if field.needed:
                faults.append(CadTrustFault(name, "missing"))
        elif not _holds(field, value):
            faults.append(CadTrustFault(name, f"no {field.holds}"))
        elif not _is_listed(field, value):
            faults.append(CadTrustFault(name, "not in the list"))
    return faults or _ranges(table, row)


def _ranges(table: str, row: Mapping[str, Json]) -> list[CadTrustFault]:
    """What is wrong between two fields of a row whose fields are right by themselves."""
    if table == "unit":
        ends = [str(row["unitStartBlock"]), str(row["unitEndBlock"])]
        if not all(each.isdecimal() for each in ends) or int(ends[0]) > int(ends[1]):
            return [CadTrustFault("unitEndBlock", "before the start")]
    if table == "estimation" and str(row["estimationEndDate"]) <= str(row["estimationStartDate"]):
        return [CadTrustFault("estimationEndDate", "not after the start")]
    return []


def _holds(field: CadTrustField, value: Json) -> bool:
    if field.holds == WORDS:
        return isinstance(value, list) and all(isinstance(each, str) for each in value)
    if field.holds == YEAR:
        return isinstance(value, int) and 1900 <= value <= 2100
    if not isinstance(value, str) or not 0 < len(value) <= field.most:
        return False
    if field.holds == DAY:
        return _is_day(value)
    if field.holds == ID:
        return _is_id(value)
    pattern = {LINK: _LINK, NUMBER: _NUMBER}.get(field.holds)
    return pattern is None or pattern.fullmatch(value) is not None


def _is_listed(field: CadTrustField, value: Json) -> bool:
    if field.picklist is None:
        return True
    words = value if isinstance(value, list) else [value]
    return all(each in PICKLISTS[field.picklist] for each in words)


def _is_day(value: str) -> bool:
    try:
        return date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_id(value: str) -> bool:
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False
