"""The points book: its chart, and a constructor for every kind of posting.

It is kept person by person: the accounts below are those of one person's part of the book, except
that ``issuance``, ``expired`` and the merchants' are read over everybody as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import UUID

from rewards.ledger.chart import AccountType, Chart, Side, Sides, keyed
from rewards.ledger.posting import Posting

PARTICIPANT: Final = "participant"
HELD: Final = "held"
DEBT: Final = "debt"
ISSUANCE: Final = "issuance"
MERCHANT: Final = "merchant:"
EXPIRED: Final = "expired"
WRITTEN_OFF: Final = "written_off"
CARRIED: Final = "carried"
BUDGET: Final = "budget:"
SPONSOR: Final = "sponsor:"
ADJUSTED: Final = "adjusted"

AWARD: Final = "award"
HOLD: Final = "hold"
RELEASE: Final = "release"
SPEND: Final = "spend"
REFUND: Final = "refund"
CLAWBACK: Final = "clawback"
OWE: Final = "owe"
RECOVER: Final = "recover"
EXPIRE: Final = "expire"
WRITE_OFF: Final = "write_off"
CARRY: Final = "carry"
FUND: Final = "fund"
RETURN: Final = "return"
ADJUST: Final = "adjust"

CHART: Final = Chart(
    book="points",
    unit="points",
    accounts=(
        AccountType(
            PARTICIPANT, Side.DEBIT, "what people have, available and pending; the sum of lots"
        ),
        AccountType(HELD, Side.DEBIT, "set aside for redemptions that are not finished"),
        # Clawed back and spent before: read as what is owed, so it rises by its credits.
        AccountType(DEBT, Side.CREDIT, "spent of what was clawed back; paid by what comes next"),
        AccountType(ISSUANCE, Side.CREDIT, "awarded and not taken back"),
        AccountType(MERCHANT, Side.DEBIT, "spent at one merchant"),
        AccountType(EXPIRED, Side.DEBIT, "not used in time, and not taken back since"),
        AccountType(CARRIED, Side.CREDIT, "owed by who left, until they come back"),
        AccountType(WRITTEN_OFF, Side.CREDIT, "owed for too long, and let go"),
        AccountType(ADJUSTED, Side.CREDIT, "given by hand by two people, less what they took"),
        AccountType(BUDGET, Side.DEBIT, "what one budget has left to be awarded"),
        AccountType(SPONSOR, Side.CREDIT, "put into budgets by one sponsor and not returned"),
    ),
    kinds={
        # What a budget covers is awarded from it, and all else by the programme.
        AWARD: ((PARTICIPANT, ISSUANCE), (PARTICIPANT, BUDGET)),
        HOLD: ((HELD, PARTICIPANT),),
        RELEASE: ((PARTICIPANT, HELD),),
        # A capture takes from the person, or from what was held for it before.
        SPEND: ((MERCHANT, PARTICIPANT), (MERCHANT, HELD)),
        # A reversal returns to the person; never to what was held, which is finished by then.
        REFUND: ((PARTICIPANT, MERCHANT),),
        # What expired unspent is taken back from where it went; the person loses it once. A budget
        # has all of it back at once, also what the person owes.
        CLAWBACK: (
            (ISSUANCE, PARTICIPANT),
            (ISSUANCE, EXPIRED),
            (BUDGET, PARTICIPANT),
            (BUDGET, EXPIRED),
        ),
        OWE: ((ISSUANCE, DEBT), (BUDGET, DEBT)),
        RECOVER: ((DEBT, PARTICIPANT),),
        EXPIRE: ((EXPIRED, PARTICIPANT),),
        WRITE_OFF: ((DEBT, WRITTEN_OFF),),
        # A debt leaves with the person, and comes back with them.
        CARRY: ((DEBT, CARRIED), (CARRIED, DEBT)),
        ADJUST: ((PARTICIPANT, ADJUSTED), (ADJUSTED, PARTICIPANT)),
        # Between a sponsor and its budget; nobody's part of the book is touched.
        FUND: ((BUDGET, SPONSOR),),
        RETURN: ((SPONSOR, BUDGET),),
    },
)
# The kinds that a person's part of the book has.
OF_PEOPLE: Final = tuple(kind for kind in CHART.kinds if kind not in (FUND, RETURN))
# The two accounts of each kind that has no choice of them, ready to be written as they are; of an
# award, a clawback and what is owed those without a budget.
SIDES: Final[dict[str, Sides]] = {
    kind: CHART.kinds[kind][0] for kind in OF_PEOPLE if kind not in (SPEND, REFUND, ADJUST)
}
# The sponsor of what the programme itself puts up.
PROGRAMME_SPONSOR: Final = f"{SPONSOR}programme"


def merchant_account(merchant_id: UUID) -> str:
    """Where the points that were spent at one merchant are."""
    return keyed(MERCHANT, merchant_id)


def budget_account(budget_id: UUID) -> str:
    """What one budget has left to be awarded."""
    return keyed(BUDGET, budget_id)


def budget_of(account: str) -> UUID:
    """The budget whose account this is."""
    return UUID(hex=account.removeprefix(BUDGET))


def awarded_from(budget_id: UUID | None) -> str:
    """The account that an award is taken from: a budget's, or the programme's issuance."""
    return ISSUANCE if budget_id is None else budget_account(budget_id)


def sponsor_account(organisation_id: UUID | None) -> str:
    """What a sponsor put into budgets; None is the programme."""
    return PROGRAMME_SPONSOR if organisation_id is None else keyed(SPONSOR, organisation_id)


def fund(budget_id: UUID, sponsor_id: UUID | None, points: int) -> Posting:
    """Points that a sponsor puts into its budget."""
    sides = budget_account(budget_id), sponsor_account(sponsor_id)
    return CHART.posting(FUND, *sides, points, budget_id)


def return_rest(budget_id: UUID, sponsor_id: UUID | None, points: int) -> Posting:
    """Points of a closed budget that go back to its sponsor."""
    sides = sponsor_account(sponsor_id), budget_account(budget_id)
    return CHART.posting(RETURN, *sides, points, budget_id)


def change_of(account: str, debit_account: str, credit_account: str, points: int) -> int:
    """By how much a transfer raises an account; debt counts what is owed, so owing raises it."""
    return CHART.change_of(account, debit_account, credit_account, points)


class LotUse(NamedTuple):
    """A change of one lot by one transfer: negative taken from it, positive put into it."""

    lot_id: UUID
    points: int


@dataclass(frozen=True, slots=True)
class PointsPosting:
    """A posting to one person's part of the points book, and the lots that it touches.

    What the lots gain is what the person gains: both are written together or not at all.
    """

    participant_id: UUID
    transfer_id: UUID
    posting: Posting
    uses: tuple[LotUse, ...] = ()

    def __post_init__(self) -> None:
        assert _total(self.uses) == self.change_of(PARTICIPANT), self

    @property
    def points(self) -> int:
        return self.posting.amount

    def change_of(self, account: str) -> int:
        """By how much the person's ``account`` rises; see ``change_of``."""
        posted = self.posting
        return change_of(account, posted.debit_account, posted.credit_account, posted.amount)


