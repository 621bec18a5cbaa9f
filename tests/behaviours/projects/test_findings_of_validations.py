"""Findings: raised, answered, and closed or raised anew; only a FAR is kept for later."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from behaviours.projects.finding import (
    FINDING_KINDS,
    REPLIES,
    FindingAnswered,
    FindingOpen,
    ProjectFinding,
    check_settled,
)

NOW = datetime(2027, 3, 1, tzinfo=UTC)
ALLOWED = {
    ("raised", "answered"), ("answered", "raised"), ("answered", "closed"),
    ("raised", "kept"), ("answered", "kept"),
}  # fmt: skip


def a_finding(kind: str, state: str) -> ProjectFinding:
    return ProjectFinding(UUID(int=1), UUID(int=2), 1, kind, "B.4", "x", UUID(int=3), NOW, state)


@pytest.mark.parametrize("kind", FINDING_KINDS)
@pytest.mark.parametrize("state", ["raised", "answered", "closed", "kept"])
@pytest.mark.parametrize("reply", REPLIES)
def test_each_reply_has_the_states_that_it_starts_from(kind: str, state: str, reply: str) -> None:
    finding = a_finding(kind, state)
    if (state, reply) in ALLOWED and (reply != "kept" or kind == "FAR"):
        assert finding.replied(reply).state == reply
        return
    with pytest.raises(FindingAnswered):
        finding.replied(reply)


def test_nothing_is_settled_while_a_finding_is_open() -> None:
    settled = [a_finding("CAR", "closed"), a_finding("FAR", "kept")]
    check_settled(settled)
    for state in ("raised", "answered"):
        with pytest.raises(FindingOpen) as refused:
            check_settled([*settled, a_finding("CL", state)])
        assert refused.value.facts["findings"] == 1
