"""Two people of two roles sign what one person alone may not do.

Who signs what is told apart by ``Matter``: a signature counts for exactly what it was given for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from behaviours.refusal import Conflict
from behaviours.viewer import Viewer

ROLES = ("authority", "operator")


class SamePersonTwice(Conflict):
    """Two signatures mean two people."""


class AlreadyApproved(Conflict):
    """This person approved this version before."""


class Matter(NamedTuple):
    """What is signed: the kind and id of a thing, and what is done to it.

    ``verb`` names the content too where it can change (``publish:3``, a revision).
    """

    kind: str
    subject_id: UUID
    verb: str


class Signature(NamedTuple):
    """Who signed, in which role, and when."""

    role: str
    user_id: UUID
    signed_at: datetime


class Approval(NamedTuple):
    """One person's approval, by name and with the reason."""

    user_id: UUID
    role: str
    reason: str
    approved_at: datetime


def signature_of(signer: Viewer, signed_at: datetime) -> Signature:
    """The signature of who is asking."""
    assert signer.user_id is not None, "only a user signs"
    return Signature(signer.role, signer.user_id, signed_at)


def missing_roles(signatures: Collection[Signature]) -> list[str]:
    """The roles that have not signed yet. Raises SamePersonTwice when one person is two of them."""
    if len({each.user_id for each in signatures}) < len(signatures):
        raise SamePersonTwice
    signed = {each.role for each in signatures}
    return [role for role in ROLES if role not in signed]


def two_people(approvals: Iterable[tuple[str, UUID]]) -> bool:
    """Whether both roles approved, as two people; of (role, user) in any number and order."""
    given = [(role, user_id) for role, user_id in approvals if role in ROLES]
    return {role for role, _ in given} == set(ROLES) and len({user for _, user in given}) > 1
