"""The reserve's numbered tonnes of a family, vintage and class: counted, and locked to be taken."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.registry.blocks import lock_blocks
from app.store.registry.carbon_book import reserve_of
from rewards.ledger.carbon import BundleBook
from rewards.registry.block import BUFFER, Block
from rewards.registry.issuing import TONNE_MG
from rewards.registry.serials import MIXED

# As ``mix_of`` names a mix of methodologies; ``u`` is a bundle. A test holds the two together.
MIX = f"""
    '{MIXED}' || coalesce('.' || left(encode(sha256(convert_to(
        array_to_string(u.methodologies, ' '), 'UTF8')), 'hex'), 8), '')
"""
_NUMBERED_RESERVE = text(
    f"""
    select b.block_id,
           coalesce(m.project_id = any(cast(:frozen as uuid[])), false) as is_frozen,
           upper(b.numbers) - lower(b.numbers) as tonnes
      from unit_block b join bundle u on u.bundle_id = b.bundle_id
      left join monitoring_period m on m.period_id = u.period_id
     where b.state = '{BUFFER}' and b.vintage = :vintage and b.unit_class = :unit_class
       and coalesce(u.methodology, {MIX}) = :family
     order by b.block_id
    """
)
_RESERVE_TONNES = text(
    f"""
    select cast(coalesce(sum(upper(b.numbers) - lower(b.numbers)), 0) as bigint)
      from unit_block b join bundle u on u.bundle_id = b.bundle_id
     where b.state = '{BUFFER}' and b.vintage = :vintage and b.unit_class = :unit_class
       and coalesce(u.methodology, {MIX}) = :family
    """
)


class UsableReserve(NamedTuple):
    """What of the reserve may be taken: numbered tonnes, and mass in mg."""

    blocks: list[Block]
    mg: int


def lock_reserve(
    connection: Connection, book: BundleBook, *, frozen: Sequence[UUID] = ()
) -> UsableReserve:
    """The reserve of one family, vintage and class; the family is locked.

    What came in of the projects ``frozen`` is left out.
    """
    rows = connection.execute(_NUMBERED_RESERVE, {**_reserve(book), "frozen": list(frozen)}).all()
    frozen_mg = sum(each.tonnes for each in rows if each.is_frozen) * TONNE_MG
    blocks = lock_blocks(connection, [each.block_id for each in rows if not each.is_frozen])
    return UsableReserve(blocks, max(reserve_of(connection, book) - frozen_mg, 0))


def reserve_tonnes(connection: Connection, book: BundleBook) -> int:
    """How many numbered tonnes the reserve has, as it stands."""
    return int(connection.execute(_RESERVE_TONNES, _reserve(book)).scalar_one())


def _reserve(book: BundleBook) -> dict[str, str | int]:
    return {"family": book.family, "vintage": book.vintage, "unit_class": book.unit_class}
