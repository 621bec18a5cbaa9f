"""Approve a methodology version of weak provenance for bundles; it takes two people."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from app.store.database import Connection
from app.store.pooling.verifying import approvals, approve_version as record_approval
from rewards.signing import AlreadyApproved


def approve_version(
    connection: Connection,
    *,
    methodology: str,
    version: str,
    user_id: UUID,
    role: str,
    reason: str,
    now: datetime,
) -> list[dict[str, Any]]:
    """Record an operator's or an authority's approval, by name and with its reason.

    Returns every approval of the version; the gate is open when both roles are among them.
    Raises AlreadyApproved when the same person asks again.
    """
    made = record_approval(
        connection,
        methodology=methodology,
        version=version,
        user_id=user_id,
        role=role,
        reason=reason,
        now=now,
    )
    if not made:
        raise AlreadyApproved("You have approved this version before; another person must too.")
    return approvals(connection, methodology=methodology, version=version)
