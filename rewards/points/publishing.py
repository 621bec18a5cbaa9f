"""What a policy has to fit at the moment when somebody signs it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from behaviours.civil_time import civil_day
from behaviours.rules.in_force import ProgrammeRulebook
from rewards.points.earning import Policies
from rewards.points.policy_reading import PolicyDocument
from rewards.points.proposed_policy import PaidFor, Publishing


class PublishingRules(NamedTuple):
    """By what a policy is checked: the policies of the programme's own documents, what there is to
    pay for, and how many civil days before it holds it is published."""

    stated: Policies
    rulebook: ProgrammeRulebook
    notice_days: int

    def at(self, now: datetime, published: Sequence[PolicyDocument]) -> Publishing:
        """Beside those that were ``published`` here, for what is signed now."""
        today = civil_day(now, self.rulebook.zone)
        return Publishing(
            [*(each.document for each in self.stated.all()), *published],
            paid_for(self.rulebook),
            today + timedelta(days=self.notice_days),
        )


def paid_for(rulebook: ProgrammeRulebook) -> PaidFor:
    """What there is to pay for: of each behaviour the quantities that every version of its rules
    asks for, because a policy holds whichever of them counts."""
    asked: dict[str, list[frozenset[str]]] = {}
    for version in rulebook.versions():
        asked.setdefault(version.behaviour, []).append(frozenset(version.told.quantities))
    quantities = {
        each.code: frozenset.intersection(*asked[each.code])
        for each in rulebook.behaviours()
        if each.code in asked
    }
    return PaidFor(quantities, frozenset(each.category_code for each in rulebook.behaviours()))
