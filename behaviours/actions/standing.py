"""Standing: whether an action is credited at once, waits for a word or a look, or is refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.installation import Installation
from behaviours.actions.plausibility import DaySoFar, Finding, plausibility
from behaviours.actions.reporting import PROVIDER, Reporter, may_report
from behaviours.actions.waiting import (
    HELD,
    OPEN,
    PENDING_CONFIRMATION,
    QUANTIFIED,
    FactRead,
    Reason,
)
from behaviours.quotas import Quota, Reported
from behaviours.refusal import Refusal
from behaviours.rules.trusted import REFUSE, SAMPLED

IMPLAUSIBLE = "implausible"
CONFIRMATION_REQUIRED = "confirmation_required"
DRAWN_FOR_CONFIRMATION = "drawn_for_confirmation"
QUOTA = "quota"
MASS_QUOTA = "mass_quota"


class Known(NamedTuple):
    """What was looked up about an action before it is judged; None for what was not."""

    installation: Installation | None = None
    day_so_far: DaySoFar | None = None
    is_drawn: bool = True


NOTHING_KNOWN = Known()


@dataclass(frozen=True, slots=True)
class Standing:
    """The state in which an action is to be recorded, and why it waits there, if it does."""

    state: str
    reasons: tuple[Reason, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def is_waiting(self) -> bool:
        return self.state in OPEN


CREDITED = Standing(QUANTIFIED)


def standing_of(accepted: AcceptedAction, known: Known = NOTHING_KNOWN) -> Standing | Refusal:
    """What becomes of an action by its rule; the first condition that refuses it is named."""
    worth = may_report(accepted.version, _reporter(accepted, known), accepted.evidence)
    if isinstance(worth, Refusal):
        return worth
    findings = plausibility(accepted, known.installation, known.day_so_far)
    for finding in findings:
        if finding.outcome == REFUSE:
            return finding.refusal(accepted.version.label)
    if not findings and not worth.is_pending:
        return CREDITED
    reasons = tuple(_reason(finding) for finding in findings)
    if worth.is_pending:
        drawn = accepted.version.trust.reporting.confirmation == SAMPLED
        asked = DRAWN_FOR_CONFIRMATION if drawn else CONFIRMATION_REQUIRED
        reasons += (Reason(code=asked, facts=[]),)
    # What is held for a look is looked at whole: one outcome ends both.
    return Standing(HELD if findings else PENDING_CONFIRMATION, reasons, findings)


def over_quota(
    standing: Standing, quota: Quota, reported: Reported, saved_mg: int, day: date
) -> Standing:
    """Held for a look, because its provider's day is full; beside what else it was.

    ``reported`` is what counts before it, ``saved_mg`` what it would add.
    """
    on: FactRead = {"name": "day", "value": day.isoformat(), "unit": ""}
    if quota.actions_full(reported):
        most: FactRead = {"name": "actions_per_day", "value": str(quota.actions), "unit": ""}
        standing = held_for(standing, Reason(code=QUOTA, facts=[most, on]))
    if quota.mass_full(reported, saved_mg):
        mass: FactRead = {"name": "mass_per_day", "value": str(quota.kg), "unit": "kg"}
        standing = held_for(standing, Reason(code=MASS_QUOTA, facts=[mass, on]))
    return standing


def held_for(standing: Standing, reason: Reason) -> Standing:
    """Held for a look for one more reason."""
    return replace(standing, state=HELD, reasons=(*standing.reasons, reason))


def _reason(finding: Finding) -> Reason:
    return {
        "code": IMPLAUSIBLE,
        "condition": finding.name,
        "meaning": {"zh-CN": finding.meaning_zh, "en": finding.meaning_en},
        "facts": [FactRead(**fact) for fact in finding.facts],
    }


def _reporter(accepted: AcceptedAction, known: Known) -> Reporter:
    if not accepted.is_self_reported:
        return PROVIDER
    before = 0 if known.day_so_far is None else known.day_so_far.own_reports
    return Reporter(is_person=True, reports_before=before, is_drawn=known.is_drawn)
