"""SQL of losses of projects: what was reported, and on which issues it was laid."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, tzinfo
from uuid import UUID

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.ids import public
from app.store.events.gathering import moved
from app.store.inserting import by_name, each_of, insert_into
from app.store.log.acting import tell
from app.store.tables.metadata import in_words
from behaviours.json_value import JsonObject
from behaviours.projects.loss import (
    SETTLED,
    UNVERIFIED,
    CreditedBundle,
    LateLoss,
    Loss,
    LossPart,
    OverdueReport,
    UnverifiedProject,
)
from behaviours.projects.monitoring import STANDING
from behaviours.projects.project import ON_REGISTER
from rewards.registry.block import BUFFER
from rewards.registry.handing_over import ACCEPTED

_COLUMNS = tuple(each.name for each in fields(Loss))
_ADD = text(insert_into("project_loss", _COLUMNS)).bindparams(bindparam("inputs", type_=JSONB))
_ALL = text(
    f"select {', '.join(_COLUMNS)} from project_loss where project_id = :project_id order by number"
)
_CHANGED = ("state", "state_at", "counted_in")
_WRITE = text(
    f"update project_loss set {', '.join(f'{name} = :{name}' for name in _CHANGED)}"
    " where project_id = :project_id and number = :number"
)
_ADD_PARTS = text(
    """
    insert into loss_part (project_id, number, bundle_id, mg)
    select :project_id, :number, r.* from unnest(
        cast(:bundle_id as uuid[]), cast(:mg as bigint[])) as r
    """
)
# What was handed over is covered where it lives now.
_ISSUES = text(
    f"""
    select b.bundle_id, b.vintage, b.selected_mg,
           cast(coalesce((select sum(l.mg) from loss_part l where l.bundle_id = b.bundle_id), 0)
                as bigint)
      from bundle b join monitoring_period p on p.period_id = b.period_id
     where p.project_id = :project_id and b.issued_at is not null
       and not exists (select from hand_over h
                        where h.period_id = p.period_id and h.state = '{ACCEPTED}')
     order by b.bundle_id for update of b
    """
)
_UNCOVERED = text(
    """
    select cast(coalesce(sum(b.shortfall_mg), 0) as bigint)
      from bundle b join monitoring_period p on p.period_id = b.period_id
     where p.project_id = :project_id
    """
)
# Of the projects that were issued such bundles to this owner.
_UNCOVERED_OF_OWNER = text(
    """
    select cast(coalesce(sum(b.shortfall_mg), 0) as bigint)
      from bundle b join monitoring_period p on p.period_id = b.period_id
     where p.project_id in (
            select m.project_id from bundle o
              join monitoring_period m on m.period_id = o.period_id
              join issuance_share s on s.period_id = o.period_id and s.vintage = o.vintage
             where o.bundle_id = any(cast(:bundle_ids as uuid[])) and s.owner_id = :owner_id)
    """
)
# On the register, and no day from ``before`` on was verified.
_NOT_VERIFIED_SINCE = f"""
    project p
     cross join lateral (
           select max(m.ends_before) as verified_before from monitoring_period m
            where m.project_id = p.project_id and {in_words("m.state", *STANDING)}) v
     where {in_words("p.state", *ON_REGISTER)} and v.verified_before <= :before
"""
_ON_LAND = "exists (select from project_parcel r where r.project_id = p.project_id)"
_RESERVED = f"""
    cast(coalesce((select sum(upper(u.numbers) - lower(u.numbers)) from monitoring_period m
                     join bundle b on b.period_id = m.period_id
                     join unit_block u on u.bundle_id = b.bundle_id
                    where m.project_id = p.project_id and u.state = '{BUFFER}'), 0) as bigint)
