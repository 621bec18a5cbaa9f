"""Why an action waits, what was said to it and what became of it: in both languages at once."""

from __future__ import annotations

from collections.abc import Sequence

from app.http.fields import moment
from app.messages.catalogues import LANGUAGES, text
from behaviours.actions.signals import (
    ENROLLED_TOGETHER,
    IMPOSSIBLE_SPEED,
    SAME_DEVICE,
    SAME_EVIDENCE,
)
from behaviours.actions.standing import (
    CONFIRMATION_REQUIRED,
    DRAWN_FOR_CONFIRMATION,
    MASS_QUOTA,
    QUOTA,
)
from behaviours.actions.waiting import (
    CONFIRM,
    LAPSE,
    LEAVE,
    REFUSE,
    Contest,
    HoldOutcome,
    Reason,
    Waiting,
)
from behaviours.json_value import JsonObject


def why(reasons: Sequence[Reason]) -> list[JsonObject]:
    """The reasons for which an action is not credited at once: code, words and facts."""
    return [
        {
            "code": each["code"],
            "condition": each.get("condition"),
            "text": each.get("meaning") or _asked(each["code"]),
            "facts": [
                {"name": fact["name"], "value": fact["value"], "unit": fact["unit"]}
                for fact in each["facts"]
            ],
        }
        for each in reasons
    ]


def waiting_members(waiting: Waiting | None) -> JsonObject:
    """What an action's answer says of its waiting; nothing of one that was credited at once."""
    if waiting is None:
        return {}
    return {
        "why": why(waiting.reasons),
        "waiting": {
            "since": moment(waiting.began_at),
            "lapses_at": moment(waiting.lapses_at),
            "looked_at": waiting.owner is not None,
            "contest": contest_answer(waiting.contest),
            "outcome": None if waiting.outcome is None else outcome_answer(waiting.outcome),
        },
    }


def contest_answer(contest: Contest | None) -> JsonObject | None:
    """What a person said to it, if they did."""
    if contest is None:
        return None
    return {
        "text": contest.text,
        "evidence": contest.evidence,
        "contested_at": moment(contest.contested_at),
    }


def outcome_answer(outcome: HoldOutcome) -> JsonObject:
    """What was decided, when and why. By whom: the role alone."""
    return {
        "outcome": outcome.step,
        "decided_at": moment(outcome.decided_at),
        "by": outcome.decided_by.partition(":")[0],
        "reason_code": outcome.reason_code,
        "reason": outcome.reason,
        "text": {language: _ended(outcome.step, language) for language in LANGUAGES},
    }


def _asked(code: str) -> dict[str, str]:
    if code == CONFIRMATION_REQUIRED:
        return {each: text("hold:confirmation_required", each) for each in LANGUAGES}
    if code == QUOTA:
        return {each: text("hold:quota", each) for each in LANGUAGES}
    if code == MASS_QUOTA:
        return {each: text("hold:mass_quota", each) for each in LANGUAGES}
    if code == SAME_DEVICE:
        return {each: text("hold:same_device", each) for each in LANGUAGES}
    if code == SAME_EVIDENCE:
        return {each: text("hold:same_evidence", each) for each in LANGUAGES}
    if code == ENROLLED_TOGETHER:
        return {each: text("hold:enrolled_together", each) for each in LANGUAGES}
    if code == IMPOSSIBLE_SPEED:
        return {each: text("hold:impossible_speed", each) for each in LANGUAGES}
    assert code == DRAWN_FOR_CONFIRMATION
    return {each: text("hold:drawn_for_confirmation", each) for each in LANGUAGES}


def _ended(step: str, language: str) -> str:
    if step == CONFIRM:
        return text("hold:confirmed", language)
    if step == REFUSE:
        return text("hold:refused", language)
    if step == LAPSE:
        return text("hold:lapsed", language)
    if step == LEAVE:
        return text("hold:left", language)
    return text("hold:reversed", language)
