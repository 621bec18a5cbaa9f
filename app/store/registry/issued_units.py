"""What was issued of monitoring periods, and what stands of it in the registry."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, text

from app.store.registry.blocks import BLOCK_COLUMNS, block_of
from rewards.registry.block import REPLACED, Block
from rewards.registry.hand_over import IssuedTonnes, PeriodTonnes
from rewards.registry.issuing import TONNE_MG

_ISSUED = text(
    "select bundle_id, issued_t, reserve_mg from bundle where period_id = :period_id"
    " order by vintage, bundle_id"
)
_STANDING = text(
    f"""
    select {BLOCK_COLUMNS} from unit_block
     where bundle_id in (select bundle_id from bundle where period_id = :period_id)
       and state <> all(:replaced)
     order by lower(numbers)
    """  # noqa: S608 - columns of the program
)
_OF_PROJECT = text(
    """
    select p.number, p.starts_on, p.ends_before, m.vintage, m.unit_class, m.bundle_id,
           m.issued_t as owner_t, m.reserve_mg, m.issued_at
      from monitoring_period p join bundle m on m.period_id = p.period_id
     where p.project_id = :project_id
     order by p.number, m.vintage, m.bundle_id
    """
)


def issued_of_project(connection: Connection, project_id: UUID) -> list[PeriodTonnes]:
    """What was issued of a project, by period and vintage."""
    return [
        PeriodTonnes(
            row.number,
            row.starts_on,
            row.ends_before,
            row.vintage,
            row.unit_class,
            row.bundle_id,
            row.owner_t,
            row.reserve_mg // TONNE_MG,
            row.issued_at,
        )
        for row in connection.execute(_OF_PROJECT, {"project_id": project_id})
    ]


def issued_of_period(connection: Connection, period_id: UUID) -> list[IssuedTonnes]:
    """Whole tonnes by vintage, also of one that came to none."""
    found = connection.execute(_ISSUED, {"period_id": period_id})
    return [IssuedTonnes(row.bundle_id, row.issued_t, row.reserve_mg // TONNE_MG) for row in found]


def standing_of_period(connection: Connection, period_id: UUID) -> list[Block]:
    """Every block of the issue in whose place no other one stands, by number."""
    given = {"period_id": period_id, "replaced": list(REPLACED)}
    return [block_of(row) for row in connection.execute(_STANDING, given)]
