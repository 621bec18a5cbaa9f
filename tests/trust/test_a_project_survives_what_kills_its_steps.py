"""A process is killed in a step of a project: taken again it ends as if nothing had been killed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from app.usecases.projects.accept_design_change import accept_design_change
from app.usecases.projects.settle_loss import settle_loss
from app.usecases.projects.sign_owner_change import sign_owner_change
from app.usecases.projects.sign_period_issue import sign_period_issue
from app.usecases.projects.sign_registration import sign_registration
from app.wiring import Wiring
from behaviours.refusal import Refusal
from tests.builders.answers import key
from tests.builders.audit import assert_books_balance
from tests.builders.changed import Changing
from tests.builders.empty_market import market, shut
from tests.builders.killed_step import kill_in, of_wiring
from tests.builders.market import rows
from tests.builders.marsh import Marsh
from tests.builders.monitored import Sunny, days
from tests.builders.people import a_user, an_organisation
from tests.builders.project_chain import ProjectChain

__all__ = ["market", "shut"]

AROUND = pytest.mark.parametrize("committed", [False, True], ids=["before", "after"])
UNITS = """
    select state, sum(upper(numbers) - lower(numbers)) as t from unit_block
     where state not in ('split', 'merged') group by 1 order by 1
"""


def last_signature(
    sunny: Sunny,
    verb: Callable[..., Any],
    *given: Any,
    names: Sequence[str] = (),
    committed: bool,
) -> None:
    """The authority signs, is killed around the commit, and signs again."""
    by, clock = sunny.by("authority"), sunny.wiring.clock
    named: dict[str, Any] = {"by": by, "clock": clock}
    kill_in(sunny.wiring.settings, verb, *given, names=names, committed=committed, **named)
    again = {**named, **of_wiring(sunny.wiring, names)}
    if committed:
        with pytest.raises(Refusal) as refused:
            sunny.run(verb, *given, **again)
        assert refused.value.code.endswith("STATE_CONFLICT")
    else:
        assert sunny.run(verb, *given, **again).awaiting == []


@AROUND
def test_registration_issue_change_of_owner_and_renewal(market: Wiring, committed: bool) -> None:
    sunny = Sunny(market, crediting=days("2025-07-01", "2028-01-01"), renewable=True)
    sunny.expected()
    chain = ProjectChain(sunny.wiring, sunny.path)
    chain.requested()
    chain.sign("operator")
    registering = ("rulebook", "prefix")
    usual, sunny.wiring = sunny.wiring, chain.wiring
    last_signature(
        sunny, sign_registration, sunny.project_id, names=registering, committed=committed
    )
    sunny.wiring = usual
    (project,) = rows(sunny.wiring, "select state, number from project")
    assert project["state"] == "registered"

    period = sunny.open("2025-07-01", "2026-01-01")
    made = {"export": {"M1.2025": "410250"}}
    sunny.measure(period, sunny.measured(days("2025-07-01", "2026-01-01"), made))
    sunny.verified(period, sunny.a_verifier())
    sunny.ask(period)
    sunny.sign(period, sunny.by("operator"))
    issuing = ("rulebook", "reserve_per_mille")
    last_signature(sunny, sign_period_issue, period, names=issuing, committed=committed)
    assert [tuple(each.values()) for each in rows(sunny.wiring, UNITS)] == [("active", 269)]

    changing = Changing(sunny)
    renewed = changing.ask("renewal", None, crediting=days("2028-01-01", "2030-01-01"))
    assert renewed.status_code == 201, renewed.text
    changing.validated()
    assert changing.accept("operator").status_code == 202
    last_signature(
        sunny, accept_design_change, sunny.project_id, 1, names=("rulebook",), committed=committed
    )
    (designs,) = rows(sunny.wiring, "select count(*) as t from project_design")
    assert designs["t"] == 2

    for kind in ("transfer_act", "benefit_consent"):
        sunny.applicant.hand_in(sunny.path, kind)
    following = an_organisation(sunny.wiring, "enterprise")
    assert a_user(sunny.wiring, "operator")
    body = {
        "next_owner_id": f"org_{following.hex}",
        "effective_on": "2026-01-01",
        "running_period": "next",
    }
    proposed = sunny.applicant.post(f"{sunny.path}/owner-changes", body)
    assert proposed.status_code == 201, proposed.text
    path = f"/v1/projects{sunny.path}/owner-change/"
    for step, token in (
        ("accept", sunny.tokens("enterprise", tenant=following)),
        ("confirm", sunny.tokens("operator")),
    ):
        answer = sunny.http.post(f"{path}{step}", {"number": 1}, token=token, key=key())
        assert answer.status_code in (200, 202), answer.text
    last_signature(
        sunny, sign_owner_change, sunny.project_id, 1, names=("zone",), committed=committed
    )
    (owner,) = rows(sunny.wiring, "select applicant_id from project")
    assert owner["applicant_id"] == following
    assert_books_balance(sunny.wiring)


@AROUND
def test_a_loss(market: Wiring, committed: bool) -> None:
    marsh = Marsh(market)
    marsh.registered()
    marsh.issue(marsh.grown("2025-01-01", "2026-01-01", "1000"))
    marsh.reporting(marsh.applicant.token, marsh.lost("900"), key())
    marsh.settling(["operator"], key())
    last_signature(
        marsh, settle_loss, marsh.project_id, 1, names=("deadlines",), committed=committed
    )
    found = [tuple(each.values()) for each in rows(marsh.wiring, UNITS)]
    assert found == [("active", 850), ("buffer", 50), ("cancelled", 100)]
    assert_books_balance(marsh.wiring)
