"""Ending a test with the audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.audit.finding import AuditFinding
from app.store.audit.invariant import Invariant
from app.store.audit.snapshot import snapshot
from app.usecases.audit.audit import audit
from app.wiring import Wiring

# Verbs are told who acts, and most tests make somebody up; at a route nobody can be.
_LET_IN = text(
    """
    insert into app_user (user_id, username, display_name, role, organisation_id, duty, state,
                          created_at)
    select distinct on (l.user_id) l.user_id, l.user_id::text, 'made up', l.role,
           case when l.role not in ('operator', 'authority')
                then coalesce(l.organisation_id, l.user_id) end,
           case when l.role not in ('operator', 'authority') then 'administrator' end,
           'active', l.taken_at
      from log_entry l left join app_user u using (user_id)
     where l.user_id is not null and u.user_id is null
     order by l.user_id, l.taken_at
    """
)


def let_in_who_was_made_up(wiring: Wiring) -> None:
    """Make users of the actors of a test that called verbs in the name of nobody's user."""
    with wiring.database.engine.begin() as connection:
        connection.execute(_LET_IN)


def audited(wiring: Wiring) -> list[AuditFinding]:
    """All findings about the books of ``wiring``, as they stand now."""
    let_in_who_was_made_up(wiring)
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


def broken_of(
    wiring: Wiring,
    invariant: Invariant,
    ids: Sequence[UUID],
    given: Mapping[str, object] | None = None,
) -> list[str]:
    """The offenders among things of these ids, in a database where others break books too."""
    asked = text(
        f"select offender from ({invariant.rows}) c (offender, bad) where bad is not false"
    )
    with wiring.database.engine.connect() as connection:
        found = connection.execute(asked, dict(given or {})).scalars().all()
    return [each for each in found if any(one.hex in each.replace("-", "") for one in ids)]


def assert_each_is_seen(wiring: Wiring, by_hand: Mapping[str, Sequence[str]]) -> None:
    """Each statement, done behind the triggers' backs, breaks exactly these lines of the audit."""
    let_in_who_was_made_up(wiring)
    for statement, lines in by_hand.items():
        with wiring.database.engine.connect() as connection, connection.begin() as change:
            connection.execute(text(f"set local session_replication_role = replica; {statement}"))
            found = audit(connection, rulebook=wiring.rulebook, policies=wiring.policies)
            change.rollback()
        assert [each.name for each in found if not each.ok] == lines, statement


def with_statistics(wiring: Wiring) -> None:
    """What the server does by itself a minute later: plans of full tables know that they are."""
    with wiring.database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("analyze"))


def tables_read(connection: Connection) -> frozenset[str]:
    """The tables that were looked into in this transaction."""
    return _counted(connection, "seq_scan + coalesce(idx_scan, 0)")


def tables_written(connection: Connection) -> frozenset[str]:
    """The tables of which a row was changed in this transaction."""
    return _counted(connection, "n_tup_ins + n_tup_upd + n_tup_del")


def _counted(connection: Connection, what: str) -> frozenset[str]:
    asked = text(f"select relname from pg_stat_xact_user_tables where {what} > 0")
    counted = frozenset(connection.execute(asked).scalars())
    # Counts of a transaction stay for a second after its end, and would be the next one's, too.
    connection.execute(text("select pg_stat_force_next_flush()"))
    return counted
