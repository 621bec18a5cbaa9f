"""Public numbers of complaints: ``TPH-C20261126-48310592-37``, read aloud at a counter.

The prefix is the programme's, then the civil day of filing, eight digits by lot, and the check
digits of ISO 7064 MOD 97-10. By lot, so that nobody reads from a number how many there are.
"""

from __future__ import annotations

import re
import secrets
from datetime import date
from typing import Final

from behaviours.check_digits import check_digits
from behaviours.complaint_refusals import UnknownComplaint

_DIGITS: Final = 8
_SHAPE: Final = re.compile(r"[A-Z][A-Z0-9]{1,7}-C[0-9]{8}-[0-9]{8}-[0-9]{2}", re.ASCII)


def new_number(prefix: str, filed_on: date) -> str:
    """A number by lot; that it is nobody else's is seen when it is written down."""
    body = f"{prefix}-C{filed_on:%Y%m%d}-{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
    return f"{body}-{check_digits(body)}"


def read_number(text: str) -> str:
    """The number that a person wrote, in any case. Raises UnknownComplaint."""
    number = text.strip().upper()
    if _SHAPE.fullmatch(number) is None:
        raise UnknownComplaint("number")
    if number[-2:] != check_digits(number[:-3]):
        raise UnknownComplaint("check_digits")
    return number
