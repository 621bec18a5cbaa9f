"""The code that a person shows: 18 digits, one minute, one use; and the voucher's code alike.

The digits mean nothing: what they stand for is kept on the server, so the picture stays small
enough for an old scanner. They begin with 62, outside 10–15 and 25–30, which tills route to
WeChat Pay and Alipay. Only a keyed hash is stored: a stolen table cannot be shown at a till.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Final

PREFIX: Final = "62"
DIGITS: Final = 18
# How many codes there are; a number below it, drawn by chance, becomes one code.
SPACE: Final = 10 ** (DIGITS - len(PREFIX))
VALID_FOR: Final = timedelta(seconds=60)
# An online redemption holds its points and its item for this long, waiting to be fetched.
VOUCHER_VALID_FOR: Final = timedelta(hours=24)


def spell(number: int) -> str:
    """The code of a random number below ``SPACE``."""
    assert 0 <= number < SPACE, number
    return f"{PREFIX}{number:0{DIGITS - len(PREFIX)}d}"


def digest(code: str, key: bytes) -> bytes:
    """What is stored of a code: 16 bytes, useless without the key."""
    return hashlib.blake2b(code.encode(), key=key, person=b"till code", digest_size=16).digest()
