"""How long things last that concern a person, as a version of the programme states it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from behaviours.document import Part

# What holds where a version does not state it.
CLAWBACK_MONTHS = 24
DEBT_MONTHS = 24
TOMBSTONE_MONTHS = 24
IDENTITY_NOTICE_DAYS = 7
# PIPL art. 31: under 14 a guardian agrees. Nobody is made to have one who is of age.
GUARDIAN_UNTIL_AGE = 14
MAJORITY = 18
_OPTIONAL = ("identity_notice_days", "guardian_until_age", "guardian_redeems")


@dataclass(frozen=True, slots=True)
class PeoplesTerms:
    """How long things last that concern a person.

    A reversal that comes later than ``clawback_months`` after the action takes no points; a debt
    older than ``debt_months`` is written off; what a person who left has used of caps and limits,
    and owes, is kept for ``tombstone_months``; before another identity leads to an account, its
    person has ``identity_notice`` to object. Under ``guardian_until_age`` years a guardian decides;
    whether she may show codes for the child's points, ``guardian_redeems`` says.
    """

    clawback_months: int = CLAWBACK_MONTHS
    debt_months: int = DEBT_MONTHS
    tombstone_months: int = TOMBSTONE_MONTHS
    identity_notice: timedelta = timedelta(days=IDENTITY_NOTICE_DAYS)
    guardian_until_age: int = GUARDIAN_UNTIL_AGE
    guardian_redeems: bool = False


def read_peoples_terms(part: Part | None) -> PeoplesTerms:
    """The terms of a version; raises DocumentError."""
    if part is None:
        return PeoplesTerms()
    part.only("clawback_months", "debt_months", "tombstone_months", *_OPTIONAL)
    notice, age, redeems = (part.maybe(name) for name in _OPTIONAL)
    return PeoplesTerms(
        clawback_months=part.at("clawback_months").whole(240),
        debt_months=part.at("debt_months").whole(240),
        tombstone_months=part.at("tombstone_months").whole(240),
        identity_notice=timedelta(days=notice.whole(90) if notice else IDENTITY_NOTICE_DAYS),
        guardian_until_age=(
            age.whole(MAJORITY, least=GUARDIAN_UNTIL_AGE) if age else GUARDIAN_UNTIL_AGE
        ),
        guardian_redeems=redeems is not None and redeems.one_of("yes", "no") == "yes",
    )
