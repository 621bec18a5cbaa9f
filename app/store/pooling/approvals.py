"""Approvals: who let a version of weak provenance into bundles, and why."""

from __future__ import annotations

from sqlalchemy import Connection, text

from app.store.log.acting import tell_signature
from behaviours.logbook import LoggedSubject
from rewards.signing import Approval, Signature

_APPROVE = text(
    """
    insert into gate_approval (methodology, version, user_id, role, reason, approved_at)
    values (:methodology, :version, :user_id, :role, :reason, :approved_at)
    on conflict do nothing
    """
)
_APPROVALS = text(
    """
    select user_id, role, reason, approved_at from gate_approval
     where methodology = :methodology and version = :version order by approved_at
    """
)


def insert_approval(
    connection: Connection, *, methodology: str, version: str, approval: Approval
) -> bool:
    """Record one person's approval; False when that person gave it before."""
    parameters = {"methodology": methodology, "version": version} | approval._asdict()
    written = connection.execute(_APPROVE, parameters).rowcount == 1
    if written:
        label = f"{methodology}@{version}"
        given = approvals_of(connection, methodology=methodology, version=version)
        tell_signature(
            LoggedSubject("methodology", label),
            f"gate_approval/{label}",
            Signature(approval.role, approval.user_id, approval.approved_at),
            [each.user_id for each in given],
            verb="methodology.approve_for_bundles",
        )
    return written


def approvals_of(connection: Connection, *, methodology: str, version: str) -> list[Approval]:
    """Who approved a version for bundles, oldest first."""
    rows = connection.execute(_APPROVALS, {"methodology": methodology, "version": version})
    return [Approval(*row) for row in rows]
