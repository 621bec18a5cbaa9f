"""The carbon book: where every milligram that left the pool is, by methodology family and vintage.

The pool itself is not posted into: it is the live reductions that are in no sealed bundle, and
sealing takes them out of it. So the account ``pool`` shows what was sealed, and ::

    recorded = (recorded - reversed - sealed) + bundled + carried + reserve + withdrawn + reversed

where ``bundled`` is ``units`` and every ``bundle:...`` together. What entered a bundle and is not
frozen yet is still of the pool, because it can still be taken out. What projects reduce was never
in the pool: ``projects`` shows what was verified of them, which is recorded beside the actions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from rewards.ledger.chart import AccountType, Chart, Side, keyed
from rewards.ledger.posting import Posting

POOL: Final = "pool"
PROJECTS: Final = "projects"
BUNDLE: Final = "bundle:"
UNITS: Final = "units"
CARRY: Final = "carry:"
RESERVE: Final = "reserve"
WITHDRAWN: Final = "withdrawn"
REVERSED_AFTER_ISSUE: Final = "reversed_after_issue"

SEAL: Final = "seal"
CREDIT: Final = "credit"
CARRY_IN: Final = "carry_in"
CARRY_OUT: Final = "carry_out"
WITHDRAW: Final = "withdraw"
KEEP: Final = "keep"
ISSUE: Final = "issue"
MAKE_GOOD: Final = "make_good"
REPLACE: Final = "replace"
HAND_OVER: Final = "hand_over"

CHART: Final = Chart(
    book="carbon",
    unit="mg CO2e",
    accounts=(
        AccountType(POOL, Side.CREDIT, "taken out of the pool by sealing"),
        AccountType(PROJECTS, Side.CREDIT, "verified of projects' monitoring periods"),
        AccountType(BUNDLE, Side.DEBIT, "in one bundle, sealed or carried in, and not yet issued"),
        AccountType(UNITS, Side.DEBIT, "numbered tonnes that were issued for sale, or handed over"),
        AccountType(CARRY, Side.DEBIT, "below a tonne, waiting for the next bundle of its class"),
        AccountType(RESERVE, Side.DEBIT, "the stated share behind sold units"),
        AccountType(WITHDRAWN, Side.DEBIT, "deducted by a verifier; credited to nobody, ever"),
        AccountType(
            REVERSED_AFTER_ISSUE,
            Side.DEBIT,
            "taken back after the freeze, out of the reserve or of units cancelled for it",
        ),
    ),
    kinds={
        SEAL: ((BUNDLE, POOL),),
        CREDIT: ((BUNDLE, PROJECTS),),
        CARRY_IN: ((BUNDLE, CARRY),),
        # At the issue, and when a bundle that had carried something in is cancelled.
        CARRY_OUT: ((CARRY, BUNDLE),),
        WITHDRAW: ((WITHDRAWN, BUNDLE),),
        KEEP: ((RESERVE, BUNDLE),),
        ISSUE: ((UNITS, BUNDLE),),
        MAKE_GOOD: ((REVERSED_AFTER_ISSUE, RESERVE),),
        REPLACE: ((REVERSED_AFTER_ISSUE, UNITS),),
        HAND_OVER: ((UNITS, RESERVE),),
    },
)


class CarbonPosting(NamedTuple):
    """A posting of one bundle, and the family and vintage that the milligrams are of."""

    posting: Posting
    family: str
    vintage: int


@dataclass(frozen=True, slots=True)
class BundleBook:
    """Whose postings are made: one bundle, its class, and the family and vintage of its mass.

    Every method gives the postings to write; an amount of zero gives none.
    """

    bundle_id: UUID
    unit_class: str
    family: str
    vintage: int
    # Of a project: what it carries is its own.
    project_id: UUID | None = None

    @property
    def carry(self) -> str:
        """Where its remainder waits: for the next of its class, or of its project."""
        if self.project_id is not None:
            return keyed(CARRY, self.project_id)
        return carry_account(self.unit_class)

    def credit(self, mg: int) -> list[CarbonPosting]:
        """What was verified of a project comes in."""
        return self._postings(CREDIT, bundle_account(self.bundle_id), PROJECTS, mg)

    def seal(self, mg_by_family: Mapping[str, int]) -> list[CarbonPosting]:
        """What was recounted leaves the pool, each methodology's mass under its own family."""
        account = bundle_account(self.bundle_id)
        return [
            posting
            for family, mg in mg_by_family.items()
            for posting in self._postings(SEAL, account, POOL, mg, family)
        ]

    def carry_in(self, mg: int) -> list[CarbonPosting]:
        """The remainder that waited for a bundle of this class comes in."""
        sides = bundle_account(self.bundle_id), self.carry
        return self._postings(CARRY_IN, *sides, mg)

    def carry_back(self, mg: int) -> list[CarbonPosting]:
        """A bundle that is not sealed returns the remainder that it had carried in."""
        return self._to(CARRY_OUT, self.carry, mg)

    def issue(
        self, *, deducted_mg: int, reserve_mg: int, units_mg: int, carried_out_mg: int
    ) -> list[CarbonPosting]:
        """A sealed bundle's mass goes where its issue puts it; its own account is empty then."""
        return [
            *self._to(WITHDRAW, WITHDRAWN, deducted_mg),
            *self._to(KEEP, RESERVE, reserve_mg),
            *self._to(ISSUE, UNITS, units_mg),
            *self._to(CARRY_OUT, self.carry, carried_out_mg),
        ]

    def make_good(self, mg: int) -> list[CarbonPosting]:
        """What was taken back after the freeze comes out of the reserve, as far as it reaches."""
        return self._postings(MAKE_GOOD, REVERSED_AFTER_ISSUE, RESERVE, mg)

    def hand_over(self, reserve_mg: int) -> list[CarbonPosting]:
        """The reserve that went with its units to another registry covers nothing here."""
        return self._postings(HAND_OVER, UNITS, RESERVE, reserve_mg)

    def replace(self, mg: int, *, family: str, vintage: int) -> list[CarbonPosting]:
        """What it lacks comes out of units that were cancelled for it, of their own vintage."""
        posting = CHART.posting(REPLACE, REVERSED_AFTER_ISSUE, UNITS, mg, self.bundle_id)
        return [CarbonPosting(posting, family, vintage)]

    def _to(self, kind: str, account: str, mg: int) -> list[CarbonPosting]:
        return self._postings(kind, account, bundle_account(self.bundle_id), mg)

    def _postings(
        self, kind: str, debit: str, credit: str, mg: int, family: str | None = None
    ) -> list[CarbonPosting]:
        if mg == 0:
            return []
        posting = CHART.posting(kind, debit, credit, mg, self.bundle_id)
        return [CarbonPosting(posting, family or self.family, self.vintage)]


def bundle_account(bundle_id: UUID) -> str:
    """Where a bundle's mass is until its units are issued."""
    return keyed(BUNDLE, bundle_id)


def carry_account(unit_class: str) -> str:
    """Where remainders of a class wait: one never gets a better class by being carried."""
    return f"{CARRY}{unit_class}"
