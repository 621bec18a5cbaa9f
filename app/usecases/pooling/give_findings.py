"""Record what the verifier found for drawn reductions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.pooling.sample import Finding, record_findings, sampled_pairs
from app.usecases.pooling.standing import bundle_at
from rewards.pooling.refusals import NotInSample


class Found(NamedTuple):
    """One finding as the verifier states it; None confirms what was recorded."""

    action_id: UUID
    found_mg: int | None
    note: str | None


def give_findings(
    connection: Connection,
    bundle_id: UUID,
    findings: Sequence[Found],
    *,
    verifier_id: UUID,
    now: datetime,
) -> int:
    """Keep the findings; a later one for the same reduction replaces an earlier one.

    Returns how many drawn reductions still have none. Raises NotInSample with its place in the
    list, BundleStateConflict, UnknownId.
    """
    bundle_at(connection, bundle_id, "submitted", verifier_id=verifier_id)
    drawn = {
        action_id: (saved_mg, found_mg)
        for action_id, saved_mg, found_mg in sampled_pairs(connection, bundle_id)
    }
    kept: dict[UUID, Finding] = {}
    for at, (action_id, found_mg, note) in enumerate(findings):
        if action_id not in drawn:
            raise NotInSample(
                "This reduction was not drawn. Findings are for the sample of this bundle only.",
                pointer=f"/findings/{at}/action_id",
            )
        recorded_mg = drawn[action_id][0]
        stated_mg = recorded_mg if found_mg is None else found_mg
        finding = "confirmed" if stated_mg == recorded_mg else "corrected"
        kept[action_id] = Finding(action_id, stated_mg, finding, note)
    record_findings(connection, bundle_id, list(kept.values()), now=now)
    open_ones = {action_id for action_id, (_, found_mg) in drawn.items() if found_mg is None}
    return len(open_ones - kept.keys())
