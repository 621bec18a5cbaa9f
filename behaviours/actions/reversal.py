"""Reversal: who may take an action back, by where its reduction is.

A reduction in no frozen bundle is taken back by the provider that reported it, or by two operators.
Once its bundle is frozen, it takes two people of two roles, whoever asks first. Whoever asked first
waits for the second person as long as the programme says (``signed_for``) and no longer: then it
begins again, said explicitly.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.actions.refusals import ReversalLapsed, ReversalNotForRole
from behaviours.viewer import Viewer

REASONS: Final = (
    "not_done", "reported_twice", "wrong_person", "wrong_quantity", "false_evidence", "test_report",
    "asked_by_person", "rule_misapplied",
)  # fmt: skip
# The reason that is kept where a correction takes an action's place. No more than that: the
# external id of the correction is its person's, and sealed.
SUPERSEDED: Final = "由更正的记录取代 Superseded by the corrected report"
PROVIDER: Final = "provider"
OPERATOR: Final = "operator"
AUTHORITY: Final = "authority"


class ReversalSignature(NamedTuple):
    """One person's word that an action is to be taken back; the names are those of the table."""

    action_id: UUID
    user_id: UUID
    role: str
    reason_code: str
    reason: str
    signed_at: datetime

    def lapses_at(self, signed_for: timedelta) -> datetime:
        """From then on the word counts for nothing."""
        return self.signed_at + signed_for


def check_role(viewer: Viewer, *, frozen: bool) -> None:
    """Raises ReversalNotForRole: an authority signs only for what is frozen."""
    if viewer.role == AUTHORITY and not frozen:
        raise ReversalNotForRole


def standing(
    signatures: Collection[ReversalSignature],
    *,
    now: datetime,
    signed_for: timedelta,
    anew: bool,
) -> list[ReversalSignature]:
    """Those that have not lapsed; raises ReversalLapsed when all have, unless it is ``anew``."""
    live = [each for each in signatures if now < each.lapses_at(signed_for)]
    if signatures and not live and not anew:
        last = max(signatures, key=lambda each: each.signed_at)
        raise ReversalLapsed(
            signed_at=last.signed_at.isoformat(),
            lapsed_at=last.lapses_at(signed_for).isoformat(),
        )
    return live


def awaiting(signatures: Collection[ReversalSignature], *, frozen: bool) -> list[str]:
    """The roles one of whom has yet to sign, as another person; empty when it may be done."""
    people = {each.user_id for each in signatures}
    roles = {each.role for each in signatures}
    if frozen:
        if len(people) > 1 and len(roles) > 1:
            return []
        return [role for role in (PROVIDER, OPERATOR, AUTHORITY) if role not in roles]
    if PROVIDER in roles:
        return []
    operators = {each.user_id for each in signatures if each.role == OPERATOR}
    return [] if len(operators) > 1 else [OPERATOR]
