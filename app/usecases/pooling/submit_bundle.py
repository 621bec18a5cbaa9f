"""Submit a reported bundle to a verifier: its population stands, and the plan is published."""

from __future__ import annotations

from dataclasses import astuple
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from app.ids import public
from app.store.database import Connection
from app.store.pooling.bundles import write_bundle
from app.store.pooling.population import (
    freeze_population,
    lay_strata,
    overlaps_of,
    population_leaves,
)
from app.store.pooling.sealing import recount
from app.store.pooling.steps import add_step
from app.usecases.pooling.choose_verifier import choose_verifier
from app.usecases.pooling.hold_bundle import hold_bundle
from behaviours.json_value import JsonObject
from behaviours.programme import Sampling
from behaviours.projects.sampling import allot, check_floor, sample_size, takes_whole_above
from behaviours.viewer import Viewer
from rewards.pooling.bundle import SUBMIT, Bundle
from rewards.pooling.documents import STRATIFIED, DrawnPlan, PlannedStratum
from rewards.pooling.sum_tree import UNSALTED, leaf, root_of

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
    by: Viewer,
    now: datetime,
) -> Bundle:
    """Lay the strata, keep the population, and give it to the verifier; returns the bundle.

    The sample is drawn when the verifier accepts. Raises UnknownBundle, UnknownVerifier,
    VerifierNotIndependent, InvalidPlan, BundleStateConflict, NothingSelected, PopulationChanged.
    """
    bundle = hold_bundle(connection, bundle_id, by=by)
    bundle.check(SUBMIT, by=by)
    bundle.check_population(recount(connection, bundle_id))
    check_floor(wanted.confidence, wanted.precision, floor)
    plan = _planned(connection, bundle, wanted, floor, now=now)
    assert plan.root is not None, "a new plan has a root"
    verifier_id = choose_verifier(connection, bundle_id, verifier_id, root=bytes.fromhex(plan.root))
    plan = plan.given_to(public("org", verifier_id))
    submitted = bundle.move(SUBMIT, by=by, verifier_id=verifier_id, sampling_plan=plan)
    write_bundle(connection, submitted)
    _tell(connection, bundle_id, plan, now=now)
    return submitted


def _tell(connection: Connection, bundle_id: UUID, plan: DrawnPlan, *, now: datetime) -> None:
    """Put the plan on record, and which other submissions had some of the same actions."""
    overlaps: list[JsonObject] = [
        {"bundle_id": public("bdl", each.bundle_id), "actions": each.actions}
        for each in overlaps_of(connection, bundle_id)
    ]
    said: JsonObject = {"plan": plan.as_document(), "overlaps": overlaps}
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
        strata=tuple(PlannedStratum(*astuple(each)) for each in strata),
    )
