"""The design of a registered project changes: asked for, validated, signed, from a day on.

The audit derives it apart, in its lines ``design_changes`` and ``period_designs``.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from html import unescape
from typing import Any

import pytest

from app.messages.catalogues import messages
from app.usecases.projects.accept_design_change import accept_design_change
from app.usecases.projects.lock_period import lock_period
from app.wiring import Wiring
from behaviours.refusal import Refusal
from tests.builders.answers import refusal
from tests.builders.at_once import at_once
from tests.builders.audit import assert_books_balance, assert_each_is_seen
from tests.builders.changed import Changing
from tests.builders.empty_market import market, shut
from tests.builders.market import rows
from tests.builders.monitored import FIXED, days
from tests.builders.project_chain import a_validator

__all__ = ["market", "shut"]

PLAN = {
    "parameter": "export",
    "unit": "kWh",
    "source": "meter",
    "method": "reading",
    "instrument": "meter",
    "accuracy": "0.5",
    "frequency": "hourly",
    "quality": "twice",
    "purpose": "project",
    "substitute": "the least before",
}
OTHER_BM = {**FIXED, "EF_BM": {"values": "0.1135", "source": "Read anew", "grade": "secondary"}}
METERS = """
    select evidence ->> 'meter_id' as meter, from_day::text, to_day::text from declared_elsewhere
     where mechanism = 'project' and state = 'declared' order by 1
