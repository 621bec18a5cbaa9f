"""Check that who verifies a bundle, or has verified it, is tied to nobody in it."""

from __future__ import annotations

from app.store.database import Connection
from app.store.pooling.verifiers import lock_verifiers, surroundings_of_one
from rewards.pooling.bundle import Bundle


def check_verifier(connection: Connection, bundle: Bundle) -> None:
    """Raises VerifierConflict; nothing is declared beside us from here on."""
    assert bundle.verifier_id is not None, "somebody verifies the bundle or has verified it"
    lock_verifiers(connection)
    around = surroundings_of_one(connection, bundle.bundle_id, bundle.verifier_id)
    around.check_untied(bundle.verifier_id)
