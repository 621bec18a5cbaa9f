"""Caps of use for compliance: what a buyer, and all of them, may still retire in a civil year.

Use means retirement: a unit that is bought is not used, and may serve another use. Counted is the
year of the programme's zone in which units are retired for it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from behaviours.civil_time import civil_day, start_of_day
from behaviours.compliance_terms import ComplianceTerms
from rewards.registry.refusals import ComplianceCapReached
from rewards.registry.unit_classes import COMPLIANCE_OFFSET

BUYER: Final = "buyer"
PROGRAMME: Final = "programme"


class ComplianceUse(NamedTuple):
    """Tonnes that were retired for compliance in a year: by one buyer, and by everybody."""

    buyer_t: int
    programme_t: int


class CivilYear(NamedTuple):
    """A year of the programme's, and the moments between which it lies."""

    year: int
    begins_at: datetime
    ends_at: datetime


class ComplianceCaps(NamedTuple):
    """The caps of one version of the programme, by its years."""

    terms: ComplianceTerms
    zone: ZoneInfo

    def hold_for(self, purpose: str) -> bool:
        """Whether a use of this kind is capped at all."""
        return self.terms.are_stated and purpose == COMPLIANCE_OFFSET.code

    def year_of(self, now: datetime) -> CivilYear:
        """The civil year in which something is retired now."""
        year = civil_day(now, self.zone).year
        begins_at, ends_at = (
            start_of_day(date(each, 1, 1), self.zone) for each in (year, year + 1)
        )
        return CivilYear(year, begins_at, ends_at)

    def check(self, used: ComplianceUse, quantity_t: int, *, buyer_id: UUID, year: int) -> None:
        """Whether ``quantity_t`` more may be retired beside what was ``used`` in the year.

        Raises ComplianceCapReached of the buyer, else of the programme.
        """
        for case, cap_t, used_t in (
            (BUYER, self.terms.of(buyer_id.hex), used.buyer_t),
            (PROGRAMME, self.terms.by_programme, used.programme_t),
        ):
            if cap_t is not None and used_t + quantity_t > cap_t:
                raise ComplianceCapReached(
                    case,
                    pointer="/quantity_t",
                    year=str(year),
                    cap_t=str(cap_t),
                    used_t=str(used_t),
                    left_t=str(max(0, cap_t - used_t)),
                    quantity_t=str(quantity_t),
                )
