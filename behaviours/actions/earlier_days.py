"""Earlier days: how the actions of the same claim on the days before one are found."""

from __future__ import annotations

from datetime import date, timedelta

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.action import ClaimKey


def earlier_days(accepted: AcceptedAction, days: int, secret: bytes) -> list[tuple[date, bytes]]:
    """The digests that the action's daily claim would have had on the days before it."""
    today = accepted.occurred_on.isoformat()
    daily = [
        claim
        for rule, claim in zip(accepted.version.trust.claims, accepted.claims, strict=True)
        if rule.per_day
    ]
    if not daily:
        # Without a claim of the day other days cannot be found; the rule sees none.
        return []
    found = []
    for back in range(1, days + 1):
        day = accepted.occurred_on - timedelta(days=back)
        for value in (daily[0].value, *daily[0].former):
            claim = ClaimKey(daily[0].kind, value.removesuffix(today) + day.isoformat())
            found.append((day, claim.digest(secret)))
    return found
