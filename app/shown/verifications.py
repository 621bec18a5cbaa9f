"""A verification as everybody sees it, once for JSON and page."""

from __future__ import annotations

from app.http.fields import moment
from app.ids import public
from app.usecases.pooling.read_verifications import Verification
from behaviours.json_value import Json, JsonObject
from rewards.pooling.bundle import SUBMIT


def shown_verification(one: Verification) -> JsonObject:
    """The commitment, plan and steps of a bundle, whatever became of it."""
    bundle = one.bundle
    return {
        "id": public("bdl", bundle.bundle_id),
        "state": bundle.state,
        "created_at": moment(bundle.created_at),
        "sampling_commitment": bundle.commitment.hex() if bundle.commitment else None,
        "sampling_plan": bundle.sampling_plan.as_document() if bundle.sampling_plan else None,
        "sampling_floor": _floor(one),
        "verify_by": moment(bundle.verify_by) if bundle.verify_by else None,
        "steps": [
            {"step": each.step, "taken_at": moment(each.taken_at), "said": each.said}
            for each in one.steps
        ],
    }


def _floor(one: Verification) -> Json:
    """What the programme asked of the plan when it was submitted; early ones did not keep it."""
    submitted = [each.said for each in one.steps if each.step == SUBMIT]
    return submitted[-1].get("floor") if submitted else None
