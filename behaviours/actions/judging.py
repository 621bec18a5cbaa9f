"""Judging a list: each action by the rule of its day, or the refusal that says why not."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, tzinfo

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.action import Action
from behaviours.actions.judgement import check_times, judge_by
from behaviours.civil_time import civil_day
from behaviours.issuers import IssuerRegister
from behaviours.refusal import Refusal
from behaviours.rules.rulebook import NoRuleInForce, Rulebook
from behaviours.scenes import Scenes

# Before this no calendar arithmetic is needed, and at the very first year it would overflow.
_EARLIEST_YEAR = 1970


def judge(
    rulebook: Rulebook,
    actions: Sequence[Action],
    *,
    now: datetime,
    zone: tzinfo,
    register: IssuerRegister | None = None,
    scenes: Scenes | None = None,
) -> list[AcceptedAction | Refusal]:
    """What needs no database, per action in order: an AcceptedAction or a Refusal.

    Without a ``register`` nobody asks whose the numbers in the evidence are, and without ``scenes``
    whether they are open.
    """
    judged: list[AcceptedAction | Refusal] = []
    today = civil_day(now, zone)
    for action in actions:
        try:
            accepted = _judge_one(rulebook, action, register, now=now, today=today, zone=zone)
            if scenes is not None:
                done = accepted.action
                scenes.check_reported(
                    done.provider_id, done.behaviour, done.region, done.occurred_at, now
                )
            judged.append(accepted)
        except Refusal as refusal:
            judged.append(refusal)
    return judged


def _judge_one(
    rulebook: Rulebook,
    action: Action,
    register: IssuerRegister | None,
    *,
    now: datetime,
    today: date,
    zone: tzinfo,
) -> AcceptedAction:
    check_times(action, now)
    if action.occurred_at.year < _EARLIEST_YEAR:
        raise NoRuleInForce("long_ago", pointer="/occurred_at")
    on = civil_day(action.occurred_at, zone)
    version = rulebook.version_for(action.behaviour, on, action.region)
    return judge_by(version, action, on, today=today, zone=zone, register=register)
