"""Give the verifier's opinion; a positive one carries the extrapolated deduction."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from app.store.database import Connection
from app.store.pooling.bundles import write_bundle
from app.store.pooling.findings import sampled_masses
from app.usecases.pooling.hold_bundle import hold_bundle
from app.usecases.pooling.return_bundle import return_bundle
from behaviours.projects.sampling import extrapolated_deduction_mg
from behaviours.viewer import Viewer
from rewards.pooling.bundle import REJECT, VERIFY, Bundle
from rewards.pooling.documents import Opinion
from rewards.pooling.sample import found_masses


def give_opinion(
    connection: Connection,
    bundle_id: UUID,
    *,
    positive: bool,
    statement: str,
    by: Viewer,
    now: datetime,
) -> Bundle:
    """``verified`` with a deduction, or ``rejected``, and the reductions return to the pool.

    Raises SampleIncomplete while a drawn reduction has no finding, BundleStateConflict,
    UnknownBundle.
    """
    bundle = hold_bundle(connection, bundle_id, by=by)
    opinion = Opinion(positive, statement, now)
    if not positive:
        return return_bundle(connection, replace(bundle, opinion=opinion), REJECT, by=by, now=now)
    bundle.check(VERIFY, by=by)
    bundle.check_reportable()
    masses = found_masses(sampled_masses(connection, bundle_id))
    plan, total_mg = bundle.sampling_plan, bundle.selected_mg
    assert plan is not None, "a submitted bundle has a plan"
    assert total_mg is not None, "a submitted bundle has a mass"
    deducted_mg = extrapolated_deduction_mg(
        masses, total_mg, plan.population, confidence=plan.confidence
    )
    verified = bundle.move(
        VERIFY,
        by=by,
        opinion=replace(opinion, sampled=len(masses), deducted_mg=deducted_mg),
        deducted_mg=deducted_mg,
    )
    write_bundle(connection, verified)
    return verified
