"""Replace the verifier of a bundle when its days are over, or when something stands against it."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.pooling.bundles import lock_bundle, write_bundle
from app.store.pooling.verifiers import lock_verifiers
from app.usecases.pooling.end_seat import end_seat
from app.usecases.pooling.seat_another import seat_another
from rewards.pooling.bundle import SUBMITTED
from rewards.pooling.terms import VerifierTerms


def replace_verifier(
    connection: Connection, bundle_id: UUID, *, terms: VerifierTerms, clock: Clock
) -> bool:
    """Whether another one was sought; up to the seal, what the first one said does not stand.

    A bundle that was given to somebody before there were days has them from now on.
    """
    bundle = lock_bundle(connection, bundle_id)
    if bundle is None or not bundle.awaits_seal:
        return False
    lock_verifiers(connection)
    now = clock.now()
    ended = end_seat(connection, bundle, terms=terms, now=now)
    if ended is not None:
        instead_of = (ended.verifier_id, ended.obstacle)
        seat_another(connection, ended.bundle, instead_of=instead_of, terms=terms, now=now)
        return True
    if bundle.state == SUBMITTED and bundle.verify_by is None:
        until = terms.opinion_by(now) if bundle.is_accepted else terms.accept_by(now)
        write_bundle(connection, replace(bundle, verify_by=until))
    return False
