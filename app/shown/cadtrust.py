"""A public project as rows of CAD Trust's data model, and as one file of them in insert order.

Ids are derived from what a row is of, so that the same books make the same file byte for byte; the
peer gives ids of its own, and whoever loads the file puts those in their place. What its lists do
not know is left out, with everything that would refer to it, and said so.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Final, NamedTuple
from uuid import UUID, uuid5

from app.ids import public
from app.usecases.projects.read_cadtrust import CadTrustSource
from behaviours.json_value import JsonObject
from behaviours.projects.designed import facts_of
from behaviours.projects.project import (
    COMPLETED,
    DEREGISTERED,
    LAPSED,
    REGISTERED,
    REGISTRATION_REQUESTED,
    REJECTED,
    SUSPENDED,
    VALIDATED,
    WITHDRAWN,
)
from behaviours.projects.validation import POSITIVE
from rewards.registry import block
from rewards.registry.cadtrust import (
    INSERT_ORDER,
    REFERS_TO,
    CadTrustFault,
    faults_of,
    is_listed_body,
)
from rewards.registry.cadtrust_lists import (
    CERTIFICATION,
    COUNTRY,
    GEOJSON,
    LAND_SECTOR,
    LAND_TYPE,
    OF_DESIGN,
    OWNER,
    POWER_SECTOR,
    POWER_TYPE,
    REDUCTION,
    REMOVAL,
    TONNES,
)
from rewards.registry.register import RegisteredBlock
from rewards.registry.serials import print_serial

_SPACE: Final = UUID("6f0b6f1e-5a3c-5c0e-9d0f-2f4f7f7b1c11")
_DAY: Final = timedelta(days=1)
_MG_TO_MILLIONTHS: Final = 1_000
# Before it is validated a project is Listed; what was issued of one is Certified (rule).
_STATUS: Final = {
    VALIDATED: "Validated",
    REGISTRATION_REQUESTED: "Validated",
    REGISTERED: "Registered",
    COMPLETED: "Completed",
    SUSPENDED: "Inactive",
    DEREGISTERED: "Inactive",
    REJECTED: "Rejected",
    WITHDRAWN: "Withdrawn",
    LAPSED: "Withdrawn",
}
_UNIT_STATUS: Final = {
    block.ACTIVE: "Held",
    block.RESERVED: "Held",
    block.LOCKED: "Held",
    block.SUSPENDED: "Inactive",
    block.BUFFER: "Buffer",
    block.RETIRED: "Retired",
    block.CANCELLED: "Cancelled",
}


class CadTrustContext(NamedTuple):
    """Whose registry it is, and where it is read."""

    programme: str
    prefix: str
    base_url: str
    zone: tzinfo


class CadTrustRow(NamedTuple):
    """A row of a table, and the id by which others refer to it."""

    table: str
    row_id: str
    row: JsonObject


class LeftOut(NamedTuple):
    """What is not in the file, and why."""

    table: str
    what: str
    why: str


class CadTrustRows(NamedTuple):
    """The rows in insert order, and what was left out."""

    rows: list[CadTrustRow]
    left_out: list[LeftOut]


def cadtrust_rows(source: CadTrustSource, of: CadTrustContext) -> CadTrustRows:
    """The rows of a project; each passes the peer's own checks."""
    made = _Made(source, of)
    for add in (made.heads, made.judged, made.expected, made.units):
        add()
    order = {table: at for at, table in enumerate(INSERT_ORDER)}
    return CadTrustRows(sorted(made.rows, key=lambda one: order[one.table]), made.left_out)


def faults_in(rows: Sequence[CadTrustRow]) -> list[tuple[CadTrustRow, CadTrustFault]]:
    """What the peer would refuse of rows that are sent in this order."""
    known: set[tuple[str, str]] = set()
    found = []
    for each in rows:
        found += [(each, fault) for fault in faults_of(each.table, each.row)]
        for name, value in each.row.items():
            if name in REFERS_TO and (REFERS_TO[name], str(value)) not in known:
                found.append((each, CadTrustFault(name, "refers to nothing")))
        known.add((each.table, each.row_id))
    return found


