"""Why points came back of something that was taken back: the person and the merchant read it.

A till takes back what it sold, and may say why. While its merchant is stopped somebody of the
programme does it in the merchant's place, and has to say why.
"""

from __future__ import annotations

from typing import Final, NamedTuple
from uuid import UUID

GROUNDS: Final = (
    "goods_returned", "not_handed_over", "wrong_item", "charged_twice", "wrong_person",
    "till_fault",
)  # fmt: skip
MERCHANT, PROGRAMME = WHO = ("merchant", "programme")


class WhyTakenBack(NamedTuple):
    """Who takes back, None: the merchant's own till; and why, as a ground and in words.

    ``cashier_id`` is who stood at that till, None: the merchant's own program; people are not told.
    """

    reason_code: str | None = None
    reason: str | None = None
    by: UUID | None = None
    cashier_id: UUID | None = None

    @property
    def who(self) -> str:
        """Of ``WHO``, as people and merchants are told."""
        return MERCHANT if self.by is None else PROGRAMME

    @property
    def said(self) -> tuple[str, ...]:
        """What was said; a till that says nothing is as it always was."""
        return tuple(each for each in (self.reason_code, self.reason) if each is not None)


BY_TILL: Final = WhyTakenBack()
