"""A registered project's period, from the first meter reading to the owner's units.

The audit derives it apart, in its lines ``project_periods`` and ``project_issuances``.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.store.audit.project_steps import REGISTRATIONS
from app.usecases.projects.reopen_period import reopen_period
from app.usecases.projects.sign_project_step import sign_project_step
from app.wiring import Wiring
from behaviours.projects.project import DEREGISTER, UnitsOutstanding
from behaviours.refusal import Refusal
from rewards.pooling.refusals import VerifierConflict
from tests.builders.at_once import at_once
from tests.builders.audit import assert_books_balance, assert_each_is_seen
from tests.builders.empty_market import market, shut
from tests.builders.market import rows
from tests.builders.monitored import Sunny, days
from tests.builders.people import an_organisation
from tests.builders.selling import retirement_of

__all__ = ["market", "shut"]

# projects.md 5.4, example 2.
YEAR = {
    "export": {
        "M1.2024": "410250",
        "M2.2024": "205125",
        "M3.2024": "98750",
        "M1.2025": "402600",
        "M2.2025": "198300",
        "M3.2025": "95100",
    },
    "import": {"M1.2024": "6125", "M1.2025": "6000"},
    "uncalibrated": {"M3.2025": "33000"},
}
SPAN = days("2024-07-01", "2025-07-01")


@pytest.fixture
def sunny(market: Wiring) -> Sunny:
    project = Sunny(market)
    project.expected()
    project.registered()
    return project


def test_e7_a_period_over_new_year_is_issued_by_civil_year(sunny: Sunny) -> None:
    period = sunny.open()
    sunny.measure(period, sunny.measured(SPAN, YEAR))
    verifier = sunny.a_verifier()
    sunny.verified(period, verifier)
    signed = sunny.issue(period)
    assert (signed.period.state, signed.awaiting) == ("issued", [])
    made = rows(
        sunny.wiring,
        "select vintage, selected_mg, issued_t, reserve_mg, carried_out_mg from bundle"
        " where period_id = :id order by vintage",
        id=period,
    )
    # Flooring the sum would issue 917 and mix vintages.
    assert [tuple(each.values()) for each in made] == [
        (2024, 464_819_700_000, 464, 0, 819_700_000),
        (2025, 452_893_923_375, 452, 0, 893_923_375),
    ]
    blocks = rows(
        sunny.wiring,
        "select vintage, owner_id, upper(numbers) - lower(numbers) as t, unit_class, state"
        " from unit_block order by vintage",
    )
    owner = sunny.owner.tenant_id
    assert [tuple(each.values()) for each in blocks] == [
        (2024, owner, 464, "voluntary", "active"),
        (2025, owner, 452, "voluntary", "active"),
    ]
    assert_books_balance(sunny.wiring)


def issued(sunny: Sunny, **opinion: int) -> tuple[UUID, UUID]:
    """The period of the example and the body that verified it."""
    period = sunny.open()
    sunny.measure(period, sunny.measured(SPAN, YEAR))
    verifier = sunny.a_verifier()
    sunny.verified(period, verifier, **opinion)
    sunny.issue(period)
    return period, verifier


def test_the_audit_sees_what_was_changed_behind_the_backs(sunny: Sunny) -> None:
    period, _ = issued(sunny, deduction_mg=500_000_000)
    mine = f"period_id = '{period}'"
    assert_each_is_seen(
        sunny.wiring,
        {
            "select 1": [],
            f"update measurement set value = '1' where {mine} and key = 'M1.2024'"
            " and parameter = 'export'": ["project_periods"],
            f"update monitoring_period set starts_on = '2024-06-01' where {mine}": [
                "project_periods"
            ],
            f"update period_report set digest = sha256('x') where {mine}": ["project_runs"],
            'update ex_ante set content = content || \'{"total_mg": "1"}\'': ["project_runs"],
            f"update period_calculation set mg = mg + 1 where {mine}": [
                "project_issuances",
                "project_runs",
            ],
            f"update verification_opinion set deduction_mg = 0 where {mine}": ["project_issuances"],
            "update verification_opinion set verdict = 'returned', deduction_mg = 0"
            f" where {mine}": ["project_issuances"],
            f"delete from project_issuance where {mine}": ["project_issuances"],
            "update project_body set role = 'validator'": ["project_issuances"],
            f"delete from signature where subject_id = '{period}' and role = 'authority'": [
                "project_issuances",
                "log_signatures",
            ],
            f"update bundle set selected_mg = selected_mg + 1, carried_out_mg = carried_out_mg + 1"
            f" where {mine}": ["carbon_places", "project_issuances"],
        },
    )


def test_what_is_deducted_is_credited_to_nobody_and_spread_over_the_years(sunny: Sunny) -> None:
    period, _ = issued(sunny, deduction_mg=917_713_623)
    masses = rows(
        sunny.wiring,
        "select vintage, selected_mg from bundle where period_id = :id order by vintage",
        id=period,
    )
    # 917,713,623 mg by 464,819,700,000 and 452,893,923,375, by largest remainder.
    assert [each["selected_mg"] for each in masses] == [464_354_880_300, 452_441_029_452]
    assert sum(each["selected_mg"] for each in masses) == 917_713_623_375 - 917_713_623
    assert_books_balance(sunny.wiring)


def test_the_owner_retires_units_of_the_project_as_anybody_would(sunny: Sunny) -> None:
    issued(sunny)
    owner = sunny.owner.tenant_id
    assert owner is not None
    sunny.run(retirement_of(sunny.wiring, owner, 500))
    live = rows(sunny.wiring, "select state, sum(upper(numbers) - lower(numbers)) as t"
                " from unit_block where state <> 'split' group by 1 order by 1")  # fmt: skip
    assert [tuple(each.values()) for each in live] == [("active", 416), ("retired", 500)]
    assert_books_balance(sunny.wiring)


def test_it_leaves_the_register_when_none_of_its_units_is_outstanding(sunny: Sunny) -> None:
    issued(sunny)
    owner = sunny.owner.tenant_id
    assert owner is not None

    def leave(role: str) -> Any:
        named = {"reason": "Felled.", "by": sunny.by(role), **sunny.ruled}
        return sunny.run(sign_project_step, sunny.project_id, DEREGISTER, **named)

    sunny.run(retirement_of(sunny.wiring, owner, 500))
    with pytest.raises(UnitsOutstanding) as refused:
        leave("operator")
    assert refused.value.facts["quantity_t"] == 416
    sunny.run(retirement_of(sunny.wiring, owner, 416))
    assert leave("operator").awaiting == ["authority"]
    assert leave("authority").project.state == "deregistered"
    assert_books_balance(sunny.wiring)
    back = "update unit_block set state = 'active' where state = 'retired'"
    with sunny.wiring.database.engine.connect() as connection, connection.begin() as change:
        connection.execute(text(f"set local session_replication_role = replica; {back}"))
        asked = f"select offender from ({REGISTRATIONS.rows}) c (offender, bad) where bad"
        assert list(connection.execute(text(asked)).scalars()) == [sunny.path[1:]]
        change.rollback()


def test_two_sign_the_issue_at_once_and_units_are_made_once(sunny: Sunny) -> None:
    period = sunny.open()
    sunny.measure(period, sunny.measured(SPAN, YEAR))
    sunny.verified(period, sunny.a_verifier())
    sunny.ask(period)
    sunny.sign(period, sunny.by("operator"))
    others = [sunny.by("authority") for _ in range(3)]
    answers = at_once([partial(sunny.sign, period, each) for each in others])
    done = [each for each in answers if not isinstance(each, Refusal)]
    assert [each.period.state for each in done] == ["issued"]
    assert {each.code for each in answers if isinstance(each, Refusal)} == {"PERIOD_STATE_CONFLICT"}
    (units,) = rows(
        sunny.wiring, "select sum(upper(numbers) - lower(numbers)) as t from unit_block"
    )
    assert units["t"] == 916
    assert_books_balance(sunny.wiring)


def test_e17_whoever_validated_or_belongs_with_who_did_verifies_nothing(sunny: Sunny) -> None:
    period = sunny.open()
    sunny.measure(period, sunny.measured(SPAN, YEAR))
    group = {"interests": [], "of_operator": False, "group": "某检验集团"}
    validator, sister = sunny.a_verifier(ties=group), sunny.a_verifier(ties=group)
    sunny.validated_by(validator)
    sunny.lock(period)
    sunny.report(period)
    sunny.noticed(period)
    for body in (validator, sister):
        with pytest.raises(VerifierConflict) as refused:
            sunny.seat(period, body)
        assert refused.value.case == "validator"
    # The table itself holds one role of an organisation.
    with pytest.raises(IntegrityError), sunny.wiring.database.engine.begin() as connection:
        connection.execute(
            text("insert into project_body values (:p, :o, 'verifier', now())"),
            {"p": sunny.project_id, "o": validator},
        )
    tied = sunny.a_verifier(ties={**group, "group": "另一集团", "interests": [
        f"org_{sunny.owner.tenant_id.hex}"]})  # type: ignore[union-attr]  # fmt: skip
    with pytest.raises(VerifierConflict) as refused:
        sunny.seat(period, tied)
    assert refused.value.case == "of_project"
    # Whoever may buy what is issued is a party here as it is of a bundle.
    buyer = an_organisation(sunny.wiring, "enterprise")
    invested = {"interests": [f"org_{buyer.hex}"], "of_operator": False}
    with pytest.raises(VerifierConflict) as refused:
        sunny.seat(period, sunny.a_verifier(ties=invested))
    assert refused.value.case == "interest"
    seated = sunny.a_verifier()
    assert sunny.seat(period, seated).state == "in_verification"
    # What it is tied to since stands in the way of its opinion.
    token = sunny.tokens("verifier", tenant=seated)
    assert sunny.http.post("/v1/verifiers/self/ties", invested, token=token).status_code == 201
    with pytest.raises(VerifierConflict) as refused:
        sunny.opinion(period, seated)
    assert refused.value.case == "interest"


def test_e9_a_loss_is_issued_as_nothing_and_set_off_against_the_next(sunny: Sunny) -> None:
    verifier = sunny.a_verifier()
    # More is drawn than delivered: 20 MWh at 0.656525 are 13.1305 t lost.
    lost = sunny.open("2024-07-01", "2025-01-01")
    drawn = {"import": {"M1.2024": "20000"}}
    sunny.measure(lost, sunny.measured(days("2024-07-01", "2025-01-01"), drawn))
    sunny.verified(lost, verifier)
    assert sunny.issue(lost).period.state == "issued"
    gained = sunny.open("2025-01-01", "2025-07-01")
    made = {"export": {"M1.2025": "100000"}}
    sunny.measure(gained, sunny.measured(days("2025-01-01", "2025-07-01"), made))
    sunny.verified(gained, verifier)
    sunny.issue(gained)
    masses = rows(
        sunny.wiring,
        "select reported_mg, set_off_mg, deficit_mg, credited_mg from project_issuance"
        " order by issued_at, reported_mg",
    )
    assert [tuple(each.values()) for each in masses] == [
        (-13_130_500_000, 0, 13_130_500_000, 0),
        (65_652_500_000, 13_130_500_000, 0, 52_522_000_000),
    ]
    (block,) = rows(sunny.wiring, "select upper(numbers) - lower(numbers) as t from unit_block")
    assert block["t"] == 52
    assert_books_balance(sunny.wiring)


def test_what_came_back_is_corrected_and_verified_again_and_all_attempts_stay(
    sunny: Sunny,
) -> None:
    period = sunny.open()
    made = sunny.measure(period, sunny.measured(SPAN, YEAR))
    first, second = sunny.a_verifier(), sunny.a_verifier()
    sunny.lock(period)
    sunny.report(period)
    sunny.noticed(period)
    sunny.seat(period, first)
    (finding,) = sunny.find(period, first, "CAR")
    with pytest.raises(Refusal) as early:
        sunny.opinion(period, first)
    assert early.value.code == "FINDING_OPEN"
    with pytest.raises(Refusal) as strange:
        sunny.opinion(period, second)
    assert strange.value.code == "NOT_FOUND"
    assert sunny.opinion(period, first, "returned").state == "returned"
    sunny.run(reopen_period, period, by=sunny.owner, **sunny.later)
    wrong = next(each for each in made if (each.parameter, each.key) == ("export", "M1.2024"))
    (right,) = [
        each._replace(value="400250", supersedes=wrong.measurement_id, reason="Mistyped.")
        for each in sunny.measured(SPAN, YEAR)
        if (each.parameter, each.key) == ("export", "M1.2024")
    ]
    sunny.measure(period, [right])
    assert sunny.lock(period).number == 2
    assert sunny.report(period).number == 2
    sunny.noticed(period)
    sunny.seat(period, second)
    sunny.reply(period, "answered", finding)
    sunny.reply(period, "closed", finding, verifier=second)
    answers = at_once([partial(sunny.opinion, period, second)] * 3)
    assert sorted(getattr(each, "state", "refused") for each in answers) == [
        *("refused", "refused"), "verified",
    ]  # fmt: skip
    said = rows(sunny.wiring, "select attempt, verifier_id, verdict from verification_opinion"
                " where period_id = :id order by attempt", id=period)  # fmt: skip
    assert [tuple(each.values()) for each in said] == [
        (1, first, "returned"),
        (2, second, "positive"),
    ]
    sunny.issue(period)
    (whole,) = rows(sunny.wiring, "select reported_mg from project_issuance")
    # Ten MWh fewer at 0.656525 t.
    assert whole["reported_mg"] == 917_713_623_375 - 6_565_250_000
    assert_books_balance(sunny.wiring)
