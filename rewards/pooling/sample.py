"""The sample of a bundle: what was drawn, what the verifier states, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.actions.calculation import RecordedCalculation
from behaviours.actions.reported import ReportedAction
from rewards.pooling.refusals import NotInSample, SampleIncomplete

CONFIRMED: Final = "confirmed"
CORRECTED: Final = "corrected"
OUTCOMES: Final = (CONFIRMED, CORRECTED)


class SampledMass(NamedTuple):
    """A drawn reduction: what was recorded, and what was found (None: nothing yet)."""

    action_id: UUID
    recorded_mg: int
    found_mg: int | None
    stratum: int = 0


class StatedFinding(NamedTuple):
    """One finding as the verifier states it; ``found_mg`` None confirms what was recorded."""

    action_id: UUID
    found_mg: int | None
    note: str | None


class SampleFinding(NamedTuple):
    """One finding as it is kept."""

    action_id: UUID
    found_mg: int
    outcome: str
    note: str | None


@dataclass(frozen=True, slots=True)
class DrawnReduction(ReportedAction):
    """One drawn reduction with everything that was recorded of it, and what was found.

    Whose action it was is not told.
    """

    provider_name: str | None
    saved_mg: int
    found_mg: int | None
    finding: str | None
    note: str | None
    methodology: str
    version: str
    digest: bytes
    provenance: str
    calculation: RecordedCalculation


def settle_findings(
    stated: Sequence[StatedFinding], sample: Sequence[SampledMass]
) -> list[SampleFinding]:
    """The findings to keep, one for each reduction; of several for one the last counts.

    Raises NotInSample with its place in the list.
    """
    recorded = {each.action_id: each.recorded_mg for each in sample}
    kept: dict[UUID, SampleFinding] = {}
    for at, (action_id, found_mg, note) in enumerate(stated):
        if action_id not in recorded:
            raise NotInSample(pointer=f"/findings/{at}/action_id")
        mass = recorded[action_id] if found_mg is None else found_mg
        outcome = CONFIRMED if mass == recorded[action_id] else CORRECTED
        kept[action_id] = SampleFinding(action_id, mass, outcome, note)
    return list(kept.values())


def missing_findings(sample: Sequence[SampledMass], kept: Sequence[SampleFinding] = ()) -> int:
    """How many drawn reductions have no finding yet, besides those that are kept just now."""
    open_ones = {each.action_id for each in sample if each.found_mg is None}
    return len(open_ones - {each.action_id for each in kept})


def found_masses(sample: Sequence[SampledMass]) -> dict[int, list[tuple[int, int]]]:
    """(recorded, found) of the whole sample, in mg, by stratum. Raises SampleIncomplete."""
    missing = missing_findings(sample)
    if missing:
        raise SampleIncomplete(missing=missing)
    found: dict[int, list[tuple[int, int]]] = {}
    for each in sample:
        assert each.found_mg is not None, "nothing is missing"
        found.setdefault(each.stratum, []).append((each.recorded_mg, each.found_mg))
    return found
