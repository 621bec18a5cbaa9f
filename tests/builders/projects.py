"""Projects, as their applicants bring them over the API; each on land of its own."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from app.http.encoded_file import PIXEL
from app.ids import new_id
from app.store.projects.periods import add_period
from app.store.projects.projects import add_project
from app.wiring import Wiring
from behaviours.projects.monitoring import OPEN, MonitoringPeriod
from behaviours.projects.project import DRAFT, Project, ProjectStatement
from tests.builders.people import Http

WETLAND = {
    "methodology_code": "verra.tidal_wetland_restoration",
    "methodology_version": "2.1",
}
SUN = {"methodology_code": "cdm.grid_connected_pv", "methodology_version": "1"}
# About a kilometre, in degrees times ten millions.
KM = 100_000


def a_place() -> tuple[int, int]:
    """The south-western corner of land that nobody else of these tests has, most likely."""
    return 800_000_000 + secrets.randbelow(450_000_000), 250_000_000 + secrets.randbelow(
        200_000_000
    )


def square(place: tuple[int, int], width: int = KM, height: int = KM) -> dict[str, Any]:
    """A square of land as GeoJSON."""
    east, north = place
    corners = [(0, 0), (width, 0), (width, height), (0, height), (0, 0)]
    ring = [[degrees(east + x), degrees(north + y)] for x, y in corners]
    return {"type": "Polygon", "coordinates": [ring]}


def degrees(value: int) -> str:
    return f"{value // 10_000_000}.{value % 10_000_000:07d}"


def parcel(number: str, geometry: dict[str, Any]) -> dict[str, Any]:
    return {"parcel_no": number, "tenure_no": f"T-{number}", "geometry": geometry}


def meter(number: str, issuer: str) -> dict[str, Any]:
    return {
        "issuer": issuer,
        "number": number,
        "capacity_w": 400_000,
        "connected_on": "2026-06-30",
    }


def design(**changes: Any) -> dict[str, Any]:
    """A design document; without ``parcels`` or ``meters`` it lies nowhere."""
    item = {
        "parameter": "cover",
        "unit": "1",
        "source": "orthophotos",
        "method": "classification",
        "instrument": "UAV",
        "accuracy": "5 cm",
        "frequency": "yearly",
        "quality": "a tenth anew",
        "purpose": "project",
        "substitute": "the least before",
    }
    return {
        "starts_on": "2027-01-01",
        "crediting_period": {"from": "2027-01-01", "to": "2057-01-01", "renewable": False},
        "monitoring_plan": [item],
        "benefit_split": [
            {"party": "owner", "share_ppm": 700_000},
            {"party": "village", "share_ppm": 300_000},
        ],
        "baseline": "Bare ponds.",
        "additionality": "No law asks for it.",
        "consultation": "Two meetings.",
        "no_other_mechanism": True,
        **changes,
    }


def on_land(*parcels: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A design document of one stratum on these parcels."""
    strata = [{"code": "S1", "parcels": [each["parcel_no"] for each in parcels]}]
    return design(parcels=[*parcels], strata=strata, **changes)


def a_draft(wiring: Wiring, applicant_id: UUID) -> Project:
    """A draft of an enterprise, whatever the day."""
    said = ProjectStatement("红树林修复", "恢复红树林。", "CN-440800", "a.rule@1", "sha256:00")
    now = wiring.clock.now()
    project = Project(new_id(), applicant_id, said, DRAFT, now, now)
    wiring.database.transact(add_project, project)
    return project


def a_period_of(wiring: Wiring, project_id: UUID) -> UUID:
    """An open monitoring period, whatever its project is."""
    now, days = wiring.clock.now(), (date(2025, 1, 1), date(2026, 1, 1))
    period = MonitoringPeriod(new_id(), project_id, 1, *days, {}, {}, OPEN, project_id, now, now)
    wiring.database.transact(add_period, period)
    return period.period_id


@dataclass
class Applicant:
    """An enterprise with projects."""

    http: Http
    token: str
    statement: dict[str, Any] = field(
        default_factory=lambda: {
            "name": "红树林修复",
            "summary": "在废弃虾塘恢复红树林。",
            "region": "CN-440800",
            **WETLAND,
        }
    )

    def post(self, path: str, body: Any = None) -> Any:
        return self.http.post(f"/v1/projects{path}", body, token=self.token)

    def get(self, path: str) -> Any:
        return self.http.get(f"/v1/projects{path}", token=self.token)

    def apply(self, **changes: Any) -> str:
        """A draft; its path below ``/v1/projects``."""
        answer = self.post("", {**self.statement, **changes})
        assert answer.status_code == 201, answer.text
        return f"/{answer.json['id']}"

    def hand_in(self, path: str, kind: str) -> Any:
        answer = self.post(f"{path}/documents", {"kind": kind, **PIXEL})
        assert answer.status_code == 201, answer.text
        return answer.json

    def submitted(self, *kinds: str, **changes: Any) -> str:
        """A project that awaits its design."""
        path = self.apply(**changes)
        for kind in kinds or ("tenure",):
            self.hand_in(path, kind)
        answer = self.post(f"{path}/submit")
        assert answer.status_code == 200, answer.text
        return path

    def state(self, path: str, body: dict[str, Any]) -> Any:
        return self.post(f"{path}/design-document", body)
