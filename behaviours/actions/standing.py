"""Standing: whether an action is credited at once, waits for a word or a look, or is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.installation import Installation
from behaviours.actions.plausibility import DaySoFar, Finding, plausibility
from behaviours.actions.reporting import PROVIDER, Reporter, may_report
from behaviours.actions.stored_action import QUANTIFIED
from behaviours.refusal import Kind, Refusal
from behaviours.rules.trusted import REFUSE

PENDING_CONFIRMATION, HELD = "pending_confirmation", "held"


class ConfirmationNeeded(Refusal, kind=Kind.FORBIDDEN, code="CONFIRMATION_NEEDED"):
    """Somebody who does not gain by it has to confirm what the person reports of herself."""


class Known(NamedTuple):
    """What was looked up about an action before it is judged; None for what was not."""

    installation: Installation | None = None
    day_so_far: DaySoFar | None = None
    is_drawn: bool = True


NOTHING_KNOWN = Known()


@dataclass(frozen=True, slots=True)
class Standing:
    """The state in which an action is to be recorded, and the findings that hold it there."""

    state: str
    findings: tuple[Finding, ...] = ()


_QUANTIFIED = Standing(QUANTIFIED)


def standing_of(accepted: AcceptedAction, known: Known = NOTHING_KNOWN) -> Standing | Refusal:
    """What becomes of an action by its rule; the first condition that refuses it is named."""
    worth = may_report(accepted.version, _reporter(accepted, known), accepted.evidence)
    if isinstance(worth, Refusal):
        return worth
    findings = plausibility(accepted, known.installation, known.day_so_far)
    for finding in findings:
        if finding.outcome == REFUSE:
            return finding.refusal(accepted.version.label)
    if findings:
        return Standing(HELD, findings)
    return Standing(PENDING_CONFIRMATION) if worth.is_pending else _QUANTIFIED


def refusal_of(accepted: AcceptedAction, standing: Standing | Refusal) -> Refusal | None:
    """Why an action of this standing is not recorded; None when it is.

    The one place where it is decided that only what is credited at once is recorded: what waits for
    a confirmation or for a look is refused, by name, since the books have no place for it.
    """
    if isinstance(standing, Refusal):
        return standing
    if standing.state == HELD:
        return standing.findings[0].refusal(accepted.version.label)
    if standing.state == PENDING_CONFIRMATION:
        return ConfirmationNeeded(
            pointer="/behaviour",
            methodology=accepted.version.label,
            behaviour=accepted.version.behaviour,
        )
    return None


def _reporter(accepted: AcceptedAction, known: Known) -> Reporter:
    if not accepted.is_self_reported:
        return PROVIDER
    before = 0 if known.day_so_far is None else known.day_so_far.own_reports
    return Reporter(is_person=True, reports_before=before, is_drawn=known.is_drawn)
