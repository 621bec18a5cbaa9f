"""Read what was proposed of points policies, published or not."""

from __future__ import annotations

from app.store.database import Connection
from app.store.points.policies import all_policies
from rewards.points.proposed_policy import ProposedPolicy


def read_policies(connection: Connection) -> list[ProposedPolicy]:
    """In the order in which they were proposed."""
    return all_policies(connection)
