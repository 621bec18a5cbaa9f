"""Contracts that were assessed before papers ran out keep their last day; nobody is stopped who was
not told, and the way back lets everybody in."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import alembic.command
import psycopg

from app.commands.migrate import alembic_configuration, upgrade
from app.ids import new_id
from app.store.audit.invariant import compare
from app.store.database import Database
from app.usecases.audit.audit import INVARIANTS

BEFORE = "0080"
DOCUMENT = """
    insert into organisation_document (document_id, organisation_id, kind, media_type, size_bytes,
                                       sha256, handed_in_by, handed_in_at)
    values (%s, %s, %s, 'application/pdf', 1, decode(repeat('00', 32), 'hex'), %s, now())
"""
ASSESSMENT = """
    insert into organisation_assessment (assessment_id, organisation_id, revision, passed,
                                         judgements, contract_number, begins_on, ends_on, finding,
                                         assessed_by, assessed_at)
    values (%s, %s, 5, true, cast(%s as jsonb), 'C', '2020-01-01', %s, 'x', %s, now())
"""
APPLICATION = """
    insert into organisation_application (organisation_id, kind, name, covered_emitter, state,
                                          applied_by, applied_at, decided_at, revision)
    values (%s, 'merchant', 'x', false, 'accepted', %s, now(), now(), 5)
"""
ORGANISATION = (
    "insert into organisation (organisation_id, kind, name, created_at)"
    " values (%s, 'merchant', 'x', now())"
)


def test_contracts_keep_their_last_day_and_grace_begins_now(
    make_database: Callable[[], str],
) -> None:
    url, somebody = make_database(), new_id()
    alembic.command.upgrade(alembic_configuration(url), BEFORE)
    over, good = date(2021, 12, 31), date(2090, 12, 31)
    contracts = {}
    with psycopg.connect(url) as connection:
        for ends_on in (over, good):
            one, replaced, newest = new_id(), new_id(), new_id()
            contracts[ends_on] = one
            connection.execute(ORGANISATION, (one,))
            connection.execute(APPLICATION, (one, somebody))
            for document in (replaced, newest):
                connection.execute(DOCUMENT, (document, one, "contract", somebody))
            said = json.dumps([{"document_id": str(newest), "accepted": True}])
            connection.execute(ASSESSMENT, (new_id(), one, said, ends_on, somebody))
    upgrade(url)
    with psycopg.connect(url) as connection:
        kept = {
            row[0]: row[1:]
            for row in connection.execute(
                "select runs_out_on, organisation_id, counts_from from organisation_paper"
            )
        }
    assert {ends_on: row[0] for ends_on, row in kept.items()} == contracts
    assert kept[good][1] == good
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    assert kept[over][1] >= yesterday, "nobody was told before"
    database = Database(url, pool_size=1)
    [line] = [each for each in INVARIANTS if each.name == "papers_kept"]
    assert database.transact(compare, line, {}).ok
    database.close()
    with psycopg.connect(url) as connection:
        connection.execute("update organisation set state = 'papers_expired', revision = 2")
        for step, by, role in (("expire_papers", None, None), ("lift", somebody, "operator")):
            connection.execute(
                "insert into organisation_step (step_id, organisation_id, step, taken_by, role,"
                " taken_at) values (%s, %s, %s, %s, %s, now())",
                (new_id(), somebody, step, by, role),
            )
        connection.execute(
            "insert into organisation_document (document_id, organisation_id, kind, media_type,"
            " size_bytes, sha256, handed_in_by, handed_in_at, renewal)"
            " values (%s, %s, 'contract', 'image/png', 1, decode(repeat('00', 32), 'hex'), %s,"
            " now(), true)",
            (new_id(), contracts[good], somebody),
        )
    alembic.command.downgrade(alembic_configuration(url), BEFORE)
    with psycopg.connect(url) as connection:
        states = connection.execute("select distinct state from organisation").fetchall()
        assert states == [("active",)]
        assert connection.execute("select step from organisation_step").fetchall() == [("lift",)]
        assert connection.execute("select count(*) from organisation_document").fetchall() == [(4,)]
