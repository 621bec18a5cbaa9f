"""Claim webhooks that have something to be sent, for one worker."""

from __future__ import annotations

from datetime import timedelta

from app.store.database import Connection
from app.store.webhooks.claiming import ClaimedEndpoint, claim_endpoints

# The longest that one round of one endpoint takes, several times over.
LEASE = timedelta(seconds=60)


def claim_webhooks(connection: Connection, *, slow: bool, most: int) -> list[ClaimedEndpoint]:
    """Up to ``most`` endpoints, of those that fail or are slow or of the others, which no other
    worker has while the claim lasts."""
    return claim_endpoints(connection, slow=slow, most=most, lease=LEASE)