class _Made:
    """The rows as they come to be."""

    def __init__(self, source: CadTrustSource, of: CadTrustContext) -> None:
        self.source, self.of = source, of
        self.rows: list[CadTrustRow] = []
        self.left_out: list[LeftOut] = []
        self.project = source.public.project
        self.page = f"{of.base_url}/registry/projects/{public('prj', self.project.project_id)}"
        self.facts = facts_of(source.public.design.content)
        self.on_land = not self.facts.meters
        self.verifications: dict[UUID, str] = {}

    def add(self, table: str, name: str, row: JsonObject) -> str:
        row_id = str(uuid5(_SPACE, f"{table}:{name}"))
        stated = {key: value for key, value in row.items() if value is not None}
        self.rows.append(CadTrustRow(table, row_id, stated))
        return row_id

    def day(self, at: datetime) -> str:
        return at.astimezone(self.of.zone).date().isoformat()

    def heads(self) -> None:
        project, said, of = self.project, self.project.said, self.of
        code, _, version = said.methodology.partition("@")
        program = self.add(
            "program",
            of.prefix,
            {
                "programName": of.programme[:255],
                "programRegistry": of.programme[:255],
                "programRegistryId": of.prefix,
            },
        )
        methodology = self.add(
            "methodology",
            said.methodology,
            {
                "methodologyCode": code,
                "methodologyName": code,
                "methodologyVersion": version,
                "methodologyType": REMOVAL if self.on_land else REDUCTION,
                "methodologyLink": f"{of.base_url}/methodologies/{code}",
            },
        )
        self.project_id = self._project(program)
        self.add(
            "stakeholder",
            project.applicant_id.hex,
            {
                "stakeholderName": self.source.names[project.applicant_id][:255],
                "stakeholderType": OWNER,
                "cadTrustProjectId": self.project_id,
            },
        )
        self.by_methodology = self.add(
            "project_methodology",
            project.project_id.hex,
            {"cadTrustProjectId": self.project_id, "cadTrustMethodologyId": methodology},
        )
        self.location = self.add(
            "location",
            project.project_id.hex,
            {
                "locationCountry": COUNTRY,
                "locationRegion": said.region,
                "locationMapType": GEOJSON,
                "locationMapFileLink": f"{of.base_url}/v1/registry/projects/"
                f"{public('prj', project.project_id)}/boundary",
                "cadTrustProjectId": self.project_id,
            },
        )

    def _project(self, program: str) -> str:
        project, said, of = self.project, self.project.said, self.of
        return self.add(
            "project",
            project.project_id.hex,
            {
                "projectRegistryName": of.programme[:255],
                "projectId": project.number or public("prj", project.project_id),
                "projectName": said.name[:500],
                "projectLink": self.page,
                "projectDescription": said.summary[:2000] or None,
                "projectSector": [LAND_SECTOR if self.on_land else POWER_SECTOR],
                "projectType": [LAND_TYPE if self.on_land else POWER_TYPE],
                "projectStatus": self._status(),
                "projectStatusDate": self.day(project.state_at),
                "projectUnitMetric": TONNES,
                "cadTrustProgramId": program,
            },
        )

    def _status(self) -> str:
        if self.project.state == REGISTERED:
            if any(each.owner_t + each.reserve_t for each in self.source.public.issued):
                return "Certified"
            if any(each.verdict == POSITIVE for each in self.source.verified.values()):
                return "Verified"
        return _STATUS.get(self.project.state, "Listed")

    def judged(self) -> None:
        bodies = {each.attempt: each.validator_id for each in self.source.validations}
        validation = None
        for opinion in self.source.opinions:
            name = f"{public('prj', self.project.project_id)}/validations/{opinion.attempt}"
            body_id = bodies.get(opinion.attempt)
            body = "authority" if body_id is None else self.source.names[body_id]
            if opinion.verdict == POSITIVE and self._knows("validation", name, body):
                span = self.facts.crediting
                validation = self.add(
                    "validation",
                    name,
                    {
                        "validationId": name,
                        "validationType": OF_DESIGN,
                        "validationBody": body,
                        "validationDate": self.day(opinion.given_at),
                        "validationCreditPeriodStartDate": span.starts_on.isoformat(),
                        "validationCreditPeriodEndDate": (span.ends_before - _DAY).isoformat(),
                        "cadTrustProjectId": self.project_id,
                    },
                )
        self._verified(validation)

    def _verified(self, validation: str | None) -> None:
        for period in self.source.periods:
            given = self.source.verified.get(period.period_id)
            name = public("mpd", period.period_id)
            if given is None or given.verdict != POSITIVE:
                continue
            body = self.source.names[given.verifier_id]
            if self._knows("verification", name, body):
                self.verifications[period.period_id] = self.add(
                    "verification",
                    name,
                    {
                        "verificationId": name,
                        "verificationStartDate": period.starts_on.isoformat(),
                        "verificationEndDate": (period.ends_before - _DAY).isoformat(),
                        "verificationBody": body,
                        "cadTrustProjectId": self.project_id,
                        "cadTrustValidationId": validation,
                    },
                )

    def _knows(self, table: str, name: str, body: str) -> bool:
        if is_listed_body(body):
            return True
        self.left_out.append(LeftOut(table, name, f"its body is not in the list: {body}"))
        return False

    def expected(self) -> None:
        for each in self.source.expected:
            first, last = each.span.starts_on, each.span.ends_before - _DAY
            if first == last:
                self.left_out.append(LeftOut("estimation", first.isoformat(), "it is of one day"))
                continue
            self.add(
                "estimation",
                f"{self.project.project_id.hex}:{first.isoformat()}",
                {
                    "estimationStartDate": first.isoformat(),
                    "estimationEndDate": last.isoformat(),
                    "estimationUnitCount": _tonnes(each.saved_mg),
                    "cadTrustProjectId": self.project_id,
                },
            )

    def units(self) -> None:
        periods = {each.number: each.period_id for each in self.source.periods}
        issuances: dict[UUID, str] = {}
        for each in self.source.public.issued:
            name = public("bdl", each.bundle_id)
            verification = self.verifications.get(periods[each.number])
            if verification is None:
                self.left_out.append(LeftOut("issuance", name, "its verification is left out"))
                continue
            issuances[each.bundle_id] = self.add(
                "issuance",
                name,
                {
                    "issuanceId": name,
                    "issuanceDate": self.day(each.issued_at),
                    "cadTrustVerificationId": verification,
                    "cadTrustProjectMethodologyId": self.by_methodology,
                    "cadTrustLocationId": self.location,
                },
            )
        labels = {
            name: self.add("label", name, {"labelName": name, "labelType": CERTIFICATION})
            for name in sorted(
                {b.units.unit_class for b in self.source.blocks if b.bundle_id in issuances}
            )
        }
        for one in self.source.blocks:
            issuance = issuances.get(one.bundle_id)
            if issuance is None:
                serial = print_serial(one.units.serial, prefix=self.of.prefix)
                self.left_out.append(LeftOut("unit", serial, "its issuance is left out"))
                continue
            unit_id = self.add("unit", one.block_id.hex, self._unit(one, issuance))
            self.add(
                "unit_label",
                one.block_id.hex,
                {
                    "cadTrustLabelId": labels[one.units.unit_class],
                    "cadTrustUnitId": unit_id,
                    "labelUnitDate": self.day(one.created_at),
                },
            )

    def _unit(self, one: RegisteredBlock, issuance: str) -> JsonObject:
        numbers, handed = one.units.numbers, one.handed_to
        reason = f"{handed.receiver} {handed.number}" if handed else one.state
        base = f"{self.of.base_url}/registry"
        return {
            "unitSerialId": print_serial(one.units.serial, prefix=self.of.prefix),
            # Both ends included, as the peer counts.
            "unitStartBlock": str(numbers.first),
            "unitEndBlock": str(numbers.end - 1),
            "unitType": REMOVAL if self.on_land else REDUCTION,
            "unitVintageYear": one.units.vintage,
            "unitStatus": _UNIT_STATUS[one.state],
            "unitStatusReason": reason[:255],
            "unitStatusDate": self.day(one.closed_at or one.created_at),
            "unitRetirementDetail": (
                f"{base}/retirements/{public('ret', one.retirement_id)}"
                if one.retirement_id
                else None
            ),
            "unitLink": f"{base}/blocks/{public('blk', one.block_id)}",
            "unitMetric": TONNES,
            "unitCurrentOwner": one.owner_name[:255] if one.owner_name else None,
            "cadTrustIssuanceId": issuance,
        }


def _tonnes(mg: int) -> str:
    """Tonnes with six places; what is below is cut off towards nought."""
    sign, micro = ("-" if mg < 0 else ""), abs(mg) // _MG_TO_MILLIONTHS
    return f"{sign}{micro // 1_000_000}.{micro % 1_000_000:06}"
