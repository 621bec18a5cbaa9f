"""A registered project is taken over by another enterprise; what was issued stays where it is.

The audit derives it apart, in its lines ``project_owners`` and ``project_shares``.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from app.clock import StandingClock
from app.usecases.projects.ask_issuance import ask_issuance
from app.usecases.projects.propose_owner import propose_owner
from app.usecases.projects.sign_owner_change import sign_owner_change
from app.wiring import Wiring
from behaviours.projects.owner_change import BY_DAY, NewOwnerChange
from behaviours.refusal import Refusal
from behaviours.viewer import Viewer
from tests.builders.answers import key, refusal
from tests.builders.at_once import at_once
from tests.builders.audit import assert_books_balance, assert_each_is_seen
from tests.builders.empty_market import market, shut
from tests.builders.market import rows
from tests.builders.monitored import LATER, Sunny, days
from tests.builders.people import a_user, an_organisation
from tests.builders.projects import Applicant

__all__ = ["market", "shut"]

FIRST_HALF = days("2024-07-01", "2025-01-01")
MADE = {"export": {"M1.2024": "410250", "M1.2025": "402600"}}
HELD = """
    select owner_id, vintage, sum(upper(numbers) - lower(numbers)) as t from unit_block
     where state = 'active' group by 1, 2 order by 2, 3
"""


class Handing:
    """A project, its owner, and the enterprise that takes it over."""

    def __init__(self, sunny: Sunny) -> None:
        self.sunny = sunny
        self.next_id = an_organisation(sunny.wiring, "enterprise")
        self.next = Viewer("enterprise", self.next_id, a_user(sunny.wiring, "operator"))
        self.next_token = sunny.tokens("enterprise", tenant=self.next_id)

    def papers(self, *kinds: str) -> None:
        for kind in kinds or ("transfer_act", "benefit_consent"):
            self.sunny.applicant.hand_in(self.sunny.path, kind)

    def propose(self, on: str = "2025-04-01", running: str = BY_DAY, **changes: Any) -> Any:
        body = {
            "next_owner_id": f"org_{self.next_id.hex}",
            "effective_on": on,
            "running_period": running,
            **changes,
        }
        return self.sunny.applicant.post(f"{self.sunny.path}/owner-changes", body)

    def step(self, step: str, token: str, number: int = 1, **body: Any) -> Any:
        path = f"/v1/projects{self.sunny.path}/owner-change/{step}"
        return self.sunny.http.post(path, {"number": number, **body}, token=token, key=key())

    def accept(self, number: int = 1) -> Any:
        return self.step("accept", self.next_token, number)

    def confirm(self, role: str, number: int = 1) -> Any:
        return self.step("confirm", self.sunny.tokens(role), number)

    def handed_over(self, on: str = "2025-04-01", running: str = BY_DAY) -> None:
        """By every step; the project's owner of the tests is the next one from then on."""
        self.papers()
        assert self.propose(on, running).status_code == 201
        assert self.accept().json["state"] == "accepted"
        assert self.confirm("operator").status_code == 202
        assert self.confirm("authority").json["state"] == "confirmed"
        self.sunny.owner = self.next


@pytest.fixture
def handing(market: Wiring) -> Handing:
    sunny = Sunny(market)
    sunny.expected()
    sunny.registered()
    return Handing(sunny)


def issued(sunny: Sunny, starts_on: str, ends_before: str) -> UUID:
    """A period from its first reading to its units."""
    period = sunny.open(starts_on, ends_before)
    sunny.measure(period, sunny.measured(days(starts_on, ends_before), MADE))
    sunny.verified(period, sunny.a_verifier())
    sunny.issue(period)
    return period


def held(sunny: Sunny) -> list[tuple[Any, ...]]:
    return [tuple(each.values()) for each in rows(sunny.wiring, HELD)]


def test_e14_units_stay_and_the_running_period_is_split_by_day(handing: Handing) -> None:
    sunny, former = handing.sunny, handing.sunny.owner.tenant_id
    issued(sunny, "2024-07-01", "2025-01-01")
    # 410.25 MWh and 402.6 at 0.656525: 269.3393... and 264.3169... t.
    assert held(sunny) == [(former, 2024, 269)]
    running = sunny.open("2025-01-01", "2025-07-01")
    sunny.measure(running, sunny.measured(days("2025-01-01", "2025-07-01"), MADE))
    handing.handed_over()
    sunny.verified(running, sunny.a_verifier())
    sunny.issue(running)
    # 90 of 181 days were the former owner's: 131.27 of 264 t; the larger remainder rounds up.
    assert held(sunny) == [
        (former, 2024, 269),
        (former, 2025, 131),
        (handing.next_id, 2025, 133),
    ]
    issued(sunny, "2025-07-01", "2026-01-01")
    assert held(sunny)[:2] == [(former, 2024, 269), (former, 2025, 131)]
    assert held(sunny)[2][:2] == (handing.next_id, 2025)
    assert_books_balance(sunny.wiring)


