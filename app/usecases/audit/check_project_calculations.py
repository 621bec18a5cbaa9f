"""Check the calculations of projects: each run over again comes to the same milligrams."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from uuid import UUID

from app.store.audit.finding import AuditFinding
from app.store.audit.monitoring import KeptCalculation, kept_calculations, kept_documents
from app.store.database import Connection
from behaviours.projects.design_written import digest_of
from behaviours.projects.surveyed import read_document
from behaviours.refusal import Refusal
from behaviours.rules.in_force import ProgrammeRulebook
from behaviours.rules.survey.run import run_survey


def check_project_calculations(
    connection: Connection, *, rulebook: ProgrammeRulebook
) -> AuditFinding:
    """Looks at every run, ex-ante table and report once."""
    seen, bad = 0, set[UUID]()
    for subject_id, holds in _compared(connection, rulebook):
        seen += 1
        if not holds:
            bad.add(subject_id)
    return AuditFinding(
        "project_runs",
        "each run of a period comes to its mg again; runs, ex-ante tables and reports have their"
        " digests",
        count=seen,
        broken=len(bad),
        offenders=tuple(sorted(each.hex for each in bad)[:5]),
    )


def _compared(connection: Connection, rulebook: ProgrammeRulebook) -> Iterator[tuple[UUID, bool]]:
    with closing(kept_calculations(connection)) as calculations:
        for each in calculations:
            yield each.period_id, _comes_out(each, rulebook)
    with closing(kept_documents(connection)) as documents:
        for document in documents:
            yield document.subject_id, digest_of(document.content) == document.digest


def _comes_out(kept: KeptCalculation, rulebook: ProgrammeRulebook) -> bool:
    if digest_of(kept.inputs) != kept.inputs_digest:
        return False
    try:
        version = rulebook.version_by_digest(kept.rule_digest)
        return run_survey(version, read_document(kept.inputs)).mg == kept.mg
    except Refusal:
        return False
