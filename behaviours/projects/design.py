"""Design document: where a project lies, for how long it is credited, and how it is watched.

It is stated whole, as often as the applicant likes until the notice; each one stands beside those
before it. Whatever can be derived is not typed: the area of a stratum is that of its parcels, so a
stratum of 1149 "tC/ha" that is an area (projects.md, E19) has no place to stand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.json_value import JsonObject
from behaviours.projects.land import (
    Shape,
    area_m2,
    box_of,
    check_shape,
    coordinates_of,
    first_shared,
    shared_land,
)
from behaviours.projects.project import GRID_CONNECTION, TENURE, ProofMissing
from behaviours.refusal import Conflict, Invalid, UnknownId
from behaviours.rules.methodology import Version
from behaviours.rules.survey_rule import YEARS_MAX

# The sets of a rule whose keys are those of the design.
STRATA, METERS = "strata", "meters"
BASELINE, PROJECT, LEAKAGE = PURPOSES = ("baseline", "project", "leakage")
# Shares are in millionths of the whole.
WHOLE_PPM: Final = 1_000_000
MOST_PARCELS, MOST_METERS, MOST_STRATA = 500, 1_000, 1_000
MOST_PARTIES, MOST_ITEMS = 100, 200


class UnknownDesign(UnknownId):
    """The project has no design document yet."""

    cases = ("design",)


class DesignUnfit(Invalid):
    """What the design document says does not fit together, or not the rule.

    ``period``: the crediting period ends before it begins, or is longer than a rule can count;
    ``before_start``: it begins before the project does; ``doubled``: two have one number;
    ``no_land`` and ``no_meters``: the rule reads strata, or meters, and there are none;
    ``unread``: the rule reads none of them; ``unknown_parcel``: a stratum names a parcel that is
    not there; ``strata``: a parcel lies in no stratum, or in two; ``shares``: they do not add up to
    the whole; ``once``: it is not declared that no other mechanism counts it.
    """

    cases = (
        "period",
        "before_start",
        "doubled",
        "no_land",
        "no_meters",
        "unread",
        "unknown_parcel",
        "strata",
        "shares",
        "once",
    )


class BoundaryOverlaps(Conflict):
    """Somebody holds it: ``other``: land of another project; ``own``: two parcels share land;
    ``meter``: another project's meter."""

    cases = ("other", "own", "meter")


@dataclass(frozen=True)
class Parcel:
    """A piece of land by the number of its registration; ``tenure_no`` is that of the right."""

    number: str
    tenure_no: str
    shape: Shape

    @cached_property
    def area_m2(self) -> int:
        """Of a sound shape; traced once, for that takes its time."""
        return area_m2(self.shape)


class PlantMeter(NamedTuple):
    """The meter of a plant, by the issuer of its number; the plant's capacity is in watts."""

    issuer: str
    number: str
    capacity_w: int
    connected_on: date


class LandStratum(NamedTuple):
    """Parcels that are alike, under the key by which the rule knows them."""

    code: str
    parcels: tuple[str, ...]
    planted_year: int | None = None


class CreditingPeriod(NamedTuple):
    """Civil days: the first, and the one after the last."""

    starts_on: date
    ends_before: date
    renewable: bool


class PlanItem(NamedTuple):
    """How one quantity of the rule is watched."""

    parameter: str
    unit: str
    source: str
    method: str
    instrument: str
    accuracy: str
    frequency: str
    quality: str
    purpose: str
    substitute: str


class BenefitShare(NamedTuple):
    """What part of the proceeds whom reaches, in millionths."""

    party: str
    ppm: int


class DesignTexts(NamedTuple):
    """What is argued: what would be without the project, why it would not be, who was heard."""

    baseline: str
    additionality: str
    consultation: str


