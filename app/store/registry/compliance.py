"""What was retired for compliance in a year, counted under one lock."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, text

from rewards.registry.compliance import CivilYear, ComplianceUse
from rewards.registry.unit_classes import COMPLIANCE_OFFSET

_ALONE = text("select pg_advisory_xact_lock(hashtextextended('compliance_caps', 0))")
_USED = text(
    f"""
    select coalesce(sum(quantity_t) filter (where enterprise_id = :buyer_id), 0)::bigint,
           coalesce(sum(quantity_t), 0)::bigint
      from retirement
     where purpose = '{COMPLIANCE_OFFSET.code}'
       and retired_at >= :begins_at and retired_at < :ends_at
    """
)


def hold_compliance_caps(connection: Connection) -> None:
    """Nobody else retires for compliance under a cap until this transaction ends.

    It is asked for before any block is locked, by all.
    """
    connection.execute(_ALONE)


def compliance_use(connection: Connection, buyer_id: UUID, year: CivilYear) -> ComplianceUse:
    """What was retired for compliance in the year, of whoever holds the caps."""
    asked = {"buyer_id": buyer_id, "begins_at": year.begins_at, "ends_at": year.ends_at}
    return ComplianceUse(*connection.execute(_USED, asked).one())
