"""What one person decided before two had to stands as it was, and so do sales that were taken back
before a reason was kept."""

from __future__ import annotations

from collections.abc import Callable

import alembic.command
import psycopg

from app.commands.migrate import alembic_configuration, upgrade
from app.ids import new_id

REVERSAL = """
    insert into redemption_reversal (participant_id, reversal_id, redemption_id, merchant_id,
                                     quantity, points, settlement_fen, reversed_at)
    values (%(id)s, %(id)s, %(id)s, %(id)s, 1, 100, 333, now())
"""
POOL = """
    insert into verifier_pool_step (step_id, organisation_id, admitted, reason, decided_by,
                                    decided_at)
    values (%(id)s, %(id)s, true, 'x', %(id)s, now())
"""
TIES = """
    insert into independence_declaration (declaration_id, organisation_id, by_itself, interests,
                                          of_operator, declared_by, declared_at)
    values (%(id)s, %(id)s, false, '{}', false, %(id)s, now())
"""
BY_TWO = (
    "select by_two from verifier_pool_step where organisation_id = %(id)s"
    " union all select by_two from independence_declaration where organisation_id = %(id)s"
)


def test_what_was_decided_before_stands_as_by_one(make_database: Callable[[], str]) -> None:
    url = make_database()
    before, after = {"id": new_id()}, {"id": new_id()}
    alembic.command.upgrade(alembic_configuration(url), "0086")
    with psycopg.connect(url) as connection:
        for each in (REVERSAL, POOL, TIES):
            connection.execute(each, before)
    upgrade(url)
    with psycopg.connect(url) as connection:
        for statement in (POOL, TIES):
            connection.execute(statement, after)
        assert connection.execute(BY_TWO, before).fetchall() == [(False,), (False,)]
        assert connection.execute(BY_TWO, after).fetchall() == [(True,), (True,)]
        kept = connection.execute(
            "select points, reason_code, reason, reversed_by from redemption_reversal"
        )
        assert kept.fetchall() == [(100, None, None, None)]
        connection.execute(
            "insert into proposal (proposal_id, subject_kind, subject, step, terms, proposed_by,"
            " proposed_at) values (%(id)s, 'organisation', 'x', 'action.reverse_days', '{}',"
            " %(id)s, now())",
            after,
        )
    alembic.command.downgrade(alembic_configuration(url), "0086")
    with psycopg.connect(url) as connection:
        assert connection.execute("select count(*) from proposal").fetchone() == (0,)
        assert connection.execute("select count(*) from verifier_pool_step").fetchone() == (2,)
    upgrade(url)
