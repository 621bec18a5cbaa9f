"""Who may verify a project's monitoring period: another body than validated it, and tied to nobody.

Parents count: bodies of one group are one body here (projects.md, E17). All else is asked as of
whoever verifies a bundle, and who may buy what is issued counts, too.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from rewards.pooling.refusals import VerifierConflict
from rewards.pooling.verifiers import DRAWN, BundleSurroundings


def check_period_verifier(
    verifier: UUID, *, owner_id: UUID, validators: Collection[UUID], around: BundleSurroundings
) -> None:
    """Raises VerifierConflict. ``validators`` validated the project, at whatever time; approved by
    name or not, the verifier is of the pool."""
    for body in validators:
        if body == verifier or around.ties.between(body, verifier):
            raise VerifierConflict("validator")
    if verifier == owner_id or around.ties.between(verifier, owner_id):
        raise VerifierConflict("of_project")
    around.check(verifier, DRAWN)
