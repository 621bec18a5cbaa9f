"""Codes of an authenticator (TOTP, RFC 6238), and the codes on paper that take their place.

The secret of an authenticator is made from its id by a key of the programme and kept nowhere: who
reads the database learns no code. The key comes from the one that never changes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from pyotp import TOTP

from behaviours.second_factor import DIGITS, RECOVERY_CODES, SKEW, STEP_S
from behaviours.users import User

# 160 bits, as RFC 4226 recommends, and every authenticator takes.
_SECRET_BYTES: Final = 20
_GROUP: Final = 4
# 80 bits each: what is random needs no slow hash.
_RECOVERY_BYTES: Final = 10


class FactorTerms(NamedTuple):
    """Whether everybody who acts for the programme or an organisation comes in with a second
    factor, and the key that authenticators are made by.

    Whoever is invited to act for the programme needs one whatever is ``required``, in test mode
    too: theirs is one of the two signatures of a step that takes two.
    """

    required: bool
    identity_key: bytes

    def to_join(self, user: User) -> bool:
        """Whether this user, who comes in by a link, sets an authenticator up."""
        return self.required or user.acts_for_programme


class GivenCode(NamedTuple):
    """A code as it was sent, None where none was, and by which terms it is looked at."""

    code: str | None
    terms: FactorTerms


def authenticator(factor_id: UUID, identity_key: bytes) -> TOTP:
    """The authenticator with this id."""
    key = hmac.digest(identity_key, b"second factors", hashlib.sha256)
    made = hmac.digest(key, factor_id.bytes, hashlib.sha256)[:_SECRET_BYTES]
    return TOTP(base64.b32encode(made).decode(), digits=DIGITS, interval=STEP_S)


def step_of(code: str, totp: TOTP, at: datetime) -> int | None:
    """The step near ``at`` that the code belongs to; None: it belongs to none."""
    if not is_of_authenticator(code):
        return None
    present = int(at.timestamp()) // STEP_S
    steps = range(present - SKEW, present + SKEW + 1)
    # Every one is looked at, so that the time it takes tells nothing.
    fitting = [step for step in steps if hmac.compare_digest(totp.generate_otp(step), code.strip())]
    return max(fitting, default=None)


def is_of_authenticator(code: str) -> bool:
    """Whether a code has the form of an authenticator's, rather than of a recovery code."""
    plain = code.strip()
    return len(plain) == DIGITS and plain.isascii() and plain.isdigit()


def new_recovery_codes() -> list[str]:
    """Fresh codes, shown to their owner this once."""
    return [_grouped(secrets.token_bytes(_RECOVERY_BYTES)) for _ in range(RECOVERY_CODES)]


def recovery_digest(code: str, user_id: UUID) -> bytes:
    """How a recovery code is kept; blanks, dashes and capitals make no difference."""
    plain = "".join(each for each in code.casefold() if each.isalnum())
    return hashlib.sha256(user_id.bytes + plain.encode("utf-8", "replace")).digest()


def _grouped(made: bytes) -> str:
    text = base64.b32encode(made).decode().lower()
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))