@pytest.mark.parametrize("running", ["former", "next"])
def test_e14_the_running_period_is_whose_the_act_names(handing: Handing, running: str) -> None:
    sunny, former = handing.sunny, handing.sunny.owner.tenant_id
    period = sunny.open("2025-01-01", "2025-07-01")
    sunny.measure(period, sunny.measured(days("2025-01-01", "2025-07-01"), MADE))
    handing.handed_over(running=running)
    sunny.verified(period, sunny.a_verifier())
    sunny.issue(period)
    whose = former if running == "former" else handing.next_id
    assert held(sunny) == [(whose, 2025, 264)]
    assert_books_balance(sunny.wiring)


def test_everybody_reads_who_owned_it_and_the_former_owner_takes_no_more_steps(
    handing: Handing,
) -> None:
    sunny = handing.sunny
    former = f"org_{sunny.owner.tenant_id.hex}"  # type: ignore[union-attr]
    following = f"org_{handing.next_id.hex}"
    public = f"/v1/registry/projects{sunny.path}"
    (one,) = sunny.http.get(public).json["owners"]
    assert (one["organisation_id"], one["from"], one["to"]) == (former, None, None)
    handing.handed_over()
    told = sunny.http.get(public).json
    assert told["applicant_id"] == following
    assert [(each["organisation_id"], each["from"], each["to"]) for each in told["owners"]] == [
        (former, None, "2025-04-01"),
        (following, "2025-04-01", None),
    ]
    assert all(each["name"] for each in told["owners"])
    body = {"from": "2024-07-01", "to": "2025-01-01"}
    path = f"{sunny.path}/monitoring-periods"
    assert refusal(sunny.applicant.post(path, body)) == (404, "NOT_FOUND")
    taken = Applicant(sunny.http, handing.next_token)
    assert taken.post(path, body).status_code == 201
    # It still reads how it handed over.
    (change,) = sunny.applicant.get(f"{sunny.path}/owner-changes").json["owner_changes"]
    assert (change["state"], len(change["papers"])) == ("confirmed", 1)
    assert_books_balance(sunny.wiring)


def test_it_takes_the_papers_both_parties_and_two_people(handing: Handing) -> None:
    sunny = handing.sunny
    assert refusal(handing.propose()) == (409, "PROOF_MISSING")
    handing.papers("transfer_act")
    consent = handing.propose()
    assert refusal(consent) == (409, "PROOF_MISSING")
    assert "benefit_consent" in consent.json["detail"]
    handing.papers("benefit_consent")
    assert refusal(handing.propose("2027-01-01")) == (422, "OWNER_CHANGE_UNFIT")
    own = f"org_{sunny.owner.tenant_id.hex}"  # type: ignore[union-attr]
    assert refusal(handing.propose(next_owner_id=own)) == (422, "OWNER_CHANGE_UNFIT")
    shop = f"org_{an_organisation(sunny.wiring, 'merchant').hex}"
    assert refusal(handing.propose(next_owner_id=shop)) == (422, "OWNER_NOT_ADMITTED")
    proposed = handing.propose()
    assert (proposed.status_code, proposed.json["number"]) == (201, 1)
    assert refusal(handing.propose()) == (409, "OWNER_CHANGE_OPEN")
    assert refusal(handing.confirm("operator")) == (409, "OWNER_CHANGE_STATE_CONFLICT")
    stranger = sunny.tokens("enterprise", tenant=an_organisation(sunny.wiring, "enterprise"))
    for token in (sunny.applicant.token, stranger):
        assert refusal(handing.step("accept", token)) == (404, "NOT_FOUND")
    assert refusal(handing.step("withdraw", stranger)) == (404, "NOT_FOUND")
    assert handing.step("withdraw", handing.next_token).json["state"] == "withdrawn"
    # What came to nothing used no paper up.
    assert handing.propose().json["number"] == 2
    handing.accept(2)
    authority = sunny.tokens("authority")
    refused = handing.step("refuse", authority, 2, reason="The act names another project.")
    assert refused.json["state"] == "refused"
    assert refusal(handing.confirm("operator", 2)) == (409, "OWNER_CHANGE_STATE_CONFLICT")
    assert handing.propose().json["number"] == 3
    handing.accept(3)
    assert handing.confirm("operator", 3).json["awaiting"] == ["authority"]
    assert handing.confirm("authority", 3).json["awaiting"] == []
    # The same paper is not the act of another change.
    back = Applicant(sunny.http, handing.next_token)
    body = {"next_owner_id": own, "effective_on": "2025-05-01", "running_period": "next"}
    assert refusal(back.post(f"{sunny.path}/owner-changes", body)) == (409, "PROOF_MISSING")
    assert_books_balance(sunny.wiring)


