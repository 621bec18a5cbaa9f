"""What was taken back of a sale, by whom and why: the person and the merchant both read it.

A till takes back what it sold, and may say why. While its merchant is stopped somebody of the
programme does it in the merchant's place, and has to say why.

One person of the programme is enough while the bill of the sale's day cannot be drawn: until then
nobody was told what the day comes to, and the points only go back to where they came from. From
then on the money is settled: that the merchant owes some of it back, two people of two roles say.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from rewards.points.refund import WhyTakenBack
from rewards.reference import REVERSING, Reference, reference


class SaleTakenBack(NamedTuple):
    """Items that were taken back at one time."""

    at: datetime
    quantity: int
    points: int
    why: WhyTakenBack


def refund_reference(
    merchant_id: UUID,
    out_refund_no: str,
    out_request_no: str,
    quantity: int | None,
    why: WhyTakenBack,
) -> Reference:
    """The merchant's number of a refund, which stands for exactly this one."""
    return reference(REVERSING, merchant_id, out_refund_no, out_request_no, quantity, *why.said)