"""
# Land whose owner has not had it verified for long, and has something left to lose.
_UNVERIFIED = text(
    f"""
    select p.project_id, v.verified_before from {_NOT_VERIFIED_SINCE} and {_ON_LAND}
       and not exists (select from project_loss l where l.project_id = p.project_id
                          and l.kind = '{UNVERIFIED}' and l.counted_in is null)
       and exists (
           select from bundle b join monitoring_period m on m.period_id = b.period_id
            where m.project_id = p.project_id and b.issued_at is not null
              and b.selected_mg > (select coalesce(sum(l.mg), 0) from loss_part l
                                    where l.bundle_id = b.bundle_id))
     order by p.project_id limit :most for update of p skip locked
    """
)
_OVERDUE_LAND = text(
    f"""
    select p.project_id from {_NOT_VERIFIED_SINCE} and {_ON_LAND} order by p.project_id
    """
)
_OVERDUE_REPORTS = text(
    f"""
    select p.project_id, v.verified_before, {_RESERVED} from {_NOT_VERIFIED_SINCE} and {_ON_LAND}
       and (cast(:area as text) is null or p.region = :area)
     order by v.verified_before, p.project_id limit :most
    """
)
_LATE = text(
    f"""
    select l.project_id, l.number, l.due_on from project_loss l
      join project p on p.project_id = l.project_id
     where l.kind <> '{UNVERIFIED}' and l.counted_in is null
       and cast(l.reported_at at time zone :zone as date) > l.due_on
       and (cast(:area as text) is null or p.region = :area)
     order by l.due_on, l.project_id, l.number limit :most
    """
)
_REMEASURED = text(
    f"""
    update project_loss l set counted_in = :period_id
     where l.project_id = :project_id and l.state = '{SETTLED}' and l.counted_in is null
       and l.occurred_on < :ends_before
    returning cast(coalesce((select sum(r.mg) from loss_part r
                              where r.project_id = l.project_id and r.number = l.number), 0)
                   as bigint)
    """
)


def add_loss(connection: Connection, loss: Loss) -> None:
    """Keep a new one."""
    connection.execute(_ADD, {**by_name(_COLUMNS, loss), "strata": list(loss.strata)})
    _tell(loss)


def write_loss(connection: Connection, loss: Loss) -> None:
    """Keep where one stands, of a project that the caller holds."""
    connection.execute(_WRITE, by_name(("project_id", "number", *_CHANGED), loss))
    _tell(loss)


def losses_of(connection: Connection, project_id: UUID) -> list[Loss]:
    """Every loss of a project, in their order."""
    rows = connection.execute(_ALL, {"project_id": project_id})
    return [
        replace(
            Loss(*row),
            strata=tuple(row.strata),
            evidence=bytes(row.evidence),
            inputs_digest=bytes(row.inputs_digest),
        )
        for row in rows
    ]


def lock_issues(connection: Connection, project_id: UUID) -> list[CreditedBundle]:
    """What was issued of a held project, each locked, in the order of their ids."""
    rows = connection.execute(_ISSUES, {"project_id": project_id})
    return [CreditedBundle(*row) for row in rows]


def add_loss_parts(
    connection: Connection, project_id: UUID, number: int, parts: Sequence[LossPart]
) -> None:
    """Keep on which issues a loss was laid."""
    whose = {"project_id": project_id, "number": number}
    connection.execute(_ADD_PARTS, {**whose, **each_of(LossPart._fields, parts)})


def uncovered_mg(connection: Connection, project_id: UUID) -> int:
    """What was issued of a held project and has nothing behind it."""
    found: int = connection.execute(_UNCOVERED, {"project_id": project_id}).scalar_one()
    return found


def uncovered_of_owner(connection: Connection, bundle_ids: Sequence[UUID], owner_id: UUID) -> int:
    """What has nothing behind it of the projects that were issued these bundles to an owner."""
    asked = {"bundle_ids": list(bundle_ids), "owner_id": owner_id}
    found: int = connection.execute(_UNCOVERED_OF_OWNER, asked).scalar_one()
    return found


def lock_unverified(connection: Connection, *, before: date, most: int) -> list[UnverifiedProject]:
    """Projects on land of which no day since ``before`` was verified, held, with something left to
    lose and not treated as lost yet; what others hold is left to the next time."""
    rows = connection.execute(_UNVERIFIED, {"before": before, "most": most})
    return [UnverifiedProject(*row) for row in rows]


def overdue_reports(
    connection: Connection, *, before: date, area: str | None, most: int
) -> list[OverdueReport]:
    """Projects on land of which no day since ``before`` was verified, the longest first."""
    asked = {"before": before, "area": area, "most": most}
    return [OverdueReport(*row) for row in connection.execute(_OVERDUE_REPORTS, asked)]


def overdue_land(connection: Connection, *, before: date) -> list[UUID]:
    """Every project on land of which no day since ``before`` was verified, in order."""
    return list(connection.execute(_OVERDUE_LAND, {"before": before}).scalars())


def late_losses(
    connection: Connection, *, zone: tzinfo, area: str | None, most: int
) -> list[LateLoss]:
    """Losses that were reported after their last day, and were not measured since."""
    asked = {"zone": str(zone), "area": area, "most": most}
    return [LateLoss(*row) for row in connection.execute(_LATE, asked)]


def count_remeasured(
    connection: Connection, project_id: UUID, period_id: UUID, ends_before: date
) -> int:
    """What was settled of losses in the days of a period, or before, that no period's result had
    yet: this one has them, and they are marked so; the project is held."""
    asked = {"project_id": project_id, "period_id": period_id, "ends_before": ends_before}
    return sum(connection.execute(_REMEASURED, asked).scalars())


def _tell(loss: Loss) -> None:
    moved(loss)
    told: JsonObject = {
        "loss": loss.number,
        "loss_state": loss.state,
        "loss_kind": loss.kind,
        "occurred_on": loss.occurred_on.isoformat(),
        "lost_mg": str(loss.lost_mg),
    }
    tell("project", public("prj", loss.project_id), told)