@dataclass(frozen=True, slots=True)
class PersonsPoints:
    """Whose points move, and what for; each method is one kind of posting.

    ``reference_id`` is the redemption, action or lot that the postings of one event share.
    """

    participant_id: UUID
    reference_id: UUID
    # Where an award came from, and goes when it is taken back.
    source: str = ISSUANCE

    def award(self, transfer_id: UUID, uses: Sequence[LotUse]) -> PointsPosting:
        """Points for an action, put into lots."""
        sides = (PARTICIPANT, self.source)
        return self._posting(AWARD, sides, transfer_id, abs(_total(uses)), uses)

    def hold(self, transfer_id: UUID, uses: Sequence[LotUse]) -> PointsPosting:
        """Points taken from lots and set aside for a redemption."""
        return self._by_lots(HOLD, transfer_id, uses)

    def release(self, transfer_id: UUID, uses: Sequence[LotUse]) -> PointsPosting:
        """Points that were set aside, returned to their lots."""
        return self._by_lots(RELEASE, transfer_id, uses)

    def spend(self, transfer_id: UUID, merchant_id: UUID, uses: Sequence[LotUse]) -> PointsPosting:
        """From the person's lots to a merchant."""
        sides = (merchant_account(merchant_id), PARTICIPANT)
        return self._posting(SPEND, sides, transfer_id, abs(_total(uses)), uses)

    def spend_held(self, transfer_id: UUID, merchant_id: UUID, points: int) -> PointsPosting:
        """From what was held to a merchant; the lots paid when it was held."""
        return self._posting(SPEND, (merchant_account(merchant_id), HELD), transfer_id, points)

    def refund(self, transfer_id: UUID, merchant_id: UUID, uses: Sequence[LotUse]) -> PointsPosting:
        """From a merchant back to the lots that paid."""
        sides = (PARTICIPANT, merchant_account(merchant_id))
        return self._posting(REFUND, sides, transfer_id, abs(_total(uses)), uses)

    def adjust(self, transfer_id: UUID, uses: Sequence[LotUse]) -> PointsPosting:
        """Points given by hand, put into lots, or taken by hand from them."""
        points = _total(uses)
        sides = (PARTICIPANT, ADJUSTED) if points > 0 else (ADJUSTED, PARTICIPANT)
        return self._posting(ADJUST, sides, transfer_id, abs(points), uses)

    def claw_back(self, transfer_id: UUID, uses: Sequence[LotUse]) -> PointsPosting:
        """Points of a reversed action, as far as its lot still holds any."""
        sides = (self.source, PARTICIPANT)
        return self._posting(CLAWBACK, sides, transfer_id, abs(_total(uses)), uses)

    def claw_back_expired(self, transfer_id: UUID, points: int) -> PointsPosting:
        """Points of a reversed action that expired unspent: nobody has them, nobody owes them."""
        return self._posting(CLAWBACK, (self.source, EXPIRED), transfer_id, points)

    def owe(self, transfer_id: UUID, points: int) -> PointsPosting:
        """What was spent of a reversed action's points."""
        return self._posting(OWE, (self.source, DEBT), transfer_id, points)

    def recover(self, transfer_id: UUID, uses: Sequence[LotUse]) -> PointsPosting:
        """An old debt paid from lots."""
        return self._by_lots(RECOVER, transfer_id, uses)

    def expire(self, transfer_id: UUID, uses: Sequence[LotUse]) -> PointsPosting:
        """Points that were not used in time."""
        return self._by_lots(EXPIRE, transfer_id, uses)

    def write_off(self, transfer_id: UUID, points: int) -> PointsPosting:
        """A debt that is older than the programme lets debts be."""
        return self._posting(WRITE_OFF, SIDES[WRITE_OFF], transfer_id, points)

    def carry_out(self, transfer_id: UUID, points: int) -> PointsPosting:
        """A debt of somebody who leaves."""
        return self._posting(CARRY, (DEBT, CARRIED), transfer_id, points)

    def carry_in(self, transfer_id: UUID, points: int) -> PointsPosting:
        """The debt of somebody who left and comes back."""
        return self._posting(CARRY, (CARRIED, DEBT), transfer_id, points)

    def _by_lots(self, kind: str, transfer_id: UUID, uses: Sequence[LotUse]) -> PointsPosting:
        return self._posting(kind, SIDES[kind], transfer_id, abs(_total(uses)), uses)

    def _posting(
        self,
        kind: str,
        sides: Sides,
        transfer_id: UUID,
        points: int,
        uses: Sequence[LotUse] = (),
    ) -> PointsPosting:
        posting = CHART.posting(kind, *sides, points, self.reference_id)
        return PointsPosting(self.participant_id, transfer_id, posting, tuple(uses))


def _total(uses: Sequence[LotUse]) -> int:
    return sum(use.points for use in uses)
