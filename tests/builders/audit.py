"""Ending a test with the audit."""

from __future__ import annotations

from app.store.audit.finding import AuditFinding
from app.store.audit.snapshot import snapshot
from app.usecases.audit.audit import audit
from app.wiring import Wiring


def audited(wiring: Wiring) -> list[AuditFinding]:
    """All findings about the books of ``wiring``, as they stand now."""
    with snapshot(wiring.database) as connection:
        return audit(
            connection,
            rulebook=wiring.rulebook,
            policies=wiring.policies,
        )


def assert_books_balance(wiring: Wiring) -> None:
    """Every invariant holds; a broken one is named with its first offenders."""
    broken = [finding.line() for finding in audited(wiring) if not finding.ok]
    assert not broken, "\n".join(broken)
