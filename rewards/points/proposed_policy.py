"""A policy that is published by two people of two roles, and holds from a day that is to come.

It never holds for what is over: whatever was done before its first day earns by the policy of that
day. It is announced so many days before, and never changes: a correction is another policy.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.document import DocumentError, Faults
from behaviours.refusal import Conflict, UnknownId
from behaviours.yaml_text import text_of
from rewards.points.plain_document import PlainPart, read_sent_tree
from rewards.points.policy_reading import PolicyDocument, read_policy

# What is signed, and for what.
POINTS_POLICY, PUBLISH = "points_policy", "publish"
DOCUMENT: Final = "policy.yaml"
_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,31}")
_VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
_POINTER: Final = "/document"


class InvalidPolicy(DocumentError, code="INVALID_POINTS_POLICY"):
    """A policy that was sent cannot be published; every fault with its place and what to do."""

    cases = ("field", "document")


class UnknownPolicy(UnknownId):
    """There is no policy of this name, or no proposal of this id."""

    cases = ("points_policy", "proposed_policy")


class PolicyPublished(Conflict):
    """Both roles have signed this policy already."""


@dataclass(frozen=True, slots=True)
class ProposedPolicy:
    """A proposal; ``published_at`` None: it awaits a signature."""

    policy_id: UUID
    document: PolicyDocument
    proposed_at: datetime
    published_at: datetime | None = None

    @property
    def verb(self) -> str:
        """What is signed: this document and no other."""
        return f"{PUBLISH}:{self.document.digest.removeprefix('sha256:')}"


class PaidFor(NamedTuple):
    """What policies can speak of: by behaviour the quantities that all its rules know, and the
    scenes."""

    quantities: Mapping[str, frozenset[str]]
    scenes: frozenset[str]


class Publishing(NamedTuple):
    """What a policy has to fit: the published ones, what is paid for, and the first day that it can
    hold from today."""

    known: Sequence[PolicyDocument]
    paid_for: PaidFor
    first_day: date


def sent_policy(text: str, publishing: Publishing) -> PolicyDocument:
    """The policy of a text, which could be published now. Raises InvalidPolicy, with all faults."""

    def check(root: PlainPart, document: PolicyDocument) -> None:
        _check_names(root, document, publishing)
        _check_paid(root, document, publishing.paid_for)
        _check_days(root, document, publishing)

    try:
        root = read_sent_tree(text, DOCUMENT, InvalidPolicy)
        return read_policy(root.noting(Faults()), check)
    except InvalidPolicy as wrong:
        for each in wrong.all:
            each.pointer = _POINTER + each.pointer
        raise


def check_publishable(proposed: ProposedPolicy, publishing: Publishing) -> None:
    """Whether a proposal can be published now, as when it was sent. Raises InvalidPolicy."""
    sent_policy(text_of(proposed.document.content), publishing)


def _check_names(root: PlainPart, document: PolicyDocument, publishing: Publishing) -> None:
    if root.has("published_on"):
        # The day of the second signature is known.
        root.at("published_on").flawed("policy.says_published")
    if not _NAME.fullmatch(document.policy):
        root.at("policy").flawed("policy.name")
    if not _VERSION.fullmatch(document.version):
        root.at("version").flawed("policy.version")
    if document.name in {each.name for each in publishing.known}:
        root.at("version").flawed("policy.named_before", name=document.name)


def _check_paid(root: PlainPart, document: PolicyDocument, paid_for: PaidFor) -> None:
    stated = root.at("behaviours")
    for code, rule in document.behaviours.items():
        known = paid_for.quantities.get(code)
        if known is None:
            stated.at(code).flawed("policy.unknown_behaviour", name=code)
        elif rule.quantity is not None and rule.quantity not in known:
            stated.at(code).at("points_per_unit").at("quantity").flawed(
                "policy.unknown_quantity", name=rule.quantity, known=", ".join(sorted(known))
            )
    if document.default.quantity is not None:
        root.at("default").at("points_per_unit").flawed("policy.default_by_unit")
    for scene in document.scenes.keys() - paid_for.scenes:
        root.at("scenes").at(scene).flawed("policy.unknown_scene", name=scene)
    first = document.first_time
    for code in first.behaviours.keys() - paid_for.quantities.keys():
        place = root.at("first_time").at("behaviours").at(code)
        place.flawed("policy.unknown_behaviour", name=code)
    for scene in first.scenes.keys() - paid_for.scenes:
        root.at("first_time").at("scenes").at(scene).flawed("policy.unknown_scene", name=scene)
    for campaign in document.campaigns:
        listed = root.at("campaigns").at(campaign.code).at("behaviours")
        for each in listed.each():
            if each.text() not in paid_for.quantities:
                each.flawed("policy.unknown_behaviour", name=each.text())


def _check_days(root: PlainPart, document: PolicyDocument, publishing: Publishing) -> None:
    first, begins = publishing.first_day, root.at("in_force_from")
    if document.in_force_from < first:
        begins.flawed("policy.too_soon", first=first.isoformat())
    for other in publishing.known:
        names = {"earlier": other.name, "later": document.name}
        if other.in_force_from == document.in_force_from:
            begins.flawed("policy.same_start", **names)
        elif other.in_force_from < document.in_force_from:
            if other.in_force_to is not None and other.in_force_to >= document.in_force_from:
                begins.flawed("policy.same_day", **names)
        elif document.in_force_to is not None and document.in_force_to >= other.in_force_from:
            root.at("in_force_to").flawed(
                "policy.same_day", earlier=document.name, later=other.name
            )
