"""Who complains without an account: by number and secret, of what needs no account.

Nobody is looked up by what they say of themselves, so no answer tells whether somebody has an
account. Where they can be reached lies sealed under a key of the complaint's own.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from behaviours.complaints import OBJECTION, OTHER, PERSONAL_DATA, POINTS, REDEMPTION, About
from behaviours.refusal import Conflict, Unknown
from behaviours.viewer import Viewer

# What can be answered without knowing whose account it is about.
KINDS_WITHOUT_ACCOUNT: Final = (REDEMPTION, POINTS, PERSONAL_DATA, OTHER, OBJECTION)


class ComplaintNeedsAccount(Conflict):
    """An action is credited to an account, so only its person can complain about it."""


class ComplaintSecretWrong(Unknown):
    """No complaint has this number and this secret; which of them is wrong is not told."""


class ContactData(NamedTuple):
    """How somebody wants to be called and reached; both may be left out."""

    name: str | None = None
    reach: str | None = None

    def told_to(self, viewer: Viewer, *, whose: Viewer) -> ContactData | None:
        """The same for who complained and for who answers for the programme; others answer by the
        complaint itself, and need not know."""
        return self if viewer.sees_all or viewer == whose else None


def check_without_account(about: About) -> None:
    """Raises ComplaintNeedsAccount."""
    if about.kind not in KINDS_WITHOUT_ACCOUNT:
        raise ComplaintNeedsAccount(pointer="/kind", kinds=", ".join(KINDS_WITHOUT_ACCOUNT))
