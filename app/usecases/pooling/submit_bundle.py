"""Submit a reported bundle to a verifier, and draw the sample."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from app.ids import public
from app.store.database import Connection
from app.store.organisations.organisations import list_organisations, organisation
from app.store.pooling.bundles import write_bundle
from app.store.pooling.sample import draw_sample, provides_to
from app.store.pooling.sealing import recount
from app.usecases.pooling.hold_bundle import hold_bundle
from behaviours.programme import Sampling
from behaviours.projects.sampling import check_floor, draw, plan_sample
from behaviours.viewer import Viewer
from rewards.pooling.bundle import SUBMIT, VERIFIER, Bundle
from rewards.pooling.documents import DrawnPlan
from rewards.pooling.refusals import UnknownVerifier
from rewards.registry.refusals import VerifierNotIndependent


class WantedSample(NamedTuple):
    """How sure the verifier wants to be, how exactly, and what the draw starts from."""

    confidence: Decimal
    precision: Decimal
    seed: str


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
    """Draw the sample and give it to the verifier; returns the bundle.

    Without ``verifier_id`` the verifier is drawn too, among all that are independent: better than
    one whom the seller chose. Both draws follow from the seed, so that anybody can repeat them.
    Raises UnknownBundle, UnknownVerifier, VerifierNotIndependent, InvalidPlan,
    BundleStateConflict, NothingSelected, PopulationChanged.
    """
    bundle = hold_bundle(connection, bundle_id, by=by)
    bundle.check(SUBMIT, by=by)
    bundle.check_population(recount(connection, bundle_id))
    check_floor(wanted.confidence, wanted.precision, floor)
    if verifier_id is None:
        verifier_id = _drawn_verifier(connection, wanted.seed)
    _check_verifier(connection, verifier_id, bundle_id)
    plan = plan_sample(
        bundle.reductions or 0,
        wanted.seed,
        confidence=wanted.confidence,
        precision=wanted.precision,
    )
    draw_sample(connection, bundle_id, draw(plan.population, plan.size, plan.seed))
    drawn = DrawnPlan(
        population=plan.population,
        confidence=plan.confidence,
        precision=plan.precision,
        expected_share=plan.expected_share,
        size=plan.size,
        seed=plan.seed,
        verifier=public("org", verifier_id),
        drawn_at=now,
    )
    submitted = bundle.move(SUBMIT, by=by, verifier_id=verifier_id, sampling_plan=drawn)
    write_bundle(connection, submitted)
    return submitted


def _drawn_verifier(connection: Connection, seed: str) -> UUID:
    verifiers = sorted(
        each.organisation_id for each in list_organisations(connection, kind=VERIFIER)
    )
    if not verifiers:
        raise UnknownVerifier("none", pointer="/verifier_id")
    (rank,) = draw(len(verifiers), 1, f"verifier:{seed}")
    return verifiers[rank]


def _check_verifier(connection: Connection, verifier_id: UUID, bundle_id: UUID) -> None:
    known = organisation(connection, verifier_id)
    if known is None or known.kind != VERIFIER:
        raise UnknownVerifier("id", pointer="/verifier_id")
    if provides_to(connection, verifier_id, bundle_id):
        raise VerifierNotIndependent("verify", pointer="/verifier_id")
