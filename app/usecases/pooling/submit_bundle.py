"""Submit a reported bundle to a verifier: its population stands, and the plan is published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from app.clock import Clock
from app.ids import public
from app.store.database import Connection
from app.store.organisations.organisations import organisation
from app.store.pooling.population import (
    Overlap,
    freeze_population,
    lay_strata,
    overlaps_of,
    population_leaves,
)
from app.store.pooling.sealing import recount
from app.store.pooling.steps import add_step
from app.store.pooling.verifiers import approved_verifier, lock_verifiers, surroundings_of
from app.usecases.pooling.hold_bundle import hold_bundle
from app.usecases.pooling.seat_verifier import seat_verifier
from behaviours.json_value import JsonObject
from behaviours.programme import Sampling
from behaviours.projects.sampling import allot, check_floor, sample_size, takes_whole_above
from behaviours.viewer import Viewer
from rewards.pooling.bundle import SUBMIT, VERIFIER, Bundle
from rewards.pooling.documents import STRATIFIED, DrawnPlan
from rewards.pooling.refusals import UnknownVerifier, VerifierNotApproved
from rewards.pooling.sum_tree import UNSALTED, leaf, root_of
from rewards.pooling.terms import VerifierTerms

EXPECTED_SHARE = Decimal("0.5")


class WantedSample(NamedTuple):
    """How sure the verifier's bound is to be, and how exact as a share of the mass."""

    confidence: Decimal
    precision: Decimal


def submit_bundle(
    connection: Connection,
    bundle_id: UUID,
    *,
    verifier_id: UUID | None,
    wanted: WantedSample,
    floor: Sampling,
    terms: VerifierTerms,
    by: Viewer,
    clock: Clock,
) -> Bundle:
    """Lay the strata, keep the population, and give it to a verifier; returns the bundle.

    Who verifies is drawn from the pool, or was approved by name; ``verifier_id`` may repeat that
    one and nobody else. The sample is drawn when the verifier accepts. Raises UnknownBundle,
    UnknownVerifier, VerifierNotApproved, VerifierConflict, NoVerifierLeft, InvalidPlan,
    BundleStateConflict, NothingSelected, PopulationChanged.
    """
    bundle = hold_bundle(connection, bundle_id, by=by)
    now = clock.now()
    bundle.check(SUBMIT, by=by)
    bundle.check_population(recount(connection, bundle_id))
    check_floor(wanted.confidence, wanted.precision, floor)
    plan = _planned(connection, bundle, wanted, floor, now=now)
    submitted = bundle.move(SUBMIT, by=by, sampling_plan=plan)
    shared = overlaps_of(connection, bundle_id)
    _tell(connection, bundle_id, plan, shared, floor, now=now)
    lock_verifiers(connection)
    approved = _approved(connection, bundle_id, verifier_id)
    around = surroundings_of(
        connection,
        bundle_id,
        rotation=terms.rotation,
        overlapping=[each.bundle_id for each in shared],
    )
    return seat_verifier(
        connection, submitted, around, approved=approved, terms=terms, by=by, now=now
    )


def _approved(connection: Connection, bundle_id: UUID, named: UUID | None) -> UUID | None:
    """Whom the authority approved, if anybody; the operator names nobody else."""
    approved = approved_verifier(connection, bundle_id)
    if named is None or named == approved:
        return approved
    known = organisation(connection, named)
    if known is None or known.kind != VERIFIER:
        raise UnknownVerifier(pointer="/verifier_id")
    raise VerifierNotApproved(pointer="/verifier_id")


def _tell(
    connection: Connection,
    bundle_id: UUID,
    plan: DrawnPlan,
    shared: Sequence[Overlap],
    floor: Sampling,
    *,
    now: datetime,
) -> None:
    """Put the plan on record, what it was held against, and who had some of the same actions."""
    overlaps: list[JsonObject] = [
        {"bundle_id": public("bdl", each.bundle_id), "actions": each.actions} for each in shared
    ]
    asked: JsonObject = {
        "least_confidence": str(floor.least_confidence),
        "widest_precision": str(floor.widest_precision),
        "least_size": floor.least_size,
        "mass_cuts_mg": [str(cut) for cut in floor.mass_cuts_mg],
    }
    said: JsonObject = {"plan": plan.as_document(), "floor": asked, "overlaps": overlaps}
    add_step(connection, bundle_id, SUBMIT, said, now=now)


def _planned(
    connection: Connection, bundle: Bundle, wanted: WantedSample, floor: Sampling, *, now: datetime
) -> DrawnPlan:
    """The strata and the root of what is in the bundle now, which is kept as its population."""
    population, total_mg = bundle.reductions or 0, bundle.selected_mg or 0
    size = sample_size(
        population,
        confidence=wanted.confidence,
        precision=wanted.precision,
        expected_share=EXPECTED_SHARE,
        least=floor.least_size,
    )
    whole_above_mg, cuts_mg = takes_whole_above(total_mg, size), floor.mass_cuts_mg
    laid = lay_strata(connection, bundle.bundle_id, whole_above_mg=whole_above_mg, cuts_mg=cuts_mg)
    freeze_population(
        connection, bundle.bundle_id, laid, whole_above_mg=whole_above_mg, cuts_mg=cuts_mg
    )
    strata = allot([each.stratum for each in laid], size)
    assert sum(each.population for each in strata) == population, "each reduction has a stratum"
    root = root_of(
        leaf(UNSALTED, action_id, saved_mg)
        for action_id, saved_mg in population_leaves(connection, bundle.bundle_id)
    )
    return DrawnPlan(
        population=population,
        confidence=wanted.confidence,
        precision=wanted.precision,
        expected_share=EXPECTED_SHARE,
        size=sum(each.size for each in strata),
        seed="",
        verifier="",
        drawn_at=now,
        method=STRATIFIED,
        root=root.digest.hex(),
        strata=tuple(strata),
    )
