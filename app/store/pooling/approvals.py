"""Approvals: who let a version of weak provenance into bundles, and why."""

from __future__ import annotations

from sqlalchemy import Connection, text

from rewards.signing import Approval

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
    return connection.execute(_APPROVE, parameters).rowcount == 1


def approvals_of(connection: Connection, *, methodology: str, version: str) -> list[Approval]:
    """Who approved a version for bundles, oldest first."""
    rows = connection.execute(_APPROVALS, {"methodology": methodology, "version": version})
    return [Approval(*row) for row in rows]
