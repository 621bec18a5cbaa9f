"""Findings of a project or a period with all that was said of them."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.projects.findings import Findings, findings_of, replies_of
from behaviours.projects.finding import FindingReply, ProjectFinding


class ToldFindings(NamedTuple):
    """What was found in every attempt, and what was said of each, in their order."""

    findings: list[ProjectFinding]
    replies: list[FindingReply]


def told_findings(connection: Connection, kept: Findings, subject_id: UUID) -> ToldFindings:
    """For who may see what they are of."""
    return ToldFindings(
        findings_of(connection, kept, subject_id), replies_of(connection, kept, subject_id)
    )
