"""Trying examples: a rule whose worked cases do not come out as they say is not loaded."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import localcontext

from behaviours.actions.action import Action
from behaviours.actions.judgement import judge_by
from behaviours.document import Part
from behaviours.refusal import Refusal
from behaviours.rules.evaluation import evaluate
from behaviours.rules.examples import Example, check_outcome, read_examples, some_save
from behaviours.rules.formula_functions import Occasion
from behaviours.rules.methodology import Version
from behaviours.rules.units import ARITHMETIC, credited_mg


def check_examples(version: Version, root: Part) -> int:
    """Run every example; DocumentError names the first that differs. Returns how many ran."""
    examples = read_examples(version, root)
    for example in examples:
        check_outcome(version, example, try_example(version, example))
    some_save(examples, root)
    return len(examples)


def try_example(version: Version, example: Example) -> str:
    """The milligrams that come out, or the code of the refusal."""
    try:
        return str(_saved_mg(version, example))
    except Refusal as refusal:
        return refusal.code


def action_of(version: Version, example: Example) -> Action:
    """What a provider, or the person, would report of the example."""
    occurred_at = datetime.combine(example.occurred_on, time(0), UTC)
    ended_at = None
    if example.ended_after_hours is not None:
        ended_at = occurred_at + timedelta(hours=example.ended_after_hours)
    return Action(
        participant_id="example",
        provider_id="" if example.by_person else "example",
        behaviour=version.behaviour,
        external_id="example",
        occurred_at=occurred_at,
        ended_at=ended_at,
        region=example.region,
        quantities=example.quantities,
        evidence=example.evidence,
    )


def _saved_mg(version: Version, example: Example) -> int:
    action, on, recorded_on = action_of(version, example), example.occurred_on, example.recorded_on
    version.book.check_region(action.region)
    bound = None
    if example.stated is not None:
        factors = version.factors_for(action.region, on, recorded_on)
        bound = version.bind(on, factors, example.stated)
    # Days stand for themselves in an example: it reads the same in every programme's zone.
    now = datetime.combine(recorded_on, time(23, 59), UTC)
    accepted = judge_by(version, action, on, now=now, zone=UTC, bound=bound)
    with localcontext(ARITHMETIC):
        moment = Occasion(on, action.region, example.history)
        steps = evaluate(version, accepted.bound, accepted.quantities, accepted.evidence, moment)
        return credited_mg(steps[version.result])
