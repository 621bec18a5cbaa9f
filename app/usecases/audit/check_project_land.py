"""Check the land of projects: what each holds is what its design says, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from uuid import UUID

from app.ids import public
from app.store.audit.finding import AuditFinding
from app.store.audit.projects import KeptParcel, kept_designs, kept_parcels, near_parcels
from app.store.database import Connection
from behaviours.projects.design_written import digest_of
from behaviours.projects.land import area_m2, box_of, coordinates_of, shared_land


def check_project_land(connection: Connection) -> AuditFinding:
    """Looks at every design document and parcel once, and at each two parcels that are near."""
    seen, bad = 0, set[UUID]()
    for project_id, holds in _compared(connection):
        seen += 1
        if not holds:
            bad.add(project_id)
    return AuditFinding(
        "project_land",
        "each design document has its digest; the land that a project holds is that of its newest"
        " one, as large as its shape, and shared with no other project",
        count=seen,
        broken=len(bad),
        offenders=tuple(sorted(public("prj", each) for each in bad)[:5]),
    )


def _compared(connection: Connection) -> Iterator[tuple[UUID, bool]]:
    with closing(kept_designs(connection)) as designs:
        for design in designs:
            yield design.project_id, digest_of(design.content) == design.digest
    with closing(kept_parcels(connection)) as parcels:
        for parcel in parcels:
            yield parcel.project_id, _is_as_said(parcel)
    with closing(near_parcels(connection)) as pairs:
        for pair in pairs:
            yield pair.project_id, shared_land(pair.shape, pair.other) is None


def _is_as_said(parcel: KeptParcel) -> bool:
    said = parcel.said
    return (
        said is not None
        and said["coordinates"] == coordinates_of(parcel.shape)
        and said["area_m2"] == parcel.area_m2 == area_m2(parcel.shape)
        and parcel.box == box_of(parcel.shape)
    )
