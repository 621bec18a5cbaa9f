"""New passwords: long enough, and none that a guesser tries first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from zxcvbn import zxcvbn

from behaviours.one_time_links import PasswordTooEasy, check_length

# As many guesses as somebody without the hash, who is slowed down, never makes.
LEAST_GUESSES: Final = 10**9
# The estimate reads no further.
_READ: Final = 72


def check_password(password: str, own_names: Sequence[str], *, pointer: str) -> None:
    """Refuse a password that is short, common, or made of the user's own names.

    Which characters it has is free. Raises PasswordTooShort and PasswordTooEasy.
    """
    check_length(password, pointer=pointer)
    estimate = zxcvbn(password[:_READ], user_inputs=[name for name in own_names if name])
    if estimate["guesses"] < LEAST_GUESSES:
        raise PasswordTooEasy(pointer=pointer)
