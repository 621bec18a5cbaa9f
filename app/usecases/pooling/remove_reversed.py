"""Remove reversed reductions from bundles that are not frozen yet; cover those that are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from app.store.database import Connection
from app.store.pooling.bundles import lock_bundle, write_bundle
from app.store.pooling.leaving import delete_entries, lines_of, lock_bundles_of
from app.store.pooling.sample import leave_sample
from app.usecases.pooling.cover_reversed import ReversedCover, cover_reversed
from rewards.pooling.bundle import SUBMITTED, Bundle
from rewards.pooling.documents import LeavingReduction


class TakenBack(NamedTuple):
    """A reduction that is taken back: whose, of which action, and its mg."""

    participant_id: UUID
    action_id: UUID
    saved_mg: int


class BundlePlace(NamedTuple):
    """Where a reduction was: in ``bundle_id``, which it has left (no cover) or stays in for good.

    ``cover`` is what became of the whole bundle by all that was taken back together.
    """

    bundle_id: UUID
    cover: ReversedCover | None

    @property
    def stays(self) -> bool:
        return self.cover is not None


def remove_reversed(
    connection: Connection, reductions: Sequence[TakenBack], *, zone: ZoneInfo, now: datetime
) -> dict[UUID, BundlePlace]:
    """For each action whose reduction is in a bundle: where, and what that came to.

    Before the freeze it leaves, and every figure of the bundle follows. After it the unit stays
    what it is, and the reserve pays, or the bundle is short. Locks the bundles, so call it after
    every lock on accounts.
    """
    found = lock_bundles_of(connection, [each[:2] for each in reductions])
    leaving = [key for key, (_, frozen) in found.items() if not frozen]
    lines = lines_of(connection, leaving, zone=zone)
    delete_entries(connection, leaving)
    covers: dict[UUID, ReversedCover] = {}
    for bundle_id in sorted({bundle_id for bundle_id, _ in found.values()}):
        bundle = lock_bundle(connection, bundle_id)
        assert bundle is not None, "an entry is of a bundle"
        if bundle.frozen_at is None:
            gone = [action for (_, action), (held, _) in found.items() if held == bundle_id]
            _leave(connection, bundle, gone, lines[bundle_id])
        else:
            lost_mg = sum(
                each.saved_mg for each in reductions if found.get(each[:2], (None,))[0] == bundle_id
            )
            covers[bundle_id] = cover_reversed(connection, bundle, lost_mg, now=now)
    return {
        action_id: BundlePlace(bundle_id, covers.get(bundle_id))
        for (_, action_id), (bundle_id, _) in found.items()
    }


def _leave(
    connection: Connection,
    bundle: Bundle,
    gone: Sequence[UUID],
    lines: Sequence[LeavingReduction],
) -> None:
    if bundle.is_returned:
        return
    fewer = bundle.without(lines)
    write_bundle(connection, fewer)
    plan = fewer.sampling_plan
    if fewer.state == SUBMITTED and plan:
        leave_sample(connection, bundle.bundle_id, gone, seed=plan.seed)
