"""Say what there is to say of findings of a verification: the owner answers, its body judges."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.projects.findings import OF_VERIFICATIONS
from app.usecases.projects.hold_period_of import hold_period_of
from app.usecases.projects.hold_seated_period import hold_seated_period
from app.usecases.projects.reply_to_findings import reply_to_findings
from app.usecases.projects.told_findings import ToldFindings, told_findings
from behaviours.projects.finding import ANSWERED, NewReply
from behaviours.projects.monitoring import ANSWER, CLOSE
from behaviours.viewer import Viewer


def reply_to_period_findings(
    connection: Connection,
    period_id: UUID,
    said: Sequence[NewReply],
    *,
    by: Viewer,
    clock: Clock,
) -> ToldFindings:
    """Every finding of the period. Raises PeriodStateConflict, UnknownFinding, FindingAnswered,
    and what ``hold_period_of`` raises of answers, ``hold_seated_period`` of the rest."""
    answers = all(each.reply == ANSWERED for each in said)
    if answers:
        period, _ = hold_period_of(connection, period_id, by=by)
    else:
        period = hold_seated_period(connection, period_id, by=by)
    now = clock.now()
    period.move(ANSWER if answers else CLOSE, now=now)
    assert by.user_id is not None, "whoever replies has a name"
    reply_to_findings(connection, OF_VERIFICATIONS, period_id, said, user_id=by.user_id, now=now)
    return told_findings(connection, OF_VERIFICATIONS, period_id)
