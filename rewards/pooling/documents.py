"""What is put on record of a bundle: the sampling plan, the monitoring report, the opinion.

Each is a value here and a JSON document where it is kept and published; ``as_document`` and
``from_document`` are the one translation between the two. Decimals and milligrams are strings in
a document, moments ``2026-07-01T04:00:00Z``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple, TypeVar

from behaviours.civil_time import utc_text
from behaviours.projects.sampling import Stratum

Document = Mapping[str, Any]
Key = TypeVar("Key")

POSITIVE: Final = "positive"
NEGATIVE: Final = "negative"
METHOD: Final = "simple random sampling without replacement"
STRATIFIED: Final = "stratified by behaviour and mass, first by rank"


@dataclass(frozen=True, slots=True)
class DrawnPlan:
    """How a sample of ``size`` out of ``population`` reductions is drawn, and for whom.

    ``verifier`` is the public id as it is published with the plan. Until the verifier has accepted
    there is no seed: ``number`` and ``secret`` (hexadecimal) are what it was made of, with the
    ``root`` over the population as it stood when the bundle was submitted. Plans from before
    strata have none, and a seed that was chosen.
    """

    population: int
    confidence: Decimal
    precision: Decimal
    expected_share: Decimal
    size: int
    seed: str
    verifier: str
    drawn_at: datetime
    method: str = METHOD
    root: str | None = None
    strata: tuple[Stratum, ...] = ()
    number: str | None = None
    secret: str | None = None

    @property
    def is_accepted(self) -> bool:
        return bool(self.seed)

    def given_to(self, verifier: str) -> DrawnPlan:
        return replace(self, verifier=verifier)

    def accepted(self, *, number: str, secret: str, seed: str, at: datetime) -> DrawnPlan:
        """The plan with its seed, once the verifier has given its number."""
        return replace(self, number=number, secret=secret, seed=seed, drawn_at=at)

    def undrawn(self) -> DrawnPlan:
        """The plan before anybody was given it: its sample is to be drawn anew."""
        return replace(self, verifier="", number=None, secret=None, seed="")

    def of_fewer(self, population: int) -> DrawnPlan:
        """The plan after reductions left: the same seed over what is left."""
        return replace(self, population=population, size=min(self.size, population))

    def as_document(self) -> dict[str, Any]:
        stated: dict[str, Any] = {
            "method": self.method,
            "population": self.population,
            "confidence": str(self.confidence),
            "precision": str(self.precision),
            "expected_share": str(self.expected_share),
            "size": self.size,
            "seed": self.seed,
            "verifier_id": self.verifier,
            "drawn_at": utc_text(self.drawn_at),
        }
        if self.strata:
            stated |= {
                "root": self.root,
                "strata": [_stratum(each) for each in self.strata],
                "number": self.number,
                "secret": self.secret,
            }
        return stated

    @classmethod
    def from_document(cls, kept: Document) -> DrawnPlan:
        return cls(
            population=kept["population"],
            confidence=Decimal(kept["confidence"]),
            precision=Decimal(kept["precision"]),
            expected_share=Decimal(kept["expected_share"]),
            size=kept["size"],
            seed=kept["seed"],
            verifier=kept["verifier_id"],
            drawn_at=datetime.fromisoformat(kept["drawn_at"]),
            method=kept["method"],
            root=kept.get("root"),
            strata=tuple(_read_stratum(each) for each in kept.get("strata", ())),
            number=kept.get("number"),
            secret=kept.get("secret"),
        )


def _stratum(one: Stratum) -> dict[str, Any]:
    return {
        "stratum": one.number,
        "behaviour": one.behaviour,
        "from_mg": str(one.from_mg),
        "below_mg": None if one.below_mg is None else str(one.below_mg),
        "population": one.population,
        "mass_mg": str(one.mass_mg),
        "size": one.size,
    }


def _read_stratum(kept: Document) -> Stratum:
    return Stratum(
        number=kept["stratum"],
        behaviour=kept["behaviour"],
        from_mg=int(kept["from_mg"]),
        below_mg=None if kept["below_mg"] is None else int(kept["below_mg"]),
        population=kept["population"],
        mass_mg=int(kept["mass_mg"]),
        size=kept["size"],
    )


class LeavingReduction(NamedTuple):
    """What a reduction counts for in a report: it is taken off when the reduction leaves."""

    behaviour: str
    month: str
    region: str
    methodology: str
    version: str
    saved_mg: int


@dataclass(frozen=True, slots=True)
class Opinion:
    """The verifier's opinion of a whole bundle.

    A positive one says how many reductions were looked at and what was deducted; a negative one
    deducts nothing, because the bundle is returned.
    """

    positive: bool
    statement: str
    given_at: datetime
    sampled: int | None = None
    deducted_mg: int | None = None
    # What was deducted is an upper bound: of which kind, and the best guess below it.
    estimate_mg: int | None = None
    bound: str | None = None

    def as_document(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "opinion": POSITIVE if self.positive else NEGATIVE,
            "statement": self.statement,
            "given_at": utc_text(self.given_at),
        }
        if self.deducted_mg is not None:
            said |= {"sampled": self.sampled, "deducted_mg": str(self.deducted_mg)}
        if self.estimate_mg is not None:
            said |= {"estimate_mg": str(self.estimate_mg), "bound": self.bound}
        return said

    @classmethod
    def from_document(cls, kept: Document) -> Opinion:
        deducted, estimate = kept.get("deducted_mg"), kept.get("estimate_mg")
        return cls(
            positive=kept["opinion"] == POSITIVE,
            statement=kept["statement"],
            given_at=datetime.fromisoformat(kept["given_at"]),
            sampled=kept.get("sampled"),
            deducted_mg=None if deducted is None else int(deducted),
            estimate_mg=None if estimate is None else int(estimate),
            bound=kept.get("bound"),
        )


class Amounts(NamedTuple):
    """How many reductions, and their milligrams."""

    reductions: int
    saved_mg: int


class NamedAmounts(NamedTuple):
    """Amounts of one behaviour, civil month or region."""

    name: str
    amounts: Amounts


class VersionAmounts(NamedTuple):
    """Amounts of one version of a methodology; ``digest`` is that of its document."""

    methodology: str
    version: str
    digest: bytes
    provenance: str
    action_class: str
    amounts: Amounts


class FactorUsed(NamedTuple):
    """A factor of a series that at least one reduction rests on."""

    name: str
    factor_id: str


@dataclass(frozen=True, slots=True)
class Conditions:
    """Which reductions a bundle may hold; a region of None is every one.

    ``methodology`` None is several: those of ``methodologies`` by name, in the order of their
    names. Bundles of before named none, and hold every one.
    """

    methodology: str | None
    vintage: int
    region: str | None
    # Civil days of the actions, both included.
    occurred_from: date
    occurred_to: date
    unit_class: str
    methodologies: tuple[str, ...] | None = field(default=None, kw_only=True)

    @property
    def named(self) -> tuple[str, ...] | None:
        """The methodologies that it may hold; None is every one."""
        return self.methodologies if self.methodology is None else (self.methodology,)

    @property
    def conditions(self) -> Conditions:
        """They alone, without what a bundle is besides."""
        return Conditions(**{each.name: getattr(self, each.name) for each in fields(Conditions)})


@dataclass(frozen=True, slots=True)
class MonitoringReport:
    """The monitoring report of a bundle; ``bundle`` is its public id."""

    bundle: str
    written_at: datetime
    conditions: Conditions
    whole: Amounts
    carried_in_mg: int
    by_behaviour: Sequence[NamedAmounts]
    by_month: Sequence[NamedAmounts]
    by_region: Sequence[NamedAmounts]
    by_version: Sequence[VersionAmounts]
    factors: Sequence[FactorUsed]

    def without(self, left: Sequence[LeavingReduction]) -> MonitoringReport:
        """The report after reductions left; a line of which nothing is left goes too.

        A factor that only they rested on stays listed: it was used to choose what is in here.
        """
        gone = {
            name: _summed((getattr(each, name), each.saved_mg) for each in left)
            for name in ("behaviour", "month", "region")
        }
        rules = _summed(((each.methodology, each.version), each.saved_mg) for each in left)
        return replace(
            self,
            whole=_less(self.whole, Amounts(len(left), sum(each.saved_mg for each in left))),
            by_behaviour=_named_without(self.by_behaviour, gone["behaviour"]),
            by_month=_named_without(self.by_month, gone["month"]),
            by_region=_named_without(self.by_region, gone["region"]),
            by_version=tuple(
                line._replace(amounts=fewer)
                for line in self.by_version
                if (fewer := _less(line.amounts, rules.get((line.methodology, line.version))))
                != _NONE
            ),
        )

    def as_document(self) -> dict[str, Any]:
        stated = self.conditions
        return {
            "bundle_id": self.bundle,
            "written_at": utc_text(self.written_at),
            "conditions": {
                "methodology_code": stated.methodology,
                "vintage": stated.vintage,
                "region": stated.region,
                "from": stated.occurred_from.isoformat(),
                "to": stated.occurred_to.isoformat(),
                "unit_class": stated.unit_class,
                **({"methodology_codes": list(mixed)} if (mixed := stated.methodologies) else {}),
            },
            **_amounts(self.whole),
            "carried_in_mg": str(self.carried_in_mg),
            "by_behaviour": _lines("behaviour", self.by_behaviour),
            "by_month": _lines("month", self.by_month),
            "by_region": _lines("region", self.by_region),
            "by_version": [_version_line(each) for each in self.by_version],
            "factors": [{"name": each.name, "id": each.factor_id} for each in self.factors],
        }

    @classmethod
    def from_document(cls, kept: Document) -> MonitoringReport:
        stated = kept["conditions"]
        return cls(
            bundle=kept["bundle_id"],
            written_at=datetime.fromisoformat(kept["written_at"]),
            conditions=Conditions(
                stated["methodology_code"],
                stated["vintage"],
                stated["region"],
                date.fromisoformat(stated["from"]),
                date.fromisoformat(stated["to"]),
                stated["unit_class"],
                methodologies=tuple(mixed) if (mixed := stated.get("methodology_codes")) else None,
            ),
            whole=_amounts_of(kept),
            carried_in_mg=int(kept["carried_in_mg"]),
            by_behaviour=_read_lines("behaviour", kept),
            by_month=_read_lines("month", kept),
            by_region=_read_lines("region", kept),
            by_version=tuple(_read_version(each) for each in kept["by_version"]),
            factors=tuple(FactorUsed(each["name"], each["id"]) for each in kept["factors"]),
        )


_NONE: Final = Amounts(0, 0)


def _summed(parts: Iterable[tuple[Key, int]]) -> dict[Key, Amounts]:
    sums: dict[Key, Amounts] = {}
    for key, mg in parts:
        had = sums.get(key, _NONE)
        sums[key] = Amounts(had.reductions + 1, had.saved_mg + mg)
    return sums


def _less(amounts: Amounts, gone: Amounts | None) -> Amounts:
    if gone is None:
        return amounts
    return Amounts(amounts.reductions - gone.reductions, amounts.saved_mg - gone.saved_mg)


def _named_without(
    lines: Sequence[NamedAmounts], gone: Mapping[str, Amounts]
) -> tuple[NamedAmounts, ...]:
    fewer = (NamedAmounts(line.name, _less(line.amounts, gone.get(line.name))) for line in lines)
    return tuple(line for line in fewer if line.amounts != _NONE)


_DIGEST = "sha256:"


def _amounts(amounts: Amounts) -> dict[str, Any]:
    return {"reductions": amounts.reductions, "saved_mg": str(amounts.saved_mg)}


def _amounts_of(kept: Document) -> Amounts:
    return Amounts(kept["reductions"], int(kept["saved_mg"]))


def _lines(by: str, lines: Sequence[NamedAmounts]) -> list[dict[str, Any]]:
    return [{by: line.name} | _amounts(line.amounts) for line in lines]


def _read_lines(by: str, kept: Document) -> tuple[NamedAmounts, ...]:
    return tuple(NamedAmounts(each[by], _amounts_of(each)) for each in kept[f"by_{by}"])


def _version_line(line: VersionAmounts) -> dict[str, Any]:
    return _amounts(line.amounts) | {
        "methodology": f"{line.methodology}@{line.version}",
        "digest": _DIGEST + line.digest.hex(),
        "provenance": line.provenance,
        "class": line.action_class,
    }


def _read_version(kept: Document) -> VersionAmounts:
    methodology, _, version = kept["methodology"].partition("@")
    return VersionAmounts(
        methodology,
        version,
        bytes.fromhex(kept["digest"].removeprefix(_DIGEST)),
        kept["provenance"],
        kept["class"],
        _amounts_of(kept),
    )
