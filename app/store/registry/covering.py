"""Cover: what stands behind what was taken back after the freeze, and who is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from app.ids import new_id, new_ids
from app.store.inserting import insert_into
from rewards.registry.block import HELD, Block
from rewards.registry.cover import BY_RESERVE, BundleCover, Cover, CoverSums

_COLUMNS = ", ".join(Cover._fields)
_INSERT = text(insert_into("cover", Cover._fields))
_INSERT_BLOCKS = text(
    """
    insert into cover_block (block_id, cover_id)
    select block_id, :cover_id from unnest(cast(:block_ids as uuid[])) as given (block_id)
    """
)
_SUMS = text(
    """
    select cast(coalesce(sum(mg), 0) as bigint), cast(coalesce(sum(cancelled_t), 0) as bigint)
      from cover where bundle_id = :bundle_id and kind = :kind
    """
)
_OF_BUNDLES = text(
    f"""
    select {_COLUMNS} from cover where bundle_id = any(:bundle_ids) order by covered_at, cover_id
    """  # noqa: S608
)
# By the index of reversals' actions: few are taken back after the freeze.
_REVERSED = text(
    """
    select b.bundle_id, b.shortfall_mg, cast(b.shortfall_mg + coalesce(c.mg, 0) as bigint)
      from bundle b
      left join (select bundle_id, sum(mg) as mg from cover
                  where bundle_id = any(:bundle_ids) group by 1) c using (bundle_id)
     where b.bundle_id = any(:bundle_ids) and b.shortfall_mg + coalesce(c.mg, 0) > 0
    """
)
# Who holds or has retired units of the bundle, and who bought them on the way.
HOLDERS = """
    select owner_id from unit_block
     where bundle_id = {bundle} and owner_id is not null and state = any(:held)
     union
    select t.to_id from unit_transfer t join unit_block u using (block_id)
     where u.bundle_id = {bundle}
"""
_HOLDERS = text(HOLDERS.format(bundle=":bundle_id"))
_TELL = text(
    """
    insert into holder_notice (notice_id, organisation_id, bundle_id, posting_id, reversed_mg,
                               shortfall_mg, written_at)
    select notice_id, organisation_id, :bundle_id, :posting_id, :reversed_mg, :shortfall_mg, :now
      from unnest(cast(:notice_ids as uuid[]), cast(:organisations as uuid[]))
           as told (notice_id, organisation_id)
    """
)


def insert_cover(connection: Connection, cover: Cover, blocks: Sequence[Block]) -> None:
    """Write a line of cover and the blocks that were cancelled for it."""
    connection.execute(_INSERT, cover._asdict())
    if blocks:
        ids = [each.block_id for each in blocks]
        connection.execute(_INSERT_BLOCKS, {"cover_id": cover.cover_id, "block_ids": ids})


def taken_before(connection: Connection, bundle_id: UUID) -> CoverSums:
    """What a bundle took from the reserve so far."""
    return CoverSums(*connection.execute(_SUMS, {"bundle_id": bundle_id, "kind": BY_RESERVE}).one())


def covers_of(connection: Connection, bundle_ids: Sequence[UUID]) -> dict[UUID, BundleCover]:
    """Of those bundles from which something was taken back after the freeze."""
    given = {"bundle_ids": sorted(set(bundle_ids))}
    lines: dict[UUID, list[Cover]] = {}
    for row in connection.execute(_OF_BUNDLES, given):
        lines.setdefault(row.bundle_id, []).append(Cover(*row))
    return {
        bundle_id: BundleCover(bundle_id, mg, short_mg, tuple(lines.get(bundle_id, ())))
        for bundle_id, short_mg, mg in connection.execute(_REVERSED, given)
    }


def tell_holders(
    connection: Connection,
    bundle_id: UUID,
    *,
    posting_id: UUID | None,
    reversed_mg: int,
    shortfall_mg: int,
    now: datetime,
) -> None:
    """A notice for everybody who holds, used or bought units of the bundle."""
    given = {"bundle_id": bundle_id, "held": list(HELD)}
    told = list(connection.execute(_HOLDERS, given).scalars())
    connection.execute(
        _TELL,
        {
            "bundle_id": bundle_id,
            "notice_ids": new_ids(len(told)),
            "organisations": told,
            "posting_id": posting_id,
            "reversed_mg": reversed_mg,
            "shortfall_mg": shortfall_mg,
            "now": now,
        },
    )


def new_cover(
    bundle_id: UUID,
    kind: str,
    mg: int,
    *,
    posting_id: UUID,
    cancelled_t: int,
    now: datetime,
) -> Cover:
    """A line of the programme's, with an id of its own."""
    return Cover(new_id(), bundle_id, kind, mg, posting_id, cancelled_t, None, None, now)
