"""Loss: what a fire, a storm or a felling took back of what a project was issued for.

``STEPS`` is its whole life::

    reported ─settle─▶ settled

Its owner reports it, or the programme where the owner did not (projects.md, E10 and E11): when,
where, by which evidence, and what the rule's values of the strata concerned are afterwards. The
rule computes what of the last issued period is left by them; the difference is the loss, an
estimate until the next verification. Two people settle it. It is laid on the project's newest
vintages first, the reserve pays, and what the reserve lacks is short: as many units stand still,
and nothing more is issued until others are cancelled for it (E12).

The next period that has the day in it measures the same loss once more: what was settled of it is
given back there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, NamedTuple, cast
from uuid import UUID

from behaviours.json_value import Json, JsonObject
from behaviours.projects.project import AUTHORITY, OPERATOR
from behaviours.refusal import Conflict, Invalid, UnknownId
from behaviours.steps import Step

FIRE, STORM, FELLING = LOSS_KINDS = ("fire", "storm", "felling")
# Nobody verified it for so long that it is treated as lost (projects.md, E11).
UNVERIFIED: Final = "unverified"
KINDS: Final = (*LOSS_KINDS, UNVERIFIED)
REPORTED, SETTLED = STATES = ("reported", "settled")
SETTLE: Final = "settle"
STEPS: Final[Mapping[str, Step]] = {SETTLE: Step((REPORTED,), SETTLED, (AUTHORITY, OPERATOR))}


class UnknownLoss(UnknownId):
    """The project has no such loss."""

    cases = ("loss",)


class LossStateConflict(Conflict):
    """The loss was settled before."""


class LossOpen(Conflict):
    """A loss was reported and is not settled: nothing is issued meanwhile."""


class LossUncovered(Conflict):
    """A loss is not covered: nothing is issued until units are cancelled for it."""


class NothingToLose(Conflict):
    """Nothing was issued of the project, so that nothing has to be replaced."""


class LossUnfit(Invalid):
    """``measured``: the day lies in days whose units were issued, so that it was measured;
    ``to_come``: it is to come; ``stratum``: the design has no such stratum; ``area``: more is lost
    than the project has; ``cell``: the last period has no such value, or it is of no stratum that
    is concerned; ``gain``: by these values more was reduced than was issued."""

    cases = ("measured", "to_come", "stratum", "area", "cell", "gain")


class NewLoss(NamedTuple):
    """A loss as it is reported; ``after``: values of the rule in the strata concerned, or in their
    plots, by cell, as they are since. A plot that was not visited since counts as bare, so that
    nothing is taken to stand that nobody saw. ``evidence`` is the SHA-256 of what shows it."""

    kind: str
    occurred_on: date
    strata: tuple[str, ...]
    area_m2: int
    evidence: bytes
    text: str
    after: Mapping[str, Mapping[str, str]]

    def check(
        self, *, today: date, issued_before: date, strata: Collection[str], area_m2: int
    ) -> None:
        """Raises LossUnfit."""
        if self.occurred_on > today:
            raise LossUnfit("to_come", pointer="/occurred_on")
        if self.occurred_on < issued_before:
            raise LossUnfit(
                "measured", pointer="/occurred_on", issued_before=issued_before.isoformat()
            )
        for at, each in enumerate(self.strata):
            if each not in strata:
                raise LossUnfit("stratum", pointer=f"/strata/{at}", code=each)
        if self.area_m2 > area_m2:
            raise LossUnfit("area", pointer="/area_m2", area_m2=area_m2)

    def inputs(self, before: JsonObject) -> JsonObject:
        """The survey of the last period with the values that hold since. Raises LossUnfit."""
        tables = dict(cast(Mapping[str, Json], before["quantities"]))
        plots = self._plots(before)
        for name, cells in self.after.items():
            table = tables.get(name)
            for key in cells:
                concerned = set(key.split(".")) & {*self.strata, *plots}
                if not isinstance(table, Mapping) or key not in table or not concerned:
                    raise LossUnfit("cell", pointer=f"/after/{name}", name=name, key=key)
            known = cast(Mapping[str, Json], table)
            bare = {key: "0" for key in known if set(key.split(".")) & plots}
            tables[name] = {**known, **bare, **cells}
        return {**before, "quantities": tables}

    def _plots(self, before: JsonObject) -> set[str]:
        """What lies within the strata concerned: the plots of the last campaign."""
        sets = cast(Mapping[str, Json], before.get("sets", {}))
        within = [each for each in sets.values() if isinstance(each, Mapping)]
        return {
            plot
            for each in within
            for stratum in self.strata
            for plot in cast(Sequence[str], each.get(stratum, ()))
        }


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss as it stands; ``number`` counts those of its project from 1.

    ``due_on`` is the last day on which the report was in time; ``lost_mg`` what the rule comes to,
    from ``inputs``, instead of what ``base_period_id`` came to. ``counted_in`` is the period whose
    result has it once more.
    """

    project_id: UUID
    number: int
    kind: str
    occurred_on: date
    due_on: date
    strata: tuple[str, ...]
    area_m2: int
    evidence: bytes
    text: str
    base_period_id: UUID
    inputs: JsonObject
    inputs_digest: bytes
    lost_mg: int
    state: str
    # None: nobody's word, but time itself.
    reported_by: UUID | None
    reported_at: datetime
    state_at: datetime
    counted_in: UUID | None = None

    @property
    def name(self) -> str:
        """What events call it by: its project, and its number there."""
        return f"prj_{self.project_id.hex}/losses/{self.number}"

    def move(self, step: str, *, now: datetime) -> Loss:
        """The loss after ``step``; raises LossStateConflict."""
        needs, leads_to, _ = STEPS[step]
        if self.state not in needs:
            raise LossStateConflict(state=self.state, needed=", ".join(needs))
        return replace(self, state=leads_to, state_at=now)

    @property
    def signed_digest(self) -> bytes:
        """SHA-256 of what two people sign: its members in this order, each after a line's end."""
        members = (
            f"prj_{self.project_id.hex}",
            f"{self.number}",
            self.kind,
            self.occurred_on.isoformat(),
            self.evidence.hex(),
            f"mpd_{self.base_period_id.hex}",
            self.inputs_digest.hex(),
            f"{self.lost_mg}",
        )
        return hashlib.sha256("\n".join(members).encode()).digest()


