"""Reporting: whether who reports an action may, and what the word of that reporter is worth."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from behaviours.actions.drawing import PER_MILLE, Drawing
from behaviours.actions.refusals import InvalidEvidence
from behaviours.refusal import Conflict, Forbidden, Refusal
from behaviours.rules.methodology import Version
from behaviours.rules.trusted import NONE, SAMPLED

_WHOLE = Decimal(1)


class ReportingNotOpen(Forbidden):
    """By the rule the action is reported by a provider, never by the person who gains by it."""


class TooManyReports(Conflict):
    """The person has reported as often on that day as the rule lets her."""


class Reporter(NamedTuple):
    """Who reports: a provider, or the person with what she reported before on that day.

    ``is_drawn`` says whether a rule that confirms a sample confirms this one.
    """

    is_person: bool
    reports_before: int = 0
    is_drawn: bool = True


PROVIDER = Reporter(is_person=False)


@dataclass(frozen=True, slots=True)
class Worth:
    """What a report is credited at; ``is_pending`` while somebody else has to confirm it."""

    factor: Decimal = _WHOLE
    is_pending: bool = False


_FULL = Worth()


def may_report(
    version: Version, reporter: Reporter, evidence: Mapping[str, str]
) -> Worth | Refusal:
    """What the report is worth, or why the rule does not take it from this reporter."""
    if not reporter.is_person:
        return _FULL
    rule = version.trust.reporting
    if not rule.by_participant:
        return reporting_not_open(version)
    for name in rule.evidence:
        if not evidence.get(name):
            return InvalidEvidence(
                "missing",
                pointer=f"/evidence/{name}",
                behaviour=version.behaviour,
                name=name,
                names=", ".join(version.told.evidence),
            )
    if reporter.reports_before >= rule.per_day:
        return TooManyReports(
            pointer="/occurred_at", methodology=version.label, per_day=rule.per_day
        )
    confirmed = rule.confirmation == NONE or (
        rule.confirmation == SAMPLED and not reporter.is_drawn
    )
    return Worth(rule.factor, not confirmed)


def reporting_not_open(version: Version) -> ReportingNotOpen:
    """The refusal of a person's own report under a rule that takes providers' alone."""
    return ReportingNotOpen(
        pointer="/behaviour", methodology=version.label, behaviour=version.behaviour
    )


def is_drawn(action_id: UUID, drawing: Drawing) -> bool:
    """Whether an action falls into the sample that is confirmed.

    Nobody without the key can tell before the action has its id, which the server makes; who holds
    the key can tell again at any time. Without a key every action is drawn.
    """
    if not drawing.key:
        return True
    mark = hmac.digest(drawing.key, b"confirm\0" + action_id.bytes, "sha256")
    return int.from_bytes(mark[:8], "big") % PER_MILLE < drawing.per_mille
