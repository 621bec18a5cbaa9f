"""SQL of registrations: what was asked and decided, who reports by a meter, and what is late."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.ids import public
from app.store.inserting import insert_into
from app.store.log.acting import tell
from app.store.projects.projects import write_project
from app.store.recording.rows import as_bytea
from app.store.tables.metadata import in_words
from behaviours.projects.project import REGISTRATION_REQUESTED, STEPS, SUSPEND, Project
from behaviours.projects.registration import Dossier, ProjectDecision

_ADD = text(insert_into("project_decision", ProjectDecision._fields)).bindparams(
    bindparam("dossier", type_=JSONB(none_as_null=True))
)
_READ = text(
    f"select {', '.join(ProjectDecision._fields)} from project_decision"
    " where project_id = :project_id order by number"
)
_SERIAL = text("select count(*) + 1 from project where starts_with(number, :stem)")
_MAKE_METERS = text(
    "insert into meter (meter_digest) select unnest(cast(:digests as bytea[]))"
    " on conflict do nothing"
)
_LOCK_METERS = text(
    """
    select 1 from meter where meter_digest = any(cast(:digests as bytea[]))
     order by meter_digest for no key update
    """
)
# The moment at which an interval ends belongs to the next one.
_REPORTED = text(
    """
    select count(*) as actions,
           min(cast(m.starts_at at time zone :zone as date)) as first_day,
           max(cast((m.ends_at - interval '1 microsecond') at time zone :zone as date)) as last_day
      from meter_interval m
     where m.meter_digest = any(cast(:digests as bytea[]))
       and cast((m.ends_at - interval '1 microsecond') at time zone :zone as date) >= :first
       and cast(m.starts_at at time zone :zone as date) <= :last
    """
)
_STANDING = in_words("p.state", *STEPS[SUSPEND].needs)
_REGISTERED_WITH = text(
    f"""
    select distinct p.project_id from project_meter m
      join project p on p.project_id = m.project_id
     where m.number_digest = any(cast(:digests as bytea[])) and {_STANDING}
     order by p.project_id
    """
)
_LATE = text(
    f"""
    select p.project_id, p.state_at from project p
     where p.state = '{REGISTRATION_REQUESTED}'
       and (cast(:area as text) is null or p.region = :area)
     order by p.state_at, p.project_id limit :most
    """
)


class ReportedByPeople(NamedTuple):
    """How many actions people have of a meter on some days, the first of them and the last."""

    actions: int
    first_day: date | None
    last_day: date | None


def write_decision(
    connection: Connection,
    moved: Project,
    step: str,
    reason: str,
    *,
    clause: str | None = None,
    dossier: Dossier | None = None,
    by: UUID | None,
    now: datetime,
) -> Project:
    """A held project with its new state, as it is kept beside the decision that led there.

    The dossier is stated when registration is asked for; what is decided later is by its digest.
    """
    earlier = decisions_of(connection, moved.project_id)
    assert dossier is not None or earlier, "what is decided was asked for"
    content, digest = dossier or (None, earlier[-1].digest)
    number = len(earlier) + 1
    decision = ProjectDecision(
        moved.project_id, number, step, reason, clause, digest, content, by, now
    )
    connection.execute(_ADD, decision._asdict())
    told = {"decision": step, "dossier": f"sha256:{digest.hex()}"}
    tell("project", public("prj", moved.project_id), told)
    write_project(connection, moved)
    return moved


def decisions_of(connection: Connection, project_id: UUID) -> list[ProjectDecision]:
    """Everything that was asked and decided, in its order."""
    rows = connection.execute(_READ, {"project_id": project_id})
    return [ProjectDecision(*row)._replace(digest=bytes(row.digest)) for row in rows]


def next_serial(connection: Connection, stem: str) -> int:
    """The serial of the next number that begins so; who holds the land alone gives one."""
    return int(connection.execute(_SERIAL, {"stem": stem}).scalar_one())


def lock_people_of_meters(connection: Connection, digests: Sequence[bytes]) -> None:
    """Until the transaction ends nobody reports by these meters: who does waits, and then reads
    what became of them."""
    given = {"digests": as_bytea(sorted(digests))}
    connection.execute(_MAKE_METERS, given)
    connection.execute(_LOCK_METERS, given)


def reported_by_people(
    connection: Connection, digests: Sequence[bytes], *, first: date, last: date, zone: ZoneInfo
) -> ReportedByPeople:
    """What people have of a meter, by its claims, from the first day to the last."""
    given = {"digests": as_bytea(digests), "first": first, "last": last, "zone": zone.key}
    return ReportedByPeople(*connection.execute(_REPORTED, given).one())


def registered_with(connection: Connection, digests: Sequence[bytes]) -> list[UUID]:
    """The projects on the register, not suspended, that hold one of these meters."""
    return list(connection.execute(_REGISTERED_WITH, {"digests": as_bytea(digests)}).scalars())


def asked_registrations(
    connection: Connection, *, area: str | None, most: int
) -> list[tuple[UUID, datetime]]:
    """Registrations that were asked for and are not decided, the oldest first."""
    return [
        (row.project_id, row.state_at)
        for row in connection.execute(_LATE, {"area": area, "most": most})
    ]
