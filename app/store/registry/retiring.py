"""Retirements: written once, with the certificate as it was signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

_INSERT = text(
    """
    insert into retirement (retirement_id, enterprise_id, quantity_t, beneficiary, purpose,
                            period, retired_at, certificate)
    values (:retirement_id, :enterprise_id, :quantity_t, :beneficiary, :purpose, :period, :now,
            :certificate)
    """
).bindparams(bindparam("certificate", type_=JSONB))
_INSERT_BLOCKS = text(
    "insert into retirement_block (block_id, retirement_id) values (:block_id, :retirement_id)"
)
_COLUMNS = """
    r.retirement_id, r.enterprise_id, o.name as enterprise_name, r.quantity_t, r.beneficiary,
    r.purpose, r.period, r.retired_at, r.certificate
"""
_READ = text(
    f"""
    select {_COLUMNS} from retirement r
      left join organisation o on o.organisation_id = r.enterprise_id
     where r.retirement_id = :retirement_id
    """  # noqa: S608
)
_LIST = text(
    f"""
    select {_COLUMNS} from retirement r
      left join organisation o on o.organisation_id = r.enterprise_id
     where (cast(:enterprise_id as uuid) is null or r.enterprise_id = :enterprise_id)
       and (cast(:before as uuid) is null or r.retirement_id < :before)
     order by r.retirement_id desc limit :most
    """  # noqa: S608
)


def insert_retirement(
    connection: Connection,
    *,
    retirement_id: UUID,
    enterprise_id: UUID,
    block_ids: Sequence[UUID],
    quantity_t: int,
    beneficiary: str,
    purpose: str,
    period: str,
    certificate: Mapping[str, Any],
    now: datetime,
) -> None:
    """Write a retirement and the blocks it used; a block stands in one retirement only."""
    connection.execute(
        _INSERT,
        {
            "retirement_id": retirement_id,
            "enterprise_id": enterprise_id,
            "quantity_t": quantity_t,
            "beneficiary": beneficiary,
            "purpose": purpose,
            "period": period,
            "certificate": dict(certificate),
            "now": now,
        },
    )
    connection.execute(
        _INSERT_BLOCKS,
        [{"block_id": block_id, "retirement_id": retirement_id} for block_id in block_ids],
    )


def read_retirement(connection: Connection, retirement_id: UUID) -> dict[str, Any] | None:
    row = connection.execute(_READ, {"retirement_id": retirement_id}).mappings().one_or_none()
    return None if row is None else dict(row)


def list_retirements(
    connection: Connection, *, enterprise_id: UUID | None, before: UUID | None, most: int
) -> list[dict[str, Any]]:
    """Newest first; None lists everybody's, as the public registry does."""
    parameters = {"enterprise_id": enterprise_id, "before": before, "most": most}
    return [dict(row) for row in connection.execute(_LIST, parameters).mappings()]
