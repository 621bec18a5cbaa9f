"""The audit derives the steps of projects apart, in its lines ``project_notices``,
``project_validations`` and ``project_registrations``."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import pytest
from sqlalchemy import Connection, text

from app.store.audit.invariant import Invariant
from app.store.audit.project_steps import NOTICES, REGISTRATIONS, VALIDATIONS
from app.wiring import Wiring
from tests.builders.issuers import an_issuer
from tests.builders.project_chain import ProjectChain, a_registered_project
from tests.builders.projects import SUN, Applicant, design, meter

LINES = (NOTICES, VALIDATIONS, REGISTRATIONS)
_OBJECTION = """
    insert into complaint (participant_id, complaint_id, number, region, kind, project_id, answerer,
                           filed_by, filed_at, acknowledge_by, state, due_at)
    values (gen_random_uuid(), gen_random_uuid(), 'x', 'CN-440800', 'objection', :project,
            'programme', 'complainant', now(), now(), 'filed', now())
"""
_FINDING = """
    insert into validation_finding
    values (gen_random_uuid(), :project, 1, 'CAR', 'B', 'x', gen_random_uuid(), now())
"""
_DECISION = """
    insert into project_decision (project_id, number, step, reason, digest, decided_at)
    select project_id, number + 1, 'suspend', '', digest, now() from project_decision
     where project_id = :project order by number desc limit 1
"""
_UNSIGNED = "delete from signature where subject_id = :project and role = 'operator'"
_FREED = """
    update declared_elsewhere set state = 'withdrawn'
     where reference = (select number from project where project_id = :project)
"""
_MINE = "where project_id = :project"
# Of which lines the offender is the project, when somebody who owns the server did this.
BREAKS: Sequence[tuple[str, set[str]]] = (
    ("select 1", set()),
    (f"update project set notice_until = notice_until + 1 {_MINE}", {"project_notices"}),
    (f"delete from project_notice {_MINE}", {"project_notices"}),
    (f"update project_notice set digest = sha256('x') {_MINE}", {"project_notices"}),
    (_OBJECTION, {"project_notices"}),
    (f"update validation_opinion set verdict = 'negative' {_MINE}", {"project_validations"}),
    (f"update validation_opinion set sha256 = sha256('x') {_MINE}", {"project_validations"}),
    (f"update project_validation set digest = sha256('x') {_MINE}", {"project_validations"}),
    (f"delete from project_validation {_MINE}", {"project_validations"}),
    (_FINDING, {"project_validations"}),
    (_DECISION, {"project_registrations"}),
    (f"update project set state = 'suspended' {_MINE}", {"project_registrations"}),
    (f"update project_decision set digest = sha256('x') {_MINE}", {"project_registrations"}),
    (_UNSIGNED, {"project_registrations"}),
    ("update signature set verb = 'x' where subject_id = :project", {"project_registrations"}),
    (_FREED, {"project_registrations"}),
)


@pytest.fixture
def chain(later: Wiring, applicant: Applicant) -> ProjectChain:
    issuer = an_issuer(later, kinds=("meter",))
    number = f"33{secrets.randbelow(10**14):014d}"
    return a_registered_project(later, applicant, design(meters=[meter(number, issuer)]), **SUN)


def broken_by(later: Wiring, statement: str, chain: ProjectChain) -> set[str]:
    with later.database.engine.connect() as connection, connection.begin() as change:
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(text(statement), {"project": chain.project_id})
        found = {line.name for line in LINES if chain.path[1:] in _offenders(connection, line)}
        change.rollback()
    return found


def _offenders(connection: Connection, line: Invariant) -> list[str]:
    asked = text(f"select offender from ({line.rows}) c (offender, bad) where bad is not false")
    return list(connection.execute(asked).scalars())


def test_each_line_sees_what_is_not_as_it_was_noticed_judged_and_signed(
    later: Wiring, chain: ProjectChain
) -> None:
    for statement, lines in BREAKS:
        assert broken_by(later, statement, chain) == lines, statement
