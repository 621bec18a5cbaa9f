"""SQL of design documents, and of the land and the meters that the one which counts holds."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import orjson
from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.ids import public
from app.store.inserting import by_column, insert_into
from app.store.log.acting import tell
from app.store.recording.rows import as_bytea
from app.store.tables.metadata import in_words
from behaviours.json_value import JsonObject
from behaviours.projects.design import (
    HeldLand,
    NewDesign,
    Parcel,
    PlantMeter,
    StatedDesign,
)
from behaviours.projects.land import box_of, shape_of
from behaviours.projects.project import HOLDING

_ALONE = text("select pg_advisory_xact_lock(hashtextextended('project_land', 0))")
_ADD = text(insert_into("project_design", StatedDesign._fields)).bindparams(
    bindparam("content", type_=JSONB)
)
_READ = f"select {', '.join(StatedDesign._fields)} from project_design"
_NEWEST = text(f"{_READ} where project_id = :project_id order by number desc limit 1")
_ONE = text(f"{_READ} where project_id = :project_id and number = :number")
_HELD = in_words("p.state", *HOLDING)
_LEAVE_LAND = text("delete from project_parcel where project_id = :project_id")
_LEAVE_METERS = text("delete from project_meter where project_id = :project_id")
_PARCELS = (
    *("parcel_no", "tenure_no", "shape", "west", "south", "east", "north"),
    *("area_m2", "stratum"),
)
_TAKE_LAND = text(
    f"""
    insert into project_parcel (project_id, {", ".join(_PARCELS)})
    select :project_id, r.* from unnest(
        cast(:parcel_no as text[]), cast(:tenure_no as text[]), cast(:shape as jsonb[]),
        cast(:west as int[]), cast(:south as int[]), cast(:east as int[]), cast(:north as int[]),
        cast(:area_m2 as bigint[]), cast(:stratum as text[])) as r
    """
)
_METERS = ("number_digest", *PlantMeter._fields)
_TAKE_METERS = text(
    f"""
    insert into project_meter (project_id, {", ".join(_METERS)})
    select :project_id, r.* from unnest(
        cast(:number_digest as bytea[]), cast(:issuer as text[]), cast(:number as text[]),
        cast(:capacity_w as bigint[]), cast(:connected_on as date[])) as r
    """
)
_METERS_OF = text(
    f"select {', '.join(_METERS)} from project_meter where project_id = :project_id"
    " order by issuer, number"
)
_NEAR = text(
    f"""
    select distinct on (r.project_id, r.parcel_no) r.project_id, r.parcel_no, r.shape
      from unnest(cast(:west as int[]), cast(:south as int[]), cast(:east as int[]),
                  cast(:north as int[])) as n (west, south, east, north)
      join project_parcel r on box(point(r.west, r.south), point(r.east, r.north))
                            && box(point(n.west, n.south), point(n.east, n.north))
      join project p on p.project_id = r.project_id
     where r.project_id <> :project_id and {_HELD}
     order by r.project_id, r.parcel_no
    """
)
_STREAM = {"stream_results": True, "yield_per": 200}
_HELD_METERS = text(
    f"""
    select m.number_digest, m.project_id from project_meter m
      join project p on p.project_id = m.project_id
     where m.number_digest = any(cast(:digests as bytea[])) and m.project_id <> :project_id
       and {_HELD}
    """
)


class NamedMeter(NamedTuple):
    """A meter, and what stands for its number in every spelling."""

    meter: PlantMeter
    digest: bytes


def lock_land(connection: Connection) -> None:
    """Until the transaction ends no other project takes land or meters."""
    connection.execute(_ALONE)


def add_design(connection: Connection, design: StatedDesign) -> None:
    """Keep a design document; it never changes."""
    connection.execute(_ADD, design._asdict())
    told: JsonObject = {"design": design.number, "design_digest": design.digest.hex()}
    tell("project", public("prj", design.project_id), told)


def find_design(
    connection: Connection, project_id: UUID, number: int | None = None
) -> StatedDesign | None:
    """A design document of a project by its number; None: the one that was stated last."""
    asked = {"project_id": project_id, "number": number}
    found = connection.execute(_NEWEST if number is None else _ONE, asked).one_or_none()
    return StatedDesign(*found)._replace(digest=bytes(found.digest)) if found else None


def take_land(
    connection: Connection, project_id: UUID, said: NewDesign, meters: Sequence[NamedMeter]
) -> None:
    """Hold the land and the meters of a design in place of those that the project held."""
    whose = {"project_id": project_id}
    for leave in (_LEAVE_LAND, _LEAVE_METERS):
        connection.execute(leave, whose)
    strata = {number: each.code for each in said.strata for number in each.parcels}
    rows = [_parcel(each, strata) for each in said.parcels]
    connection.execute(_TAKE_LAND, {**whose, **by_column(_PARCELS, rows)})
    named = [(each.digest, *each.meter) for each in meters]
    columns = by_column(_METERS, named)
    digests = as_bytea([each.digest for each in meters])
    connection.execute(_TAKE_METERS, {**whose, **columns, "number_digest": digests})


def meters_of(connection: Connection, project_id: UUID) -> list[NamedMeter]:
    """The meters of the design that counts, in the order of their numbers."""
    rows = connection.execute(_METERS_OF, {"project_id": project_id})
    return [NamedMeter(PlantMeter(*each), bytes(digest)) for digest, *each in rows]


def land_near(
    connection: Connection, project_id: UUID, parcels: Sequence[Parcel]
) -> Generator[HeldLand, None, None]:
    """The parcels of other projects whose rectangles meet those of any of these, through a cursor
    on the server: close it. A large parcel has many beside it."""
    columns = by_column(("west", "south", "east", "north"), [box_of(p.shape) for p in parcels])
    asked = {**columns, "project_id": project_id}
    with connection.execute(_NEAR, asked, execution_options=_STREAM) as rows:
        for who, number, shape in rows:
            yield HeldLand(public("prj", who), number, shape_of(shape))


def meters_held(
    connection: Connection, project_id: UUID, digests: Sequence[bytes]
) -> Mapping[bytes, str]:
    """Which of these meters another project holds, and which one."""
    asked = {"digests": as_bytea(digests), "project_id": project_id}
    rows = connection.execute(_HELD_METERS, asked)
    return {bytes(digest): public("prj", who) for digest, who in rows}


def _parcel(one: Parcel, strata: Mapping[str, str]) -> tuple[object, ...]:
    shape = orjson.dumps(one.shape).decode()
    place = box_of(one.shape)
    return one.number, one.tenure_no, shape, *place, one.area_m2, strata.get(one.number)
