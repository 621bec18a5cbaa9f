"""What a candidate's reduction would earn, before caps and debts."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from app.store.recording.candidate import Candidate
from behaviours.actions.limits import what_earns
from behaviours.actions.reduction import Reduction
from behaviours.refusal import Refusal
from behaviours.sharing import part_of
from rewards.points.earning import Policies


def award(
    candidate: Candidate, reduction: Reduction | Refusal, policy: Policies, now: datetime
) -> None:
    """Give the candidate its reduction and its award, or the refusal that ends it."""
    if isinstance(reduction, Refusal):
        candidate.refusal = reduction
        return
    accepted = candidate.accepted
    try:
        candidate.award = policy.for_date(accepted.occurred_on).award(
            behaviour=accepted.action.behaviour,
            scene=accepted.version.category_code,
            action_class=reduction.action_class,
            saved_mg=reduction.saved_mg,
            quantities=what_earns(accepted.version, accepted.quantities, reduction.inputs),
            occurred_on=accepted.occurred_on,
            recorded_at=now,
            part=partial(part_of, recorded=candidate.share) if candidate.share else None,
        )
    except Refusal as refusal:
        candidate.refusal = refusal
        return
    candidate.reduction = reduction
    # As if nothing were used, until somebody looks.
    candidate.caps_used = [0] * len(candidate.award.caps)
    if candidate.drawn:
        # It was drawn up of the reduction before.
        candidate.drawn = candidate.drawn._replace(head=None)
