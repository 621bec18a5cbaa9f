"""The reserve's numbered tonnes of a family, vintage and class: counted, and locked to be taken."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from sqlalchemy import Connection, text

from app.store.registry.blocks import lock_blocks
from rewards.ledger.carbon import BundleBook
from rewards.registry.block import BUFFER, Block
from rewards.registry.serials import MIXED

# As ``mix_of`` names a mix of methodologies; ``u`` is a bundle. A test holds the two together.
MIX = f"""
    '{MIXED}' || coalesce('.' || left(encode(sha256(convert_to(
        array_to_string(u.methodologies, ' '), 'UTF8')), 'hex'), 8), '')
"""
_NUMBERED_RESERVE = text(
    f"""
    select b.block_id from unit_block b join bundle u on u.bundle_id = b.bundle_id
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


def lock_reserve(connection: Connection, book: BundleBook) -> list[Block]:
    """The reserve's numbered tonnes of one family, vintage and class; the family is locked."""
    found = connection.execute(_NUMBERED_RESERVE, _reserve(book)).scalars()
    return lock_blocks(connection, list(found))


def reserve_tonnes(connection: Connection, book: BundleBook) -> int:
    """How many numbered tonnes the reserve has, as it stands."""
    return int(connection.execute(_RESERVE_TONNES, _reserve(book)).scalar_one())


def _reserve(book: BundleBook) -> dict[str, str | int]:
    return {"family": book.family, "vintage": book.vintage, "unit_class": book.unit_class}
