"""Sign a proposed points policy; the second person, of the other role, publishes it."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.points.policies import all_policies, lock_policies, sign_policy_by
from behaviours.viewer import Viewer
from rewards.points.proposed_policy import (
    PolicyPublished,
    ProposedPolicy,
    UnknownPolicy,
    check_publishable,
)
from rewards.points.publishing import PublishingRules


def sign_policy(
    connection: Connection, policy_id: UUID, rules: PublishingRules, *, by: Viewer, clock: Clock
) -> tuple[ProposedPolicy, list[str]]:
    """The policy, and whose signatures it still awaits; with none it is announced.

    Raises UnknownPolicy, PolicyPublished, InvalidPolicy where it can hold from its first day no
    more, and SamePersonTwice.
    """
    lock_policies(connection)
    now, known = clock.now(), all_policies(connection)
    found = next((each for each in known if each.policy_id == policy_id), None)
    if found is None:
        raise UnknownPolicy("proposed_policy")
    if found.published_at is not None:
        raise PolicyPublished
    published = [each.document for each in known if each.published_at is not None]
    # Days went by, and others were published since it was proposed.
    check_publishable(found, rules.at(now, published))
    return sign_policy_by(connection, found, by=by, now=now)
