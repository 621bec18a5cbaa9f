"""What becomes of an action by its rule: credited, pending, held or refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.drawing import Drawing
from behaviours.actions.installation import (
    CONFIRMED,
    STEPS,
    Installation,
    InstallationStateConflict,
)
from behaviours.actions.judgement import judge_by
from behaviours.actions.plausibility import DaySoFar, judge_conditions
from behaviours.actions.quantify import explain, explain_record, quantify
from behaviours.actions.reduction import Reduction
from behaviours.actions.reporting import Reporter, Worth, is_drawn, may_report
from behaviours.actions.standing import Known, Standing, standing_of
from behaviours.refusal import Refusal
from behaviours.rules.factors import shipped_factors
from behaviours.rules.methodology import Version
from behaviours.rules.rulebook import Rulebook
from behaviours.rules.units import parse_unit
from tests.behaviours.builders import TODAY, a_document, a_version, an_action
from tests.behaviours.rules.test_trust_clauses import OWN, PLANT, plausible, rule_with
from tests.builders.civil import CHINA
from tests.builders.refusals import refuses

ON = date(2026, 5, 31)
NOON = datetime(2026, 5, 31, 4, tzinfo=UTC)


def done(
    version: Version, mass: str = "1", *, hours: float | None = None, provider: str = "prv",
    at: datetime = NOON, region: str = "CN-44",
) -> AcceptedAction:  # fmt: skip
    action = an_action(
        "x",
        quantities={"mass": mass},
        evidence={"thing_id": "t"},
        provider_id=provider,
        occurred_at=at,
        ended_at=None if hours is None else at + timedelta(hours=hours),
        region=region,
    )
    return judge_by(version, action, ON, today=TODAY, zone=CHINA)


def outcome(accepted: AcceptedAction, known: Known = Known()) -> str:
    standing = standing_of(accepted, known)
    return standing.state if isinstance(standing, Standing) else standing.key


def test_a_speed_is_judged_by_instants_and_not_without_an_end() -> None:
    fast = rule_with(
        "parameters_note: x" if False else plausible("mass / hours <= 5 * mass / hours")
    )
    assert outcome(done(fast)) == "quantified"
    slow = rule_with(plausible("hours * EF * mass / EF >= mass * hours * 1.5"))
    assert outcome(done(slow, hours=2)) == "held"
    assert outcome(done(slow)) == "quantified"


@pytest.mark.parametrize(("otherwise", "becomes"), [("hold", "held"), ("refuse", "IMPLAUSIBLE")])
def test_what_is_not_plausible_is_held_or_refused_as_the_rule_says(otherwise, becomes) -> None:
    version = rule_with(plausible("day.mass * EF / EF < 2 * mass", otherwise=otherwise))
    before = Known(day_so_far=DaySoFar({"mass": Decimal(5)}))
    assert outcome(done(version), before) == becomes
    assert outcome(done(version, "6"), before) == "quantified"
    # A day that nobody looked up is not judged.
    assert outcome(done(version)) == "quantified"


def test_a_refusal_goes_before_a_hold_and_names_what_it_read() -> None:
    held = plausible("mass <= most")
    refused = plausible("mass < most", otherwise="refuse").replace("plausible:\n", "")
    figures = {"EF": ("2", "kgCO2e/kg"), "most": ("2", "kg")}
    document = a_document(parameters=figures, extra=held + "\n" + refused.replace("c0", "c9"))
    version = a_version(document)
    # A bound is no figure that the result rests on.
    shown = explain(version, {"mass": "1"}, {}, "CN-44", ON).shown["parameters"]
    assert [one["name"] for one in shown] == ["EF"]
    standing = standing_of(done(version, "3"))
    assert isinstance(standing, Refusal)
    assert (standing.code, standing.pointer) == ("IMPLAUSIBLE", "/quantities/mass")
    assert standing.facts["condition"] == "c9"
    assert standing.facts["facts"] == [
        {"name": "mass", "value": "3", "unit": "kg"},
        {"name": "most", "value": "2", "unit": "kg"},
    ]


def test_an_installation_bounds_what_is_done_by_it_in_its_own_unit() -> None:
    document = ("installation: {kind: pv_plant, capacity: kg/h}", plausible(
        "mass <= installation.capacity * hours", "on >= installation.commissioned_on"))  # fmt: skip
    version = rule_with(*document)
    plant = Installation(
        "pv_plant",
        "grid",
        "1",
        Decimal("0.01"),
        parse_unit("t/h"),
        date(2026, 1, 1),
        "CN-44",
        CONFIRMED,
    )
    assert outcome(done(version, "10", hours=1), Known(plant)) == "quantified"
    assert outcome(done(version, "10.1", hours=1), Known(plant)) == "held"
    young = replace(plant, commissioned_on=date(2026, 6, 1))
    standing = standing_of(done(version, "1", hours=1), Known(young))
    assert isinstance(standing, Standing)
    assert [finding.name for finding in standing.findings] == ["c1", "installation_in_use"]
    # None was looked up, or its capacity is of another kind: there is nothing to compare with.
    assert outcome(done(version, "99", hours=1)) == "quantified"
    other = replace(plant, unit=parse_unit("kW"))
    assert outcome(done(version, "99", hours=1), Known(other)) == "quantified"


def test_an_installation_is_confirmed_once_and_ended_for_good() -> None:
    plant = Installation("pv_plant", "g", "1", None, None, ON, "CN-44")
    assert plant.move("confirm").move("end").state == "ended"
    assert plant.move("end").state == "ended"
    assert plant.capacity_in(parse_unit("kW")) is None
    ended = plant.move("end")
    for state, step in ((plant.move("confirm"), "confirm"), *((ended, s) for s in STEPS)):
        with refuses(InstallationStateConflict):
            state.move(step)


def test_what_shines_at_night_is_not_credited() -> None:
    version = rule_with(plausible("mass = 0 or daylight"))
    night = datetime(2026, 5, 30, 18, tzinfo=UTC)
    assert outcome(done(version, at=night, hours=0.25)) == "held"
    assert outcome(done(version, "0", at=night, hours=0.25)) == "quantified"
    assert outcome(done(version, at=NOON, hours=0.25)) == "quantified"
    (judged,) = judge_conditions(done(version, at=night, hours=0.25), None, None)
    assert (judged.met, judged.facts[0]) == (False, {"name": "daylight", "value": "no", "unit": ""})


def test_a_speed_without_a_way_to_compute_it_speaks_for_nobody() -> None:
    version = rule_with(plausible("EF * mass / mass <= EF"))
    assert outcome(done(version, "0")) == "held"


def test_the_word_of_a_person_is_worth_what_the_rule_says() -> None:
    version = rule_with(OWN)
    shown = {"thing_id": "t"}
    assert may_report(version, Reporter(is_person=False), {}) == Worth()
    own = Reporter(is_person=True)
    assert may_report(version, own, shown) == Worth(Decimal("0.5"), is_pending=True)
    assert may_report(version, own._replace(is_drawn=False), shown) == Worth(Decimal("0.5"))
    for reporter, evidence, key in (
        (own, {}, "INVALID_EVIDENCE.missing"),
        (own._replace(reports_before=2), shown, "TOO_MANY_REPORTS"),
    ):
        said = may_report(version, reporter, evidence)
        assert isinstance(said, Refusal)
        assert said.key == key
    closed = may_report(rule_with(), own, shown)
    assert isinstance(closed, Refusal)
    assert closed.code == "REPORTING_NOT_OPEN"


def test_who_confirms_nothing_drawn_is_credited_and_what_is_drawn_waits() -> None:
    own = done(rule_with(OWN), provider="")
    assert outcome(own) == "pending_confirmation"
    assert outcome(own, Known(is_drawn=False)) == "quantified"
    (reason,) = standing.reasons if isinstance(standing := standing_of(own), Standing) else ()
    assert reason["code"] == "drawn_for_confirmation"
    drawing = Drawing(b"a secret of the programme", 100)
    drawn = [is_drawn(UUID(int=number), drawing) for number in range(5000)]
    assert 400 < sum(drawn) < 600
    assert drawn == [is_drawn(UUID(int=number), drawing) for number in range(5000)]
    other = drawing._replace(key=b"another secret")
    assert drawn != [is_drawn(UUID(int=number), other) for number in range(5000)]
    assert not is_drawn(UUID(int=1), drawing._replace(per_mille=0))
    assert is_drawn(UUID(int=1), drawing._replace(per_mille=1000))
    assert is_drawn(UUID(int=1), Drawing(per_mille=0))


def test_the_factor_of_a_self_report_is_a_step_that_recomputes() -> None:
    version = rule_with(OWN)
    by_provider, by_person = (
        quantify([done(version, "3", provider=who)])[0] for who in ("prv", "")
    )
    assert isinstance(by_provider, Reduction)
    assert isinstance(by_person, Reduction)
    assert (by_provider.saved_mg, by_person.saved_mg) == (6_000_000, 3_000_000)
    assert by_person.provenance == "press"
    working = explain_record(by_person.record(), Rulebook([version], shipped_factors()))
    assert working.saved_mg == 3_000_000
    last = working.shown["steps"][-1]
    assert (last["name"], last["equation"], last["value"]) == ("self_report", "ER * 0.5", "3")


def test_units_of_a_condition_are_checked_and_converted_when_the_rule_is_loaded() -> None:
    version = rule_with(PLANT, plausible("mass * installation.capacity >= 0"))
    assert version.trust.plausible[0].units == {"installation.capacity": "MW", "mass": "kg"}
