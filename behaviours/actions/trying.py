"""Trying examples: a rule whose worked cases do not come out as they say is not loaded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import localcontext

from behaviours.actions.action import Action
from behaviours.actions.judgement import judge_by
from behaviours.actions.limits import before_of, limited
from behaviours.actions.plausibility import NOTHING_YET
from behaviours.actions.standing import Known, standing_of
from behaviours.document import Faults, Part
from behaviours.refusal import Refusal
from behaviours.regions import province_of
from behaviours.rules.evaluation import evaluate
from behaviours.rules.examples import Example, check_outcome, held_by, read_examples, some_save
from behaviours.rules.formula_functions import NO_TIME, Occasion
from behaviours.rules.methodology import Version
from behaviours.rules.propagation import WHOLE, Case
from behaviours.rules.survey.examples import check_survey_examples
from behaviours.rules.units import ARITHMETIC


def check_examples(
    version: Version | None, root: Part, earlier: Sequence[Part] = (), *, of_projects: bool = False
) -> int:
    """Run every example; DocumentError names all that differ. Returns how many ran.

    ``earlier`` are those of the versions that this one amends, of days before its own. Without a
    version only their shape is looked at, as of a rule of actions or ``of_projects``.
    """
    faults = Faults()
    if of_projects:
        ran = sum(check_survey_examples(version, each, faults) for each in (root, *earlier))
    else:
        ran = _check_of_actions(version, root, earlier, faults)
    faults.check()
    return ran


def _check_of_actions(
    version: Version | None, root: Part, earlier: Sequence[Part], faults: Faults
) -> int:
    examples = read_examples(version, root, faults)
    if version is not None:
        for before in earlier:
            examples += read_examples(version, before, faults, taken_over=True)
        for example in examples:
            check_outcome(version, example, try_example(version, example))
        if faults.clean:
            faults.read(some_save, examples, root)
    return len(examples)


def try_example(version: Version, example: Example) -> str:
    """The milligrams that come out, the code of the refusal, or by what the action is held."""
    try:
        return _outcome(version, example)
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


def _outcome(version: Version, example: Example) -> str:
    action, on, recorded_on = action_of(version, example), example.occurred_on, example.recorded_on
    version.reckoning.book.check_region(action.region)
    bound = None
    if example.stated is not None:
        factors = version.factors_for(action.region, on, recorded_on)
        bound = version.bind(on, factors, example.stated)
    # Days stand for themselves in an example: it reads the same in every programme's zone.
    accepted = judge_by(version, action, on, today=recorded_on, zone=UTC, bound=bound)
    # Of an example it is known that nothing was done before it on its day.
    standing = standing_of(accepted, Known(day_so_far=NOTHING_YET))
    if isinstance(standing, Refusal):
        raise standing
    if standing.findings:
        return held_by(standing.findings[0].name)
    limits = limited(version, accepted.quantities, before_of(version, example.counted_before))
    with localcontext(ARITHMETIC):
        hours = action.hours or NO_TIME
        moment = Occasion(on, province_of(action.region), example.history, hours)
        told = (accepted.quantities, accepted.evidence, moment)
        steps = evaluate(version, accepted.bound, *told, counted=limits.quantities)
        factor = version.trust.reporting.factor if accepted.is_self_reported else WHOLE
        case = Case(
            *(version, accepted.bound, limits.quantities, accepted.evidence, moment), factor
        )
        result = case.credited(steps[version.reckoning.result] * factor)
        return str(limits.credited(version.stated.rounding.credited_mg(result), on))