class UnverifiedProject(NamedTuple):
    """A project, and the day after the last one of it that was verified."""

    project_id: UUID
    verified_before: date


class OverdueReport(NamedTuple):
    """Land that was not verified for long, and the tonnes it gave to the reserve, which are frozen:
    they pay for its own losses only."""

    project_id: UUID
    verified_before: date
    frozen_t: int


class LateLoss(NamedTuple):
    """A loss that was reported after the last day for it."""

    project_id: UUID
    number: int
    due_on: date


class LossPart(NamedTuple):
    """What of a loss is laid on one issue of the project."""

    bundle_id: UUID
    mg: int


class CreditedBundle(NamedTuple):
    """An issue of a project: its civil year, what was credited, and what of it was lost before."""

    bundle_id: UUID
    vintage: int
    credited_mg: int
    lost_mg: int


def parts_of(lost_mg: int, issues: Sequence[CreditedBundle]) -> list[LossPart]:
    """A loss by the issues that it is laid on: the newest vintage first, none beyond what it was
    credited. What was never credited is owed by nobody."""
    parts = []
    for each in sorted(issues, key=lambda one: (one.vintage, one.bundle_id), reverse=True):
        mg = min(lost_mg, each.credited_mg - each.lost_mg)
        if mg > 0:
            parts.append(LossPart(each.bundle_id, mg))
            lost_mg -= mg
    return parts


def check_issuing(losses: Collection[Loss], uncovered_mg: int) -> None:
    """Whether a project may be issued anything. Raises LossOpen and LossUncovered."""
    for each in losses:
        if each.state == REPORTED:
            raise LossOpen(number=each.number)
    if uncovered_mg:
        raise LossUncovered(uncovered_mg=str(uncovered_mg))
