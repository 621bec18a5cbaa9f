"""Links: which of a provider's own users a person is, as the person said.

A token exchange opens nothing but what is linked. A link is the person's own act; a provider's word
alone makes one only where it opens nothing of anybody else: at an account that no other provider
had a part in and that has neither a login of its own nor an earlier link.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from behaviours.refusal import Conflict

BY_PERSON, BY_PROVIDER = "person", "provider"
# Why a link ended: the person unlinked it, the number that led to the account went to somebody
# else, the person left, or the provider was closed.
UNLINKED, REASSIGNED, LEFT, PROVIDER_CLOSED = ENDS = (
    *("unlinked", "reassigned", "left"),
    "provider_closed",
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it stands; the provider's subject is kept as a keyed digest only."""

    link_id: UUID
    organisation_id: UUID
    linked_by: str
    linked_at: datetime
    unlinked_at: datetime | None = None
    # When the provider's word last opened the account, and why the link ended; None as well: it
    # was before this was kept.
    last_word_at: datetime | None = None
    ended_because: str | None = None


@dataclass(frozen=True, slots=True)
class Ties:
    """Who else has a part in an account, as far as a provider's word about it is concerned."""

    enrolled_by_others: bool
    has_login: bool
    was_linked: bool


class SubjectTaken(Conflict):
    """This user of the provider is linked to another account, or the account to another user."""


def opens_nobody_elses(ties: Ties) -> bool:
    """Whether a provider's word alone may link the account."""
    return not (ties.enrolled_by_others or ties.has_login or ties.was_linked)
