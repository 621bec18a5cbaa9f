"""Where a reduction lies in a sealed bundle, and the proof of it."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from rewards.pooling.inclusion import InclusionProof
from rewards.registry.register import RegisteredBlock


class Inclusion(NamedTuple):
    """Where a reduction lies in its bundle, the proof of it, and what the bundle became."""

    action_id: UUID
    bundle_id: UUID
    # Milligrams of the bundle before this reduction, in the order of its leaves.
    offset_mg: int
    saved_mg: int
    proof: InclusionProof
    # The blocks that were made of the bundle as a whole.
    blocks: list[RegisteredBlock]