"""


@pytest.fixture
def changing(market: Wiring) -> Changing:
    return Changing.registered(market)


def run_of(changing: Changing, starts_on: str, ends_before: str, meters: Any = None) -> Any:
    """A period that was measured and locked: the design that it took, and what it came to."""
    sunny = changing.sunny
    sunny.meters = meters or sunny.meters
    period = sunny.open(starts_on, ends_before)
    span = days(starts_on, ends_before)
    values = {"export": {f"M1.{each.starts_on.year}": "100000" for each in span.by_year()}}
    sunny.measure(period, sunny.measured(span, values))
    made = sunny.lock(period)
    return made.design_number, made.mg


def test_each_period_takes_the_design_that_counts_on_its_days(changing: Changing) -> None:
    asked = changing.ask("monitoring_plan", monitoring_plan=[PLAN])
    assert (asked.status_code, asked.json["state"]) == (201, "proposed")
    assert asked.json["digest"].startswith("sha256:")
    done = changing.accepted()
    assert (done.status_code, done.json["design_number"]) == (200, 2)
    assert run_of(changing, "2024-07-01", "2025-07-01")[0] == 1
    assert run_of(changing, "2025-07-01", "2026-01-01")[0] == 2
    told = changing.sunny.applicant.get(f"{changing.sunny.path}/design-document").json
    assert (told["number"], told["design"]["monitoring_plan"][0]["frequency"]) == (2, "hourly")
    crossing = {"from": "2026-01-01", "to": "2027-01-01"}
    again = changing.ask("monitoring_plan", "2026-07-01")
    assert again.status_code == 201
    changing.accepted(2)
    path = f"{changing.sunny.path}/monitoring-periods"
    answer = changing.sunny.applicant.post(path, crossing)
    assert refusal(answer) == (409, "PERIOD_CROSSES_CHANGE")
    assert_books_balance(changing.sunny.wiring)


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_everybody_reads_what_was_changed_and_nobody_what_is_only_asked_for(
    changing: Changing, language: str
) -> None:
    changing.ask("monitoring_plan", monitoring_plan=[PLAN])
    http, path = changing.sunny.http, f"/registry/projects{changing.sunny.path}"
    assert http.get(f"/v1{path}").json["design_changes"] == []
    kind = messages(language)["register:design_change_kind.monitoring_plan"]
    assert kind not in unescape(http.get(f"{path}?lang={language}").text)
    accepted = changing.accepted().json
    (one,) = http.get(f"/v1{path}").json["design_changes"]
    assert (one["kind"], one["design_number"]) == ("monitoring_plan", 2)
    assert one["digest"] == accepted["digest"]
    page = unescape(http.get(f"{path}?lang={language}").text)
    for said in (kind, one["effective_on"], one["digest"], one["text"]):
        assert said in page


def test_figures_change_what_later_days_come_to(changing: Changing) -> None:
    body = changing.body("parameters", fixed=OTHER_BM)
    # 0.75 * 0.8042 + 0.25 * 0.1135 = 0.631525 t/MWh, of 300 MWh in a year.
    for row in body["ex_ante"]["rows"]:
        row["saved_kg"] = "189457.500000"
    body["ex_ante"]["total_kg"] = "568372.500000"
    path = f"{changing.sunny.path}/design-changes"
    assert changing.sunny.applicant.post(path, body).status_code == 201
    refused = changing.accept("operator")
    assert refusal(refused) == (409, "CHANGE_NOT_VALIDATED")
    changing.validated()
    assert changing.accepted().json["state"] == "accepted"
    before = run_of(changing, "2025-01-01", "2025-07-01")
    after = run_of(changing, "2025-07-01", "2026-01-01")
    assert before == (1, 65_652_500_000)
    assert after == (2, 63_152_500_000)
    assert_books_balance(changing.sunny.wiring)


def test_another_boundary_frees_one_meter_and_takes_another(changing: Changing) -> None:
    changing.changed("boundary", meters=("M1", "M2", "M4"))
    found = [tuple(each.values()) for each in rows(changing.sunny.wiring, METERS)]
    assert found == [
        ("M1", "2024-07-01", "2026-12-31"),
        ("M2", "2024-07-01", "2026-12-31"),
        ("M3", "2024-07-01", "2025-06-30"),
        ("M4", "2025-07-01", "2026-12-31"),
    ]
    assert run_of(changing, "2025-01-01", "2025-07-01")[0] == 1
    assert run_of(changing, "2025-07-01", "2026-01-01", ("M1", "M2", "M4"))[0] == 2
    assert_books_balance(changing.sunny.wiring)


def test_a_boundary_is_checked_against_what_others_hold(market: Wiring) -> None:
    changing = Changing.registered(market)
    other = Changing.registered(market, meters=("N1", "N2", "N3"))
    changing.sunny.issuer = other.sunny.issuer
    body = changing.body("boundary", meters=("M1", "N1"))
    path = f"{changing.sunny.path}/design-changes"
    # Of the other project, by that one's issuer.
    assert refusal(changing.sunny.applicant.post(path, body)) == (409, "DECLARED_ELSEWHERE")


def test_a_start_that_moves_moves_the_days_that_are_credited(changing: Changing) -> None:
    sunny = changing.sunny
    longer = changing.ask("start_date", None, crediting=days("2024-07-01", "2027-02-01"))
    assert refusal(longer) == (422, "DESIGN_CHANGE_UNFIT")
    moved = days("2025-01-01", "2027-01-01")
    changing.changed("start_date", None, crediting=moved)
    early = {"from": "2024-07-01", "to": "2025-01-01"}
    answer = sunny.applicant.post(f"{sunny.path}/monitoring-periods", early)
    assert refusal(answer) == (422, "PERIOD_OUTSIDE")
    assert run_of(changing, "2025-01-01", "2026-01-01")[0] == 2
    found = {(each["from_day"], each["to_day"]) for each in rows(sunny.wiring, METERS)}
    assert found == {("2025-01-01", "2026-12-31")}
    assert_books_balance(sunny.wiring)


def test_each_kind_changes_its_own_parts_and_one_change_is_under_way(changing: Changing) -> None:
    unfit = (422, "DESIGN_CHANGE_UNFIT")
    wrong: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = [
        ("monitoring_plan", (), {}),
        ("monitoring_plan", (), {"meters": ("M1",)}),
        ("technical_design", (), {"meters": ("M1",)}),
        ("parameters", (), {}),
        ("boundary", (), {"baseline": "Other."}),
        ("monitoring_plan", ("2027-01-01",), {"monitoring_plan": [PLAN]}),
        ("monitoring_plan", (None,), {"monitoring_plan": [PLAN]}),
        ("renewal", (None,), {"crediting": days("2027-01-01", "2030-01-01")}),
        ("technical_design", (), {"baseline": "x", "more": {"methodology_version": "1"}}),
    ]
    for kind, given, named in wrong:
        assert refusal(changing.ask(kind, *given, **named)) == unfit, (kind, named)
    assert changing.ask("technical_design", baseline="Another grid.").status_code == 201
    second = changing.ask("monitoring_plan", monitoring_plan=[PLAN])
    assert refusal(second) == (409, "DESIGN_CHANGE_OPEN")
    stranger = changing.sunny.tokens("enterprise")
    assert refusal(changing.step("withdraw", stranger)) == (404, "NOT_FOUND")
    withdrawn = changing.step("withdraw", changing.sunny.applicant.token)
    assert withdrawn.json["state"] == "withdrawn"
    assert changing.ask("monitoring_plan", monitoring_plan=[PLAN]).json["number"] == 2
    refused = changing.step("refuse", changing.sunny.tokens("authority"), 2, reason="Too seldom.")
    assert (refused.json["state"], refused.json["reason"]) == ("refused", "Too seldom.")
    assert refusal(changing.accept("operator", 2)) == (409, "DESIGN_CHANGE_STATE_CONFLICT")
    listed = changing.sunny.applicant.get(f"{changing.sunny.path}/design-changes").json
    assert [each["state"] for each in listed["design_changes"]] == ["withdrawn", "refused"]
    assert_books_balance(changing.sunny.wiring)


def test_what_was_reported_is_not_changed(changing: Changing) -> None:
    sunny = changing.sunny
    sunny.open("2025-01-01", "2026-01-01")
    crossing = changing.ask("monitoring_plan", monitoring_plan=[PLAN])
    assert refusal(crossing) == (409, "PERIOD_CROSSES_CHANGE")
    period = sunny.open("2026-01-01", "2026-07-01")
    asked = changing.ask("monitoring_plan", "2026-01-01", monitoring_plan=[PLAN])
    assert asked.status_code == 201
    span = days("2026-01-01", "2026-07-01")
    sunny.measure(period, sunny.measured(span, {"export": {"M1.2026": "1000"}}))
    sunny.lock(period)
    # What was asked for before does not reach what is locked since.
    assert refusal(changing.accept("operator")) == (409, "DESIGN_CHANGE_JUDGED")
    changing.step("withdraw", sunny.applicant.token)
    assert changing.ask("monitoring_plan", "2026-07-01", monitoring_plan=[PLAN]).status_code == 201
    assert_books_balance(sunny.wiring)


def test_e17_who_validated_a_change_verifies_nothing_and_who_verifies_validates_none(
    changing: Changing,
) -> None:
    sunny = changing.sunny
    verifier = sunny.a_verifier()
    period = sunny.open("2024-07-01", "2025-01-01")
    span = days("2024-07-01", "2025-01-01")
    sunny.measure(period, sunny.measured(span, {"export": {"M1.2024": "1000"}}))
    sunny.verified(period, verifier)
    assert changing.ask("technical_design", baseline="Another grid.").status_code == 201
    assert refusal(changing.seat(verifier)) == (409, "VALIDATOR_CONFLICT")
    validator = a_validator(sunny.wiring)
    assert changing.seat(validator).json["state"] == "in_validation"
    assert refusal(changing.opine(a_validator(sunny.wiring))) == (404, "NOT_FOUND")
    assert changing.opine(validator, "negative").json["state"] == "negative"
    assert changing.ask("technical_design", baseline="Another grid.").json["number"] == 2
    found = changing.validated(2)
    bodies = rows(sunny.wiring, f"select role from project_body where organisation_id = '{found}'")
    assert [each["role"] for each in bodies] == ["validator"]
    assert changing.accepted(2).json["state"] == "accepted"
    assert_books_balance(sunny.wiring)


def test_the_last_signature_and_a_lock_at_once_agree_on_the_design(changing: Changing) -> None:
    sunny = changing.sunny
    period = sunny.open("2025-07-01", "2026-01-01")
    span = days("2025-07-01", "2026-01-01")
    sunny.measure(period, sunny.measured(span, {"export": {"M1.2025": "1000"}}))
    assert changing.ask("monitoring_plan", monitoring_plan=[PLAN]).status_code == 201
    assert changing.accept("operator").status_code == 202
    by = sunny.by("authority")
    accepting, locking = at_once([
        partial(sunny.run, accept_design_change, sunny.project_id, 1, by=by, **sunny.ruled),
        partial(sunny.run, lock_period, period, by=sunny.owner, **{**sunny.ruled, **sunny.zoned}),
    ])  # fmt: skip
    if isinstance(accepting, Refusal):
        assert (accepting.code, locking.design_number) == ("DESIGN_CHANGE_JUDGED", 1)
    else:
        assert locking.design_number == 2
    assert_books_balance(sunny.wiring)


def test_of_two_last_signatures_at_once_one_counts(changing: Changing) -> None:
    sunny = changing.sunny
    changing.ask("monitoring_plan", monitoring_plan=[PLAN])
    changing.accept("operator")
    answers = at_once([
        partial(sunny.run, accept_design_change, sunny.project_id, 1, by=sunny.by("authority"),
                **sunny.ruled)
        for _ in range(3)
    ])  # fmt: skip
    refused = [each.code for each in answers if isinstance(each, Refusal)]
    assert refused == ["DESIGN_CHANGE_STATE_CONFLICT"] * 2
    (found,) = rows(sunny.wiring, "select max(number) as designs from project_design")
    assert found["designs"] == 2
    assert_books_balance(sunny.wiring)


def test_a_change_counts_from_its_first_day(changing: Changing) -> None:
    changing.later(date(2026, 3, 1))
    assert changing.ask("monitoring_plan", "2026-03-02", monitoring_plan=[PLAN]).status_code == 201
    assert refusal(changing.accept("operator")) == (409, "DESIGN_CHANGE_EARLY")
    changing.later(date(2026, 3, 2))
    assert changing.accepted().json["state"] == "accepted"


def test_the_audit_sees_a_change_that_nobody_made(changing: Changing) -> None:
    changing.changed("boundary", meters=("M1", "M2", "M4"))
    run_of(changing, "2025-07-01", "2026-01-01", ("M1", "M2", "M4"))
    mine = f"project_id = '{changing.sunny.project_id}'"
    seen = ["design_changes"]
    assert_each_is_seen(
        changing.sunny.wiring,
        {
            "select 1": [],
            f"update design_change set kind = 'parameters' where {mine}": seen,
            f"update design_change set effective_on = '2026-01-01' where {mine}": [
                *seen,
                "period_designs",
            ],
            f"update design_change set report = sha256('x') where {mine}": seen,
            f'update design_change set content = content || \'{{"baseline": "x"}}\''
            f" where {mine}": seen,
            f"update design_change set rule_digest = 'x' where {mine}": [*seen, "period_designs"],
            f"delete from ex_ante where {mine} and design_number = 2": seen,
            f"update project set ends_before = '2027-02-01' where {mine}": seen,
            "update period_calculation set design_number = 1": ["period_designs"],
            f"delete from signature where subject_id = '{changing.sunny.project_id}'"
            " and role = 'authority' and verb like 'change_design%'": [*seen, "log_signatures"],
        },
    )
