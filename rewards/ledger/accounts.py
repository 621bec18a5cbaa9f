"""The kinds of transfer in the points book, and the two accounts that each one touches.

One transfer moves an amount from the credited to the debited account, so a book of transfers
cannot be unbalanced. The accounts, seen from one person's shelf of the book:

* ``participant``: what the person has (available and pending). Equals the sum of their lots.
* ``held``: set aside for a redemption that is not finished.
* ``debt``: what the person owes after a clawback that found too little; paid by later awards.
* ``issuance``: where points come from, and where taken-back points return.
* ``merchant:<hex>``: what the person spent at one merchant.
* ``expired``: what was not used in time.
"""

from __future__ import annotations

from typing import Final
from uuid import UUID

PARTICIPANT: Final = "participant"
HELD: Final = "held"
DEBT: Final = "debt"
ISSUANCE: Final = "issuance"
EXPIRED: Final = "expired"

AWARD: Final = "award"
HOLD: Final = "hold"
RELEASE: Final = "release"
SPEND: Final = "spend"
REFUND: Final = "refund"
CLAWBACK: Final = "clawback"
OWE: Final = "owe"
RECOVER: Final = "recover"
EXPIRE: Final = "expire"

# kind: (debit account, credit account). The debited account receives.
SIDES: Final[dict[str, tuple[str, str]]] = {
    AWARD: (PARTICIPANT, ISSUANCE),
    HOLD: (HELD, PARTICIPANT),
    RELEASE: (PARTICIPANT, HELD),
    CLAWBACK: (ISSUANCE, PARTICIPANT),
    # The person's debt account goes below zero by what a clawback could not find.
    OWE: (ISSUANCE, DEBT),
    RECOVER: (DEBT, PARTICIPANT),
    EXPIRE: (EXPIRED, PARTICIPANT),
}


def merchant_account(merchant_id: UUID) -> str:
    return f"merchant:{merchant_id.hex}"


def spend_sides(merchant_id: UUID, *, from_held: bool) -> tuple[str, str]:
    """A capture takes from the person, or from what was held for it before."""
    return merchant_account(merchant_id), HELD if from_held else PARTICIPANT


def refund_sides(merchant_id: UUID) -> tuple[str, str]:
    """A reversal gives back to the person; never to ``held``, which is finished by then."""
    return PARTICIPANT, merchant_account(merchant_id)
