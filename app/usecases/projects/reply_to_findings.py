"""Reply to findings of a held project or period, each as its point allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.store.database import Connection
from app.store.projects.findings import Findings, add_replies, findings_of, replies_of
from behaviours.projects.finding import FindingReply, NewReply, UnknownFinding


def reply_to_findings(
    connection: Connection,
    kept: Findings,
    subject_id: UUID,
    said: Sequence[NewReply],
    *,
    user_id: UUID,
    now: datetime,
) -> None:
    """Keep what is said of them. Raises UnknownFinding and FindingAnswered."""
    found = {each.finding_id: each for each in findings_of(connection, kept, subject_id)}
    numbers = Counter(each.finding_id for each in replies_of(connection, kept, subject_id))
    made = []
    for each in said:
        if each.finding_id not in found:
            raise UnknownFinding("finding")
        found[each.finding_id] = found[each.finding_id].replied(each.reply)
        numbers[each.finding_id] += 1
        number = numbers[each.finding_id]
        made.append(FindingReply(each.finding_id, number, each.reply, each.text, user_id, now))
    add_replies(connection, kept, subject_id, made)
