"""Read what somebody proposed and another has yet to sign."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.proposals import open_proposals
from behaviours.proposals import Proposal


def read_proposals(connection: Connection, *, before: UUID | None, most: int) -> list[Proposal]:
    """Those that wait, newest first, with who has signed each."""
    return open_proposals(connection, before=before, most=most)
