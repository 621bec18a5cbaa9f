"""The code that a person shows: 18 digits, short-lived, one use; and the voucher's code alike.

The digits mean nothing: what they stand for is kept on the server, so the picture stays small
enough for an old scanner. They begin with 62, outside 10–15 and 25–30, which tills route to
WeChat Pay and Alipay. Only a keyed hash is stored: a stolen table cannot be shown at a till.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

PREFIX: Final = "62"
DIGITS: Final = 18
# How many codes there are; a number below it, drawn by chance, becomes one code.
SPACE: Final = 10 ** (DIGITS - len(PREFIX))
# An online redemption holds its points and its item for this long, waiting to be fetched.
VOUCHER_VALID_FOR: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class TillCode:
    """What is stored of a code beside its hash.

    ``offer_id`` None: it buys anything. ``redemption_id`` is what the code redeemed, or the held
    redemption that it fetches.
    """

    participant_id: UUID
    offer_id: UUID | None
    expires_at: datetime
    redemption_id: UUID | None

    def is_shown_to(self, participant_id: UUID, now: datetime) -> bool:
        """Whether its picture may be drawn: for its own person, while it is good."""
        return self.participant_id == participant_id and now < self.expires_at


def digits_of(number: int) -> str:
    """The code of a random number below ``SPACE``."""
    assert 0 <= number < SPACE, number
    return f"{PREFIX}{number:0{DIGITS - len(PREFIX)}d}"


def digest(code: str, key: bytes) -> bytes:
    """What is stored of a code: 16 bytes, useless without the key."""
    return hashlib.blake2b(code.encode(), key=key, person=b"till code", digest_size=16).digest()
