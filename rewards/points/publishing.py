"""What a policy has to fit at the moment when somebody signs it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from behaviours.civil_time import civil_day
from rewards.points.earning import Policies
from rewards.points.policy_reading import PolicyDocument
from rewards.points.proposed_policy import PaidFor, Publishing


class PublishingRules(NamedTuple):
    """By what a policy is checked: the policies of the programme's own documents, what there is to
    pay for, and how many civil days before it holds it is published."""

    stated: Policies
    paid_for: PaidFor
    zone: tzinfo
    notice_days: int

    def at(self, now: datetime, published: Sequence[PolicyDocument]) -> Publishing:
        """Beside those that were ``published`` here, for what is signed now."""
        today = civil_day(now, self.zone)
        return Publishing(
            [*(each.document for each in self.stated.all()), *published],
            self.paid_for,
            today + timedelta(days=self.notice_days),
        )
