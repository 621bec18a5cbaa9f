"""Give the verifier's opinion; a positive one carries the extrapolated deduction."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from app.store.database import Connection
from app.store.pooling.bundles import update_bundle
from app.store.pooling.sample import sampled_pairs
from app.usecases.pooling.let_go import let_go
from app.usecases.pooling.standing import bundle_at
from behaviours.projects.sampling import extrapolated_deduction_mg
from rewards.pooling.refusals import SampleIncomplete


def give_opinion(
    connection: Connection,
    bundle_id: UUID,
    *,
    positive: bool,
    statement: str,
    verifier_id: UUID,
    now: datetime,
) -> dict[str, Any]:
    """``verified`` with a deduction, or ``rejected``, and the reductions return to the pool.

    Raises SampleIncomplete while a drawn reduction has no finding, BundleStateConflict, UnknownId.
    """
    bundle = bundle_at(connection, bundle_id, "submitted", verifier_id=verifier_id)
    opinion = {
        "opinion": "positive" if positive else "negative",
        "statement": statement,
        "given_at": now.isoformat().replace("+00:00", "Z"),
    }
    if not positive:
        update_bundle(connection, bundle_id, opinion=opinion)
        return let_go(connection, bundle_id, state="rejected", started_by=verifier_id, now=now)
    pairs = []
    for _, saved_mg, found_mg in sampled_pairs(connection, bundle_id):
        if found_mg is None:
            raise SampleIncomplete(
                "A positive opinion needs a finding for every drawn reduction."
                " See GET /v1/bundles/{id}/sample."
            )
        pairs.append((saved_mg, found_mg))
    plan = bundle["sampling_plan"]
    deducted_mg = extrapolated_deduction_mg(
        pairs, bundle["selected_mg"], plan["population"], confidence=Decimal(plan["confidence"])
    )
    opinion |= {"sampled": len(pairs), "deducted_mg": str(deducted_mg)}
    changed = {"state": "verified", "opinion": opinion, "deducted_mg": deducted_mg}
    update_bundle(connection, bundle_id, **changed)
    return bundle | changed
