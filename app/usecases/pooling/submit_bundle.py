"""Submit a reported bundle to a verifier, and draw the sample."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from app.ids import public
from app.store.database import Connection
from app.store.organisations.organisations import list_organisations, organisation
from app.store.pooling.bundles import update_bundle
from app.store.pooling.sample import draw_sample, provides_to
from app.usecases.pooling.standing import bundle_at
from behaviours.projects.sampling import draw, plan_sample
from rewards.pooling.refusals import UnknownVerifier
from rewards.registry.refusals import VerifierNotIndependent


class Plan(NamedTuple):
    """How sure the verifier wants to be, how exactly, and what the draw starts from."""

    confidence: Decimal
    precision: Decimal
    seed: str


def submit_bundle(
    connection: Connection,
    bundle_id: UUID,
    *,
    verifier_id: UUID | None,
    plan: Plan,
    now: datetime,
) -> dict[str, Any]:
    """Draw the sample by the plan and give it to the verifier; returns the bundle.

    Without ``verifier_id`` the verifier is drawn too, among all that are independent: better than
    one whom the seller chose. Both draws follow from the seed, so that anybody can repeat them.
    Raises UnknownVerifier,
    VerifierNotIndependent, InvalidPlan, BundleStateConflict.
    """
    bundle = bundle_at(connection, bundle_id, "reported")
    if verifier_id is None:
        verifier_id = _drawn_verifier(connection, plan.seed)
    _check_verifier(connection, verifier_id, bundle_id)
    drawn = plan_sample(
        bundle["reductions"], plan.seed, confidence=plan.confidence, precision=plan.precision
    )
    draw_sample(connection, bundle_id, draw(drawn.population, drawn.size, drawn.seed))
    changed = {
        "state": "submitted",
        "verifier_id": verifier_id,
        "sampling_plan": {
            "method": "simple random sampling without replacement",
            "population": drawn.population,
            "confidence": str(drawn.confidence),
            "precision": str(drawn.precision),
            "expected_share": str(drawn.expected_share),
            "size": drawn.size,
            "seed": drawn.seed,
            "verifier_id": public("org", verifier_id),
            "drawn_at": now.isoformat().replace("+00:00", "Z"),
        },
    }
    update_bundle(connection, bundle_id, **changed)
    return bundle | changed


def _drawn_verifier(connection: Connection, seed: str) -> UUID:
    verifiers = sorted(
        each.organisation_id for each in list_organisations(connection, kind="verifier")
    )
    if not verifiers:
        raise UnknownVerifier("No verifier is registered yet.", pointer="/verifier_id")
    (rank,) = draw(len(verifiers), 1, f"verifier:{seed}")
    return verifiers[rank]


def _check_verifier(connection: Connection, verifier_id: UUID, bundle_id: UUID) -> None:
    known = organisation(connection, verifier_id)
    if known is None or known.kind != "verifier":
        raise UnknownVerifier(
            "No verifier of this id is registered. See GET /v1/organisations?kind=verifier.",
            pointer="/verifier_id",
        )
    if provides_to(connection, verifier_id, bundle_id):
        raise VerifierNotIndependent(
            "This organisation reported reductions of the bundle and cannot verify them.",
            pointer="/verifier_id",
        )
