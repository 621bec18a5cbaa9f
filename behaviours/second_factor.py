"""The second factor: six digits of an authenticator, good once, and ten codes on paper.

A code belongs to a step of thirty seconds. Clocks differ, so the step before and the one after are
taken as well; but a step is never taken twice, nor an earlier one after it, so that a code that was
seen over somebody's shoulder is worth nothing once it was used.

Only who has the password can try a code. Whoever tried ten wrong ones one after the other has a
stolen password: then nobody comes in as this user until the password is another. Strangers, who
have none, cannot bring that about.

The last one who acts for the whole programme in a role is not kept out by that: it is their
authenticator that is worth nothing then, until one of their codes on paper has come, which nobody
guesses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import ClassVar, Final
from uuid import UUID

from behaviours.refusal import Malformed

STEP_S: Final = 30
# Steps before and after the present one whose codes are taken.
SKEW: Final = 1
DIGITS: Final = 6
MOST_WRONG: Final = 10
RECOVERY_CODES: Final = 10
# The case of a refusal that a code answers.
CODE_MISSING: Final = "missing"


class SecondFactorRequired(Malformed):
    """The password is right, and this user comes in with a code of an authenticator besides.

    ``missing``: none was sent; ``not_set_up``: this user has no authenticator yet.
    """

    cases = ("missing", "not_set_up")
    oauth_error: ClassVar[str] = "invalid_grant"


class WrongCode(Malformed):
    """The code is none of the authenticator's of this moment, nor an unused recovery code.

    ``used``: it was right and was used before, or a later one was; ``paper``: too many wrong ones
    came, and only a recovery code is good now.
    """

    cases = ("wrong", "used", "paper")
    oauth_error: ClassVar[str] = "invalid_grant"


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """An authenticator of a user: the last step whose code was taken, and wrong codes since."""

    factor_id: UUID
    last_step: int
    wrong_codes: int = 0

    def take(self, step: int | None) -> SecondFactor | WrongCode:
        """The factor once the code of ``step`` was shown; None: the code is of no step near now."""
        if step is None:
            return WrongCode("wrong")
        if step <= self.last_step:
            return WrongCode("used")
        return replace(self, last_step=step, wrong_codes=0)

    def recovered(self) -> SecondFactor:
        """The factor once a recovery code took its place."""
        return replace(self, wrong_codes=0)

    def after_wrong(self) -> SecondFactor:
        """The factor after a code that was not taken."""
        return replace(self, wrong_codes=self.wrong_codes + 1)

    @property
    def is_tried_too_often(self) -> bool:
        """Whether somebody who has the password goes on guessing."""
        return self.wrong_codes >= MOST_WRONG
