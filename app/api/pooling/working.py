"""Steps of a bundle, answered with the bundle as it stands then."""

from __future__ import annotations

from typing import Final

from app.http.current import ByCaller, by_caller, wiring
from app.http.once import step_of
from app.shown.bundles import worked_on
from rewards.pooling.terms import VerifierTerms, verifier_terms

work_on: Final = step_of("bdl", worked_on)
# Where a task goes on with it.
start_work_on: Final = step_of("bdl", worked_on, status=202)


class ByTerms(ByCaller):
    """What a verb is told that gives a bundle to a verifier, or takes it from one."""

    terms: VerifierTerms


def by_terms() -> ByTerms:
    """Whoever asks acts, by the programme's terms for verifiers as they are in force."""
    terms = verifier_terms(wiring().programme, wiring().calendar)
    return {**by_caller(), "terms": terms}