class NewDesign(NamedTuple):
    """A design document as it is stated; ``once``: no other mechanism counts the project."""

    starts_on: date
    crediting: CreditingPeriod
    parcels: tuple[Parcel, ...]
    meters: tuple[PlantMeter, ...]
    strata: tuple[LandStratum, ...]
    plan: tuple[PlanItem, ...]
    split: tuple[BenefitShare, ...]
    texts: DesignTexts
    once: bool

    @property
    def area_m2(self) -> int:
        """Of the whole, as the sum of its parcels."""
        return sum(each.area_m2 for each in self.parcels)

    def areas_m2(self) -> dict[str, int]:
        """The area of each stratum, as the sum of its parcels."""
        areas = {each.number: each.area_m2 for each in self.parcels}
        return {each.code: sum(areas[name] for name in each.parcels) for each in self.strata}

    def check(self, version: Version, proofs: Collection[str]) -> None:
        """Raises DesignUnfit, ShapeUnfit, BoundaryOverlaps and ProofMissing."""
        self._check_days()
        for name, numbers in self._numbered():
            _check_single(numbers, f"/{name}")
        self._check_reads(version)
        self._check_proofs(proofs)
        self._check_land()
        if sum(each.ppm for each in self.split) != WHOLE_PPM:
            raise DesignUnfit("shares", pointer="/benefit_split", whole=WHOLE_PPM)
        if not self.once:
            raise DesignUnfit("once", pointer="/no_other_mechanism")

    def _check_days(self) -> None:
        starts_on, ends_before, _ = self.crediting
        if not starts_on < ends_before or ends_before.year - starts_on.year >= YEARS_MAX:
            raise DesignUnfit("period", pointer="/crediting_period/to", years=YEARS_MAX - 1)
        if starts_on < self.starts_on:
            raise DesignUnfit("before_start", pointer="/crediting_period/from")

    def _numbered(self) -> Iterable[tuple[str, list[str]]]:
        yield "parcels", [each.number for each in self.parcels]
        yield "meters", [f"{each.issuer} {each.number}" for each in self.meters]
        yield "strata", [each.code for each in self.strata]
        yield "monitoring_plan", [f"{each.parameter} {each.purpose}" for each in self.plan]
        yield "benefit_split", [each.party for each in self.split]

    def _check_reads(self, version: Version) -> None:
        assert version.survey is not None, "the project took a rule of projects"
        reads = version.survey.sets
        if STRATA in reads and not self.strata:
            raise DesignUnfit("no_land", pointer="/strata", methodology=version.label)
        if METERS in reads and not self.meters:
            raise DesignUnfit("no_meters", pointer="/meters", methodology=version.label)
        if self.strata and STRATA not in reads:
            raise DesignUnfit("unread", pointer="/strata", methodology=version.label)
        if self.meters and METERS not in reads:
            raise DesignUnfit("unread", pointer="/meters", methodology=version.label)

    def _check_proofs(self, proofs: Collection[str]) -> None:
        if self.parcels and TENURE not in proofs:
            raise ProofMissing("tenure", pointer="/parcels")
        if self.meters and GRID_CONNECTION not in proofs:
            raise ProofMissing("grid_connection", pointer="/meters")

    def _check_land(self) -> None:
        for at, parcel in enumerate(self.parcels):
            check_shape(parcel.shape, pointer=f"/parcels/{at}/geometry/coordinates")
        if found := first_shared([each.shape for each in self.parcels]):
            one, other, shared = found
            raise BoundaryOverlaps(
                "own",
                pointer=f"/parcels/{other}",
                number=self.parcels[one].number,
                area_m2=shared.area_m2,
            )
        in_strata = Counter(name for each in self.strata for name in each.parcels)
        numbers = [each.number for each in self.parcels]
        for at, stratum in enumerate(self.strata):
            if missing := next((name for name in stratum.parcels if name not in numbers), None):
                raise DesignUnfit("unknown_parcel", pointer=f"/strata/{at}/parcels", number=missing)
        for at, number in enumerate(numbers):
            if self.strata and in_strata[number] != 1:
                raise DesignUnfit("strata", pointer=f"/parcels/{at}", number=number)


class StatedDesign(NamedTuple):
    """A design document as it is kept; ``number`` counts those of its project from 1, ``content``
    is what was stated, and ``digest`` its SHA-256."""

    project_id: UUID
    number: int
    content: JsonObject
    digest: bytes
    stated_by: UUID
    stated_at: datetime


class HeldLand(NamedTuple):
    """A parcel that another project holds: by which it is named, and its shape."""

    project: str
    number: str
    shape: Shape


def check_free(said: NewDesign, beside: Iterable[HeldLand]) -> None:
    """Whether none of the land is held; the sliver itself is told. Raises BoundaryOverlaps."""
    boxes = [box_of(each.shape) for each in said.parcels]
    for other in beside:
        around = box_of(other.shape)
        for at, parcel in enumerate(said.parcels):
            shared = shared_land(parcel.shape, other.shape) if boxes[at].meets(around) else None
            if shared is not None:
                raise BoundaryOverlaps(
                    "other",
                    pointer=f"/parcels/{at}/geometry",
                    number=parcel.number,
                    project=other.project,
                    area_m2=shared.area_m2,
                    shared=coordinates_of(shared.shape),
                )


def check_meters_free(said: NewDesign, held_by: Sequence[str | None]) -> None:
    """Whether no other project holds any of the meters; ``held_by`` names it, in their order.

    Raises BoundaryOverlaps.
    """
    for at, (meter, project) in enumerate(zip(said.meters, held_by, strict=True)):
        if project is not None:
            raise BoundaryOverlaps(
                "meter", pointer=f"/meters/{at}", number=meter.number, project=project
            )


def _check_single(numbers: Sequence[str], pointer: str) -> None:
    for at, number in enumerate(numbers):
        if number in numbers[:at]:
            raise DesignUnfit("doubled", pointer=f"{pointer}/{at}", number=number)
