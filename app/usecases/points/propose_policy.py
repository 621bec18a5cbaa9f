"""Propose a points policy, which the proposer has signed with that."""

from __future__ import annotations

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.points.policies import add_policy, all_policies, lock_policies, sign_policy_by
from behaviours.viewer import Viewer
from rewards.points.proposed_policy import ProposedPolicy, sent_policy
from rewards.points.publishing import PublishingRules


def propose_policy(
    connection: Connection, text: str, rules: PublishingRules, *, by: Viewer, clock: Clock
) -> tuple[ProposedPolicy, list[str]]:
    """The proposal, and whose signatures it awaits.

    The same document that waits already is signed. Raises InvalidPolicy and SamePersonTwice.
    """
    lock_policies(connection)
    now, known = clock.now(), all_policies(connection)
    published = [each.document for each in known if each.published_at is not None]
    document = sent_policy(text, rules.at(now, published))
    one = next((each for each in known if each.document.digest == document.digest), None)
    if one is None:
        one = ProposedPolicy(new_id(), document, now)
        add_policy(connection, one)
    return sign_policy_by(connection, one, by=by, now=now)
