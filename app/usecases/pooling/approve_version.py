"""Approve a methodology version of weak provenance for bundles; it takes two people."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.methodologies.steps import steps_of
from app.store.pooling.approvals import approvals_of, insert_approval
from behaviours.rules.lifecycle import check_approver
from rewards.signing import AlreadyApproved, Approval


def approve_version(
    connection: Connection,
    *,
    methodology: str,
    version: str,
    user_id: UUID,
    role: str,
    reason: str,
    clock: Clock,
) -> list[Approval]:
    """Record an operator's or an authority's approval, by name and with its reason.

    Returns every approval of the version; the gate is open when both roles are among them.
    Raises AlreadyApproved when the same person asks again, AnotherPersonNeeded for whoever reviewed
    or published it.
    """
    check_approver(steps_of(connection, methodology, version), user_id)
    approval = Approval(user_id, role, reason, clock.now())
    if not insert_approval(connection, methodology=methodology, version=version, approval=approval):
        raise AlreadyApproved
    return approvals_of(connection, methodology=methodology, version=version)
