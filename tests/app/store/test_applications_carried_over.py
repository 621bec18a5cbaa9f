"""Applications of before organisations were assessed: who was admitted stays so, who was not yet
is assessed like everybody else, and the way back loses nobody."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import alembic.command
import psycopg

from app.commands.migrate import alembic_configuration, upgrade
from app.ids import new_id
from app.store.audit.invariant import compare
from app.store.database import Database
from app.store.organisations.applications import SoughtApplications, list_applications
from app.store.organisations.papers import papers_of
from app.usecases.audit.audit import INVARIANTS

BEFORE = "0066"
OLD = """
    insert into organisation_application (organisation_id, kind, name, covered_emitter, state,
                                          applied_by, applied_at, decided_at, reason)
    values (%s, 'merchant', %s, false, %s, %s, now(), {}, {})
"""
DECIDED = {"accepted": ("now()", "null"), "declined": ("now()", "'x'"), "applied": ("null", "null")}


def states(url: str) -> dict[str, str]:
    with psycopg.connect(url) as connection:
        return dict(connection.execute("select name, state from organisation_application"))


def test_who_was_admitted_stays_so_and_nobody_is_lost(make_database: Callable[[], str]) -> None:
    url, somebody = make_database(), new_id()
    alembic.command.upgrade(alembic_configuration(url), BEFORE)
    with psycopg.connect(url) as connection:
        for state, parts in DECIDED.items():
            connection.execute(OLD.format(*parts), (new_id(), state, state, somebody))
    upgrade(url)
    database = Database(url, pool_size=1)
    found = {
        each.name: each
        for each in database.transact(list_applications, SoughtApplications(), before=None, most=10)
    }
    assert {each.state for each in found.values()} == DECIDED.keys()
    assert {name for name, each in found.items() if each.before_assessment} == {"accepted"}
    [line] = [each for each in INVARIANTS if each.name == "organisations_assessed"]
    assert database.transact(compare, line, {}).ok, "nothing is asked of who was admitted before"
    papers = database.transact(papers_of, found["applied"])
    today = found["applied"].applied_at.date()
    assert "statement" in papers.lacking(today=today)
    move(url, found["applied"].organisation_id, "assessed")
    database.close()
    alembic.command.downgrade(alembic_configuration(url), BEFORE)
    assert states(url) == {"accepted": "accepted", "declined": "declined", "applied": "applied"}
    upgrade(url)
    move(url, found["applied"].organisation_id, "withdrawn")
    alembic.command.downgrade(alembic_configuration(url), BEFORE)
    assert states(url)["applied"] == "declined"
    upgrade(url)


def move(url: str, organisation_id: UUID, state: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(
            "update organisation_application set state = %s,"
            " decided_at = case when %s = 'withdrawn' then now() end where organisation_id = %s",
            (state, state, organisation_id),
        )
