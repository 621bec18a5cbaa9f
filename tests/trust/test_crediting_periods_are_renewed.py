"""A crediting period is renewed: asked for in time, by the rule that is in force, validated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.usecases.projects.accept_design_change import accept_design_change
from app.usecases.projects.ask_design_change import NewDesignChange, ask_design_change
from app.usecases.projects.lock_period import lock_period
from app.usecases.projects.move_projects import move_projects
from app.usecases.projects.record_measurements import record_measurements
from app.wiring import Wiring
from behaviours.projects.design_read import design_read, ex_ante_read
from behaviours.refusal import Refusal
from behaviours.rules.in_force import ProgrammeRulebook
from tests.builders.answers import refusal
from tests.builders.audit import assert_books_balance
from tests.builders.changed import Changing
from tests.builders.empty_market import market, shut
from tests.builders.market import rows
from tests.builders.monitored import days

__all__ = ["market", "shut"]

FIRST = days("2025-07-01", "2028-01-01")
NEXT = days("2028-03-01", "2030-01-01")


@pytest.fixture
def changing(market: Wiring) -> Changing:
    return Changing.registered(market, crediting=FIRST, renewable=True)


def opening(changing: Changing, starts_on: str, ends_before: str) -> Any:
    path = f"{changing.sunny.path}/monitoring-periods"
    return changing.sunny.applicant.post(path, {"from": starts_on, "to": ends_before})


def completed(changing: Changing) -> None:
    sunny = changing.sunny
    sunny.run(move_projects, deadlines=sunny.wiring.project_deadlines, **sunny.later)
    state = sunny.applicant.get(sunny.path).json["state"]
    assert state == "completed"


def test_e5_a_crediting_period_is_renewed_and_days_between_are_nobodys(
    changing: Changing,
) -> None:
    changing.later(date(2027, 7, 5))
    assert changing.ask("renewal", None, crediting=NEXT).status_code == 201
    changing.later(date(2028, 2, 1))
    completed(changing)
    validator = changing.validated()
    assert validator
    done = changing.accepted()
    assert (done.json["state"], done.json["effective_on"]) == ("accepted", "2028-03-01")
    project = changing.sunny.applicant.get(changing.sunny.path).json
    assert project["state"] == "registered"
    found = rows(
        changing.sunny.wiring,
        "select distinct from_day::text, to_day::text from declared_elsewhere"
        " where mechanism = 'project' and state = 'declared'",
    )
    assert [tuple(each.values()) for each in found] == [("2025-07-01", "2029-12-31")]
    between = (("2028-01-01", "2028-03-01"), ("2028-01-15", "2028-02-15"))
    for days_between in between:
        assert refusal(opening(changing, *days_between)) == (422, "PERIOD_OUTSIDE")
    over = opening(changing, "2027-07-01", "2028-07-01")
    assert refusal(over) == (409, "PERIOD_CROSSES_CHANGE")
    for own in (("2027-07-01", "2028-01-01"), ("2028-03-01", "2029-01-01")):
        assert opening(changing, *own).status_code == 201
    changing.later(date(2030, 1, 1))
    completed(changing)
    assert_books_balance(changing.sunny.wiring)


def test_a_renewal_is_asked_for_in_time_of_what_is_renewable(
    market: Wiring, changing: Changing
) -> None:
    overlapping = changing.ask("renewal", None, crediting=days("2027-12-31", "2030-01-01"))
    assert refusal(overlapping) == (422, "DESIGN_CHANGE_UNFIT")
    # 180 days before the first of January 2028.
    changing.later(date(2027, 7, 6))
    late = changing.ask("renewal", None, crediting=NEXT)
    assert refusal(late) == (409, "RENEWAL_LATE")
    assert "2027-07-05" in late.json["detail"]
    once = Changing.registered(market, crediting=FIRST, meters=("K1", "K2", "K3"))
    once.sunny.renewable = True
    answer = once.ask("renewal", None, crediting=NEXT, meters=("K1", "K2", "K3"))
    assert refusal(answer) == (422, "DESIGN_CHANGE_UNFIT")


def test_e15_a_renewal_takes_the_version_in_force_and_the_days_before_keep_theirs(
    changing: Changing,
) -> None:
    sunny = changing.sunny
    book, version = _with_a_newer_version(sunny.wiring.rulebook)
    said = _asked(changing)
    named = {"deadlines": sunny.wiring.project_deadlines, "rulebook": book, **sunny.later}
    with pytest.raises(Refusal) as refused:
        sunny.run(ask_design_change, sunny.project_id, said, by=sunny.owner, **named)
    assert refused.value.code == "METHODOLOGY_NOT_IN_FORCE"
    newer = said._replace(methodology_version="2")
    change = sunny.run(ask_design_change, sunny.project_id, newer, by=sunny.owner, **named)
    assert change.rule_digest == version.digest
    changing.validated(2)
    for role in ("operator", "authority"):
        signed = sunny.run(
            accept_design_change,
            sunny.project_id,
            2,
            by=sunny.by(role),
            rulebook=book,
            **sunny.later,
        )
    assert signed.change.state == "accepted"
    changing.later(date(2030, 2, 1))
    former = sunny.wiring.rulebook.version_on(version.code, date.max)
    for span, taken in (
        (("2027-01-01", "2028-01-01"), former),
        (("2028-03-01", "2029-01-01"), version),
    ):
        period = sunny.open(*span)
        named = {"rulebook": book, "by": sunny.owner, **sunny.later}
        sunny.run(record_measurements, period, sunny.measured(days(*span), {}), **named)
        made = sunny.run(lock_period, period, zone=sunny.wiring.zone, **named)
        assert made.rule_digest == taken.digest


def _asked(changing: Changing) -> NewDesignChange:
    """What is sent for the renewal, as the routes read it."""
    body = changing.body("renewal", None, crediting=NEXT)
    sent = changing.sunny.applicant.post(f"{changing.sunny.path}/design-changes", body)
    assert sent.status_code == 201, sent.text
    changing.step("withdraw", changing.sunny.applicant.token)
    design, table = design_read(sent.json["design"]), ex_ante_read(sent.json["ex_ante"])
    return NewDesignChange("renewal", None, "x", design, table)


def _with_a_newer_version(book: ProgrammeRulebook) -> tuple[ProgrammeRulebook, Any]:
    (version,) = book.versions_of("cdm.grid_connected_pv")
    validity = replace(version.validity, starts_on=date(2027, 2, 1))
    newer = replace(version, version="2", digest=f"sha256:{'2' * 64}", validity=validity)
    versions = [*book.versions(), newer]
    made = ProgrammeRulebook(versions, book.book, {}, book.zone, book.claiming)
    return made, newer
