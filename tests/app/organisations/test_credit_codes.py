"""One credit code: several kinds, each once, and anew after a closing."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import alembic.command
import psycopg
import pytest
from flask import Flask

from app.commands.migrate import alembic_configuration, upgrade
from app.ids import new_id
from app.store.audit.admitting import ADMITTED
from app.store.pooling.verifiers import ties_now
from app.wiring import Wiring
from behaviours.organisations import ORGANISATION_KINDS
from rewards.registry.ties import GROUP
from tests.builders.answers import refusal
from tests.builders.applications import AdmissionDesk, a_credit_code, a_statement
from tests.builders.at_once import at_once
from tests.builders.audit import broken_of
from tests.builders.standing import closed

LISTED = "/v1/organisation-applications"


@pytest.fixture
def desk(app: Flask, wiring: Wiring) -> AdmissionDesk:
    return AdmissionDesk(app, wiring)


def admitted(desk: AdmissionDesk, kind: str, code: str) -> UUID:
    """Somebody who states this code, assessed and admitted by two."""
    one = desk.assessed(kind, credit_code=code)
    assert desk.do(one, "admit", token=desk.operator).status_code == 202
    done = desk.do(one, "admit", token=desk.authority)
    assert (done.status_code, done.json["state"]) == (201, "accepted"), done.text
    return UUID(one.removeprefix("org_"))


def by_code(desk: AdmissionDesk, code: str) -> list[tuple[str, str]]:
    answer = desk.http.get(LISTED, query_string={"credit_code": code}, token=desk.authority)
    return [(each["kind"], each["state"]) for each in answer.json["data"]]


def test_one_company_takes_part_as_several_kinds_each_once(desk: AdmissionDesk) -> None:
    code = a_credit_code()
    admitted(desk, "provider", code)
    admitted(desk, "merchant", code)
    assert by_code(desk, code) == [("merchant", "accepted"), ("provider", "accepted")]
    again = desk.do(desk.apply("merchant"), "statement", a_statement(credit_code=code))
    assert refusal(again) == (409, "CREDIT_CODE_TAKEN")
    assert code in again.json["detail"]


@pytest.mark.parametrize(
    ("first", "second"), [("enterprise", "exchange"), ("exchange", "provider")]
)
def test_an_exchange_takes_part_as_nothing_else(
    desk: AdmissionDesk, first: str, second: str
) -> None:
    code = a_credit_code()
    stated = desk.do(desk.apply(first), "statement", a_statement(credit_code=code))
    assert stated.status_code == 200, stated.text
    answer = desk.do(desk.apply(second), "statement", a_statement(credit_code=code))
    assert refusal(answer) == (409, "CREDIT_CODE_TAKEN")


def test_whoever_was_closed_applies_anew_by_the_same_code(desk: AdmissionDesk) -> None:
    code = a_credit_code()
    first = admitted(desk, "merchant", code)
    assert closed(desk.wiring, first).standing.state == "closed"
    assert by_code(desk, code) == [("merchant", "closed")]
    second = admitted(desk, "merchant", code)
    assert second != first
    assert by_code(desk, code) == [("merchant", "accepted"), ("merchant", "closed")]
    third = desk.do(desk.apply("merchant"), "statement", a_statement(credit_code=code))
    assert refusal(third) == (409, "CREDIT_CODE_TAKEN")
    assert broken_of(desk.wiring, ADMITTED, [first, second]) == []


def test_whoever_shares_a_code_is_one_house_also_after_a_closing(desk: AdmissionDesk) -> None:
    code = a_credit_code()
    verifier, before = admitted(desk, "verifier", code), admitted(desk, "provider", code)
    closed(desk.wiring, before)
    now, stranger = admitted(desk, "provider", code), admitted(desk, "provider", a_credit_code())
    ties = desk.wiring.database.transact(ties_now)
    assert ties.between(verifier, now) == [GROUP]
    assert ties.tied_to(verifier) >= {verifier, before, now}
    assert ties.between(verifier, stranger) == []


def test_as_every_kind_at_once_no_exchange_stands_beside_another(desk: AdmissionDesk) -> None:
    code = a_credit_code()
    filed = {desk.apply(kind): kind for kind in ORGANISATION_KINDS for _ in range(2)}
    answers = at_once(
        [
            lambda one=one: AdmissionDesk(desk.app, desk.wiring).do(
                one, "statement", a_statement(credit_code=code)
            )
            for one in filed
        ]
    )
    stand = [
        kind
        for answer, kind in zip(answers, filed.values(), strict=True)
        if answer.status_code == 200
    ]
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert sorted(stand) in (["exchange"], ["enterprise", "merchant", "provider", "verifier"])


def test_a_code_that_is_none_finds_nothing(desk: AdmissionDesk) -> None:
    asked = {"credit_code": "91350100M000100Y44"}
    answer = desk.http.get(LISTED, query_string=asked, token=desk.authority)
    assert refusal(answer) == (422, "CREDIT_CODE_WRONG")


ORGANISATION = """
    insert into organisation (organisation_id, kind, name, created_at, state)
    values (%s, %s, 'x', now(), %s)
"""
APPLICATION = """
    insert into organisation_application (organisation_id, kind, name, covered_emitter, state,
        applied_by, applied_at, decided_at, credit_code, statement, stated_by)
    values (%s, %s, %s, false, 'accepted', gen_random_uuid(), now(), now(), %s, '{}',
            gen_random_uuid())
"""


def test_who_closed_under_an_earlier_release_frees_the_code_and_nobody_is_lost(
    make_database: Callable[[], str],
) -> None:
    url = make_database()
    alembic.command.upgrade(alembic_configuration(url), "0077")
    with psycopg.connect(url) as connection:
        for name, state in (("gone", "closed"), ("here", "active")):
            one = new_id()
            connection.execute(ORGANISATION, (one, "merchant", state))
            connection.execute(APPLICATION, (one, "merchant", name, f"code of {name}"))
    upgrade(url)
    with psycopg.connect(url) as connection:
        again = new_id()
        connection.execute(ORGANISATION, (again, "merchant", "active"))
        connection.execute(APPLICATION, (again, "merchant", "again", "code of gone"))
    assert states(url) == {"gone": "closed", "here": "accepted", "again": "accepted"}
    for _ in range(2):
        alembic.command.downgrade(alembic_configuration(url), "0077")
        assert set(states(url).values()) == {"accepted"}
        upgrade(url)
        assert states(url) == {"gone": "closed", "here": "accepted", "again": "accepted"}


def states(url: str) -> dict[str, str]:
    with psycopg.connect(url) as connection:
        return dict(connection.execute("select name, state from organisation_application"))
