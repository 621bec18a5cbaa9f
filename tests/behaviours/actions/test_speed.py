"""Speed: generous floors, so that only a change of order is caught here."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import localcontext

from behaviours.actions.judging import judge
from behaviours.actions.quantify import explain, quantify
from behaviours.actions.shipped import load_rulebook
from behaviours.rules.evaluation import evaluate
from behaviours.rules.formula_functions import Occasion
from behaviours.rules.units import ARITHMETIC
from tests.behaviours.builders import NOW, an_accepted_action, an_action
from tests.builders.civil import CHINA
from tests.builders.timed import slowness, timed

pytestmark = timed


def per_second(work: Callable[[], object], count: int) -> float:
    """The best of five, in processor time as on a machine that does nothing else: what it does
    must not decide."""
    best = 0.0
    for _ in range(5):
        slow = slowness()
        started = time.process_time()
        work()
        best = max(best, count * slow / max(time.process_time() - started, 1e-9))
    return best


def test_a_rule_of_four_terms_is_evaluated_fast():
    accepted = an_accepted_action("ev_charging")
    calculate, values = accepted.version.reckoning.compiled.calculate, accepted.bound.values
    assert len(accepted.version.reckoning.equations) == 4

    def work() -> None:
        for _ in range(20_000):
            calculate(accepted.quantities, values, accepted.evidence, None)

    assert per_second(work, 20_000) > 100_000


def test_a_action_comes_to_its_milligrams_fast_when_no_working_is_kept():
    accepted = an_accepted_action("ev_charging")
    version, moment = accepted.version, Occasion(accepted.occurred_on, "CN-44")

    def work() -> None:
        with localcontext(ARITHMETIC):
            for _ in range(20_000):
                steps = evaluate(
                    version, accepted.bound, accepted.quantities, accepted.evidence, moment
                )
                version.stated.rounding.mg(steps[version.reckoning.result])

    assert per_second(work, 20_000) > 100_000


def test_actions_are_quantified_fast():
    actions = [an_accepted_action("ev_charging")] * 5_000
    assert per_second(lambda: quantify(actions), len(actions)) > 30_000


def test_actions_are_judged_fast():
    actions = [an_action("metro_ride")] * 5_000
    rulebook = load_rulebook()
    assert per_second(lambda: judge(rulebook, actions, now=NOW, zone=CHINA), len(actions)) > 15_000


def test_workings_are_made_fast():
    accepted = an_accepted_action("ev_charging")

    def work() -> None:
        for _ in range(1_000):
            explain(accepted.version, accepted.quantities, {}, "CN-44", accepted.occurred_on)

    assert per_second(work, 1_000) > 20_000