def test_it_counts_from_its_first_day_and_never_over_what_was_issued(handing: Handing) -> None:
    sunny = handing.sunny
    issued(sunny, "2024-07-01", "2025-01-01")
    handing.papers()
    assert refusal(handing.propose("2024-12-31")) == (409, "OWNER_CHANGE_LATE")
    assert handing.propose("2025-01-01").status_code == 201
    handing.accept()
    # What is issued meanwhile is the former owner's, and the day of the act too early.
    issued(sunny, "2025-01-01", "2025-07-01")
    assert refusal(handing.confirm("operator")) == (409, "OWNER_CHANGE_LATE")
    handing.step("withdraw", sunny.applicant.token)
    assert handing.propose("2026-12-31").json["number"] == 2
    handing.accept(2)
    early = StandingClock(LATER - timedelta(61))
    named = {"zone": sunny.wiring.zone, "clock": early, "by": sunny.by("operator")}
    with pytest.raises(Refusal) as refused:
        sunny.run(sign_owner_change, sunny.project_id, 2, **named)
    assert refused.value.code == "OWNER_CHANGE_EARLY"
    assert_books_balance(sunny.wiring)


def test_of_proposals_at_once_one_is_under_way(handing: Handing) -> None:
    sunny = handing.sunny
    handing.papers()
    others = [an_organisation(sunny.wiring, "enterprise") for _ in range(4)]
    said = [NewOwnerChange(each, date(2025, 4, 1), BY_DAY) for each in others]
    answers = at_once([
        partial(sunny.run, propose_owner, sunny.project_id, each, by=sunny.owner, **sunny.later)
        for each in said
    ])  # fmt: skip
    refused = [each.code for each in answers if isinstance(each, Refusal)]
    assert refused == ["OWNER_CHANGE_OPEN"] * 3


def test_the_last_signature_and_an_issue_at_once_agree_on_whose_units_are(
    handing: Handing,
) -> None:
    sunny, former = handing.sunny, handing.sunny.owner.tenant_id
    period = sunny.open("2024-07-01", "2025-01-01")
    sunny.measure(period, sunny.measured(FIRST_HALF, MADE))
    sunny.verified(period, sunny.a_verifier())
    handing.papers()
    assert handing.propose("2024-10-01").status_code == 201
    handing.accept()
    assert handing.confirm("operator").status_code == 202
    sunny.run(ask_issuance, period, by=sunny.owner, **sunny.later)
    sunny.sign(period, sunny.by("operator"))
    named = {"zone": sunny.wiring.zone, "by": sunny.by("authority"), **sunny.later}
    confirming, issuing = at_once([
        partial(sunny.run, sign_owner_change, sunny.project_id, 1, **named),
        partial(sunny.sign, period, sunny.by("authority")),
    ])  # fmt: skip
    assert issuing.period.state == "issued"
    if isinstance(confirming, Refusal):
        assert confirming.code == "OWNER_CHANGE_LATE"
        assert held(sunny) == [(former, 2024, 269)]
    else:
        # Half of the days of each: the odd tonne is the former owner's.
        assert held(sunny) == [(handing.next_id, 2024, 134), (former, 2024, 135)]
    assert_books_balance(sunny.wiring)


def test_a_verifier_that_is_tied_to_an_owner_before_is_not_free(handing: Handing) -> None:
    sunny, former = handing.sunny, handing.sunny.owner.tenant_id
    handing.handed_over()
    period = sunny.open("2025-01-01", "2025-07-01")
    sunny.measure(period, sunny.measured(days("2025-01-01", "2025-07-01"), MADE))
    sunny.lock(period)
    sunny.report(period)
    sunny.noticed(period)
    ties = {"interests": [f"org_{former.hex}"], "of_operator": False}  # type: ignore[union-attr]
    with pytest.raises(Refusal) as refused:
        sunny.seat(period, sunny.a_verifier(ties=ties))
    assert refused.value.code == "VERIFIER_CONFLICT"


def test_the_audit_sees_a_change_that_nobody_made(handing: Handing) -> None:
    sunny, former = handing.sunny, handing.sunny.owner.tenant_id
    handing.handed_over()
    period = issued(sunny, "2025-01-01", "2025-07-01")
    mine, of_period = f"project_id = '{sunny.project_id}'", f"period_id = '{period}'"
    assert_each_is_seen(
        sunny.wiring,
        {
            "select 1": [],
            f"update project set applicant_id = '{former}' where {mine}": ["project_owners"],
            f"update owner_change set running = 'former' where {mine}": [
                "project_owners",
                "project_shares",
            ],
            f"update owner_change set effective_on = effective_on + 1 where {mine}": [
                "project_owners",
                "project_shares",
            ],
            f"update owner_change set former_id = gen_random_uuid() where {mine}": [
                "project_owners",
                "project_shares",
            ],
            f"update owner_change set number = 2 where {mine}": ["project_owners"],
            "delete from project_proof where kind like '%act' or kind like '%consent'": [
                "project_owners"
            ],
            f"update issuance_share set quantity_t = quantity_t + 1 where {of_period}"
            f" and owner_id = '{former}'": ["project_shares"],
            f"update issuance_share set owner_id = gen_random_uuid() where {of_period}"
            f" and owner_id = '{former}'": ["project_shares"],
            f"delete from issuance_share where {of_period}": ["project_shares"],
        },
    )
    with sunny.wiring.database.engine.connect() as connection:
        shares = connection.execute(text("select quantity_t from issuance_share")).scalars().all()
    assert sorted(shares) == [131, 133]
