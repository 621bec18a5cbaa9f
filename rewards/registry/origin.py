"""Origin: what a unit says of the bundle that it was made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from rewards.registry.ranges import Range
from rewards.registry.refusals import VerifierNotIndependent
from rewards.registry.serials import SerialRange, family_of, mix_of
from rewards.registry.ties import OrganisationTies


class Origin(NamedTuple):
    """The bundle of a block: its methodology (None: several), root, mass in mg, and verifier.

    ``methodologies`` are the several by name; None of one, and of a mix that names none.
    """

    bundle_id: UUID
    methodology: str | None
    vintage: int
    root: bytes
    total_mg: int
    verifier_id: UUID | None
    methodologies: Sequence[str] | None = None

    @property
    def family(self) -> str:
        """Under which name its mass stands in the carbon book."""
        return self.methodology or mix_of(self.methodologies)

    def serial(self, numbers: Range, unit_class: str) -> SerialRange:
        """The serial range of tonnes that were made of this bundle."""
        return SerialRange(family_of(self.methodology), self.vintage, *numbers, unit_class)

    def check_independent(self, holder_id: UUID, case: str, ties: OrganisationTies) -> None:
        """Whoever verified units, or is tied to who did, neither buys nor is given them.

        Raises VerifierNotIndependent.
        """
        if self.verifier_id is None:
            return
        if self.verifier_id == holder_id or ties.between(self.verifier_id, holder_id):
            raise VerifierNotIndependent(case)
