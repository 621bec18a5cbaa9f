"""Retirements: written once, with the certificate as it was signed."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.store.events.gathering import moved
from app.store.paging import newest_first
from app.store.registry.covering import covers_of
from rewards.registry.certificate import bundles_of
from rewards.registry.register import RegisteredRetirement
from rewards.registry.retirement import Retirement

_INSERT = text(
    """
    insert into retirement (retirement_id, enterprise_id, quantity_t, beneficiary, purpose,
                            period, retired_at, certificate)
    values (:retirement_id, :enterprise_id, :quantity_t, :beneficiary, :purpose, :period,
            :retired_at, :certificate)
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
_LIST = newest_first(
    f"""
    select {_COLUMNS} from retirement r
      left join organisation o on o.organisation_id = r.enterprise_id
     where (cast(:enterprise_id as uuid) is null or r.enterprise_id = :enterprise_id)
    """,  # noqa: S608
    by="r.retirement_id",
)


def insert_retirement(
    connection: Connection, retirement: Retirement, *, certificate: Mapping[str, object]
) -> None:
    """Write a retirement and the blocks it used; a block stands in one retirement only."""
    connection.execute(
        _INSERT,
        {
            "retirement_id": retirement.retirement_id,
            "enterprise_id": retirement.enterprise_id,
            "quantity_t": retirement.quantity_t,
            "beneficiary": retirement.terms.beneficiary,
            "purpose": retirement.terms.purpose,
            "period": retirement.terms.period,
            "retired_at": retirement.retired_at,
            "certificate": dict(certificate),
        },
    )
    connection.execute(
        _INSERT_BLOCKS,
        [
            {"block_id": each.block_id, "retirement_id": retirement.retirement_id}
            for each in retirement.blocks
        ],
    )
    moved(retirement)


def find_retirement(connection: Connection, retirement_id: UUID) -> RegisteredRetirement | None:
    """The retirement of this id, or None."""
    row = connection.execute(_READ, {"retirement_id": retirement_id}).one_or_none()
    return None if row is None else _with_covers(connection, [RegisteredRetirement(*row)])[0]


def list_retirements(
    connection: Connection, *, enterprise_id: UUID | None, before: UUID | None, most: int
) -> list[RegisteredRetirement]:
    """Newest first; None lists everybody's, as the public registry does."""
    parameters = {"enterprise_id": enterprise_id, "before": before, "most": most}
    rows = connection.execute(_LIST, parameters)
    return _with_covers(connection, [RegisteredRetirement(*row) for row in rows])


def _with_covers(
    connection: Connection, found: list[RegisteredRetirement]
) -> list[RegisteredRetirement]:
    bundles = {each.retirement_id: bundles_of(each.certificate) for each in found}
    covers = covers_of(connection, [one for ids in bundles.values() for one in ids])
    return [
        each._replace(
            covers=tuple(covers[one] for one in bundles[each.retirement_id] if one in covers)
        )
        for each in found
    ]
