"""Give the verifier's opinion; a positive one deducts the upper bound of what is overstated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.pooling.bundles import write_bundle
from app.store.pooling.findings import sampled_masses
from app.store.pooling.population import strata_left
from app.store.pooling.steps import add_step
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.pooling.check_verifier import check_verifier
from app.usecases.pooling.hold_bundle import hold_bundle
from app.usecases.pooling.return_bundle import return_bundle
from behaviours.projects.deduction import Looked, SeenStratum, overstated
from behaviours.viewer import Viewer
from rewards.pooling.bundle import REJECT, VERIFY, Bundle
from rewards.pooling.documents import Opinion
from rewards.pooling.sample import SampledMass, found_masses


def give_opinion(
    connection: Connection,
    bundle_id: UUID,
    *,
    positive: bool,
    statement: str,
    by: Viewer,
    clock: Clock,
) -> Bundle:
    """``verified`` with a deduction, or ``rejected``, and the reductions return to the pool.

    Raises NotAccepted before the sample is drawn, SampleIncomplete while a drawn reduction has
    no finding, BundleStateConflict, UnknownBundle, VerificationLapsed, VerifierConflict,
    OrganisationSuspended, OrganisationClosed.
    """
    check_taking_part(connection, [by.tenant_id])
    bundle = hold_bundle(connection, bundle_id, by=by)
    now = clock.now()
    bundle.check(VERIFY, by=by)
    bundle.check_in_time(now)
    check_verifier(connection, bundle)
    opinion = Opinion(positive, statement, now)
    if not positive:
        return return_bundle(connection, replace(bundle, opinion=opinion), REJECT, by=by, now=now)
    bundle.check_reportable()
    plan, sample = bundle.check_drawn(), sampled_masses(connection, bundle_id)
    seen = _seen(connection, bundle_id, sample)
    assert sum(each.mass_mg for each in seen) == bundle.selected_mg, "strata cover the bundle"
    over = overstated(seen, plan.confidence)
    opinion = replace(
        opinion,
        sampled=len(sample),
        deducted_mg=over.bound_mg,
        estimate_mg=over.estimate_mg,
        bound=over.bound,
    )
    verified = bundle.move(VERIFY, by=by, opinion=opinion, deducted_mg=over.bound_mg)
    write_bundle(connection, verified)
    add_step(connection, bundle_id, VERIFY, opinion.as_document(), now=now)
    return verified


def _seen(
    connection: Connection, bundle_id: UUID, sample: Sequence[SampledMass]
) -> list[SeenStratum]:
    """What was looked at, in the strata as they stand."""
    found = found_masses(sample)
    return [
        SeenStratum(reductions, saved_mg, [Looked(*each) for each in found[stratum]])
        for stratum, (reductions, saved_mg) in strata_left(connection, bundle_id).items()
    ]
