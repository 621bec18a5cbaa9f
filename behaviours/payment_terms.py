"""What the programme states of buyers' payments, in bank days: its working days.

Nothing is done where a version does not state it: ordered units are kept for its minutes, and what
was paid waits until somebody confirms it or calls it off, as it always did. No document states a
figure; each is the programme's choice.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from behaviours.document import Part

_MOST_DAYS: Final = 365


class PaymentTerms(NamedTuple):
    """How long a buyer has to pay, instead of minutes; when it is said that nobody confirmed a
    payment, and when its trade ends without that. None: not so, and never."""

    pay_within_bank_days: int | None = None
    alarm_after_bank_days: int | None = None
    confirm_within_bank_days: int | None = None


UNSTATED: Final = PaymentTerms()


def read_payment_terms(part: Part | None) -> PaymentTerms:
    """The terms of a version; what it leaves out is not done. Raises DocumentError."""
    if part is None:
        return UNSTATED
    part.only(*PaymentTerms._fields)
    stated = (part.maybe(name) for name in PaymentTerms._fields)
    return PaymentTerms(*(each.whole(_MOST_DAYS) if each else None for each in stated))
