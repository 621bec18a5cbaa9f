"""Accept a verification: the verifier gives its number, and the sample follows from it."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.pooling.bundles import write_bundle
from app.store.pooling.population import secret_of
from app.store.pooling.sample import draw_sample
from app.store.pooling.steps import add_step
from app.store.pooling.verifiers import lock_verifiers, seats_of, surroundings_of
from app.usecases.organisations.check_taking_part import check_taking_part
from app.usecases.pooling.hold_bundle import hold_bundle
from behaviours.civil_time import utc_text
from behaviours.projects.draw import LEAST_DIGITS, MOST_DIGITS, NUMBER, seed_of
from behaviours.viewer import Viewer
from rewards.pooling.bundle import ACCEPT, Bundle
from rewards.pooling.refusals import BadVerifierNumber
from rewards.pooling.terms import VerifierTerms


def accept_verification(
    connection: Connection,
    bundle_id: UUID,
    *,
    number: str,
    terms: VerifierTerms,
    by: Viewer,
    clock: Clock,
) -> Bundle:
    """Reveal the secret, and draw the sample by the seed of secret, number and root.

    What has come to stand in the verifier's way since it was seated counts too: it declines.
    Raises BadVerifierNumber, AlreadyAccepted, BundleStateConflict, UnknownBundle, VerifierConflict,
    VerificationLapsed, OrganisationSuspended, OrganisationClosed.
    """
    check_taking_part(connection, [by.tenant_id])
    if not NUMBER.fullmatch(number):
        raise BadVerifierNumber(pointer="/number", least=LEAST_DIGITS, most=MOST_DIGITS)
    bundle = hold_bundle(connection, bundle_id, by=by)
    plan = bundle.check_awaits_acceptance(ACCEPT, by=by)
    assert bundle.verifier_id is not None, "a verifier sees its own bundles only"
    lock_verifiers(connection)
    now = clock.now()
    bundle.check_in_time(now)
    around = surroundings_of(connection, bundle_id, rotation=terms.rotation)
    around.check(bundle.verifier_id, seats_of(connection, bundle_id)[-1].how)
    secret = secret_of(connection, bundle_id)
    seed = seed_of(secret, number, bytes.fromhex(plan.root or ""))
    drawn = plan.accepted(number=number, secret=secret.hex(), seed=seed, at=now)
    until = terms.opinion_by(now)
    accepted = bundle.accept(drawn, until=until, by=by)
    sizes = {each.number: each.size for each in plan.strata}
    draw_sample(connection, bundle_id, sizes, seed=seed)
    write_bundle(connection, accepted)
    said = {"number": number, "secret": secret.hex(), "seed": seed}
    said["until"] = utc_text(until)
    add_step(connection, bundle_id, ACCEPT, said, now=now)
    return accepted
