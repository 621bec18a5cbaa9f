"""Record what the verifier found for drawn reductions."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.pooling.findings import sampled_masses, write_findings
from app.usecases.pooling.check_verifier import check_verifier
from app.usecases.pooling.hold_bundle import hold_bundle
from behaviours.viewer import Viewer
from rewards.pooling.bundle import FIND
from rewards.pooling.sample import StatedFinding, missing_findings, settle_findings


def give_findings(
    connection: Connection,
    bundle_id: UUID,
    findings: Sequence[StatedFinding],
    *,
    by: Viewer,
    clock: Clock,
) -> int:
    """Keep the findings; a later one for the same reduction replaces an earlier one.

    Returns how many drawn reductions still have none. Raises NotInSample with its place in the
    list, NotAccepted, BundleStateConflict, UnknownBundle, VerificationLapsed,
    VerifierConflict.
    """
    bundle = hold_bundle(connection, bundle_id, by=by)
    bundle.check(FIND, by=by)
    bundle.check_drawn()
    now = clock.now()
    bundle.check_in_time(now)
    check_verifier(connection, bundle)
    sample = sampled_masses(connection, bundle_id)
    kept = settle_findings(findings, sample)
    write_findings(connection, bundle_id, kept, now=now)
    return missing_findings(sample, kept)
