"""What projects hold: every meter once, and the land to be compared shape by shape."""

from __future__ import annotations

from collections.abc import Generator
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.audit.invariant import Invariant
from behaviours.json_value import JsonObject
from behaviours.projects.land import Shape, shape_of

# Written out once more: the audit shares nothing with what writes.
_HOLDING = (
    "('designed', 'on_notice', 'notice_closed', 'in_validation', 'returned', 'validated',"
    " 'registration_requested', 'registered', 'suspended', 'completed')"
)
_HOLDS = f"p.state in {_HOLDING}"
_NEWEST = """
    join lateral (select content from project_design
                   where project_id = p.project_id order by number desc limit 1) d on true
"""
METERS = Invariant(
    "project_meters",
    "no two projects hold one meter, and each holds as many meters and parcels as its newest"
    " design names",
    f"""
    select 'prj_' || replace(p.project_id::text, '-', ''),
           exists (select from project_meter m
                     join project_meter o on o.number_digest = m.number_digest
                     join project q on q.project_id = o.project_id
                    where m.project_id = p.project_id and o.project_id <> p.project_id
                      and q.state in {_HOLDING})
           or (select count(*) from project_meter m where m.project_id = p.project_id)
              <> jsonb_array_length(d.content -> 'meters')
           or (select count(*) from project_parcel r where r.project_id = p.project_id)
              <> jsonb_array_length(d.content -> 'parcels')
      from project p left {_NEWEST.strip()}
     where {_HOLDS}
    """,  # noqa: S608 - words of this file
)
INVARIANTS = (METERS,)
_STREAM = {"stream_results": True, "yield_per": 200}
_DESIGNS = text("select project_id, content, digest from project_design")
_PARCELS = text(
    f"""
    select r.project_id, r.shape, array[r.west, r.south, r.east, r.north] as box, r.area_m2,
           (select w.w from jsonb_array_elements(d.content -> 'parcels') as w (w)
             where w.w ->> 'parcel_no' = r.parcel_no and w.w ->> 'tenure_no' = r.tenure_no) as said
      from project_parcel r join project p on p.project_id = r.project_id {_NEWEST}
     where {_HOLDS}
    """  # noqa: S608
)
_PAIRS = text(
    f"""
    select r.project_id, r.shape, o.shape as other
      from project_parcel r join project p on p.project_id = r.project_id
      join project_parcel o on box(point(o.west, o.south), point(o.east, o.north))
                            && box(point(r.west, r.south), point(r.east, r.north))
      join project q on q.project_id = o.project_id
     where {_HOLDS} and q.state in {_HOLDING} and o.project_id > r.project_id
    """  # noqa: S608
)


class KeptDesign(NamedTuple):
    """A design document and the digest beside it."""

    project_id: UUID
    content: JsonObject
    digest: bytes


class KeptParcel(NamedTuple):
    """Land that a project holds; ``said`` is the parcel in its newest design, if it is there."""

    project_id: UUID
    shape: Shape
    box: tuple[int, ...]
    area_m2: int
    said: JsonObject | None


class NearParcels(NamedTuple):
    """Land of two projects whose rectangles meet, and the one of them."""

    project_id: UUID
    shape: Shape
    other: Shape


def kept_designs(connection: Connection) -> Generator[KeptDesign, None, None]:
    """Every design document, through a cursor on the server: close it."""
    with connection.execute(_DESIGNS, execution_options=_STREAM) as rows:
        for project_id, content, digest in rows:
            yield KeptDesign(project_id, content, bytes(digest))


def kept_parcels(connection: Connection) -> Generator[KeptParcel, None, None]:
    """All land that is held; likewise."""
    with connection.execute(_PARCELS, execution_options=_STREAM) as rows:
        for project_id, shape, box, area_m2, said in rows:
            yield KeptParcel(project_id, shape_of(shape), tuple(box), area_m2, said)


def near_parcels(connection: Connection) -> Generator[NearParcels, None, None]:
    """Land of different projects that may touch; likewise."""
    with connection.execute(_PAIRS, execution_options=_STREAM) as rows:
        for project_id, shape, other in rows:
            yield NearParcels(project_id, shape_of(shape), shape_of(other))
