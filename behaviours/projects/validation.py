"""Validation of a design: who does it and how they came to it, and the opinion of each attempt.

Drawn from the authority's pool, by a secret that did not exist before and is published at once::

    seed = SHA-256("verifier" || secret || digest of the design || attempt)     in hexadecimal
    rank = SHA-256(seed || id of the organisation, org_...)                     the first is drawn

or approved by the authority by name; where the programme says that a rule's text has the authority
check by itself, it does, and the step stays with ``performed_by`` authority.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.json_value import JsonObject
from behaviours.projects.project import FAIL, PASS, RETURN, UNSEAT
from behaviours.refusal import Conflict

DRAWN, APPROVED, BY_AUTHORITY = VALIDATOR_WAYS = ("drawn", "approved", "by_authority")
POSITIVE, RETURNED, NEGATIVE, ENDED = ("positive", "returned", "negative", "ended")
# What is said in the end, and the step of the project that it is; ``ended``: the seat was left.
VALIDATION_STEPS: Final[Mapping[str, str]] = {
    POSITIVE: PASS,
    RETURNED: RETURN,
    NEGATIVE: FAIL,
    ENDED: UNSEAT,
}
# With a report; who leaves the seat says why.
OPINIONS: Final = (POSITIVE, RETURNED, NEGATIVE)


class ValidatorConflict(Conflict):
    """Something stands in the way of this validator that nobody sets aside."""

    cases = ("party", "operator", "interest", "group", "declined", "undeclared", "verifies")


class AuthorityDoesNotValidate(Conflict):
    """The rule's text does not have the authority check by itself: a validator does."""


class OpinionNegative(Conflict):
    """Registration is asked for what was validated with a positive opinion."""


class NewValidationOpinion(NamedTuple):
    """An opinion as it is sent, with the report in the format that it is said to have."""

    verdict: str
    statement: str
    media_type: str
    content: bytes


class ProjectValidation(NamedTuple):
    """An attempt to validate a design, by its digest; ``validator_id`` None: the authority does it.

    ``said`` is what the draw went by, or which reasons an approval has set aside.
    """

    project_id: UUID
    attempt: int
    design_number: int
    digest: bytes
    validator_id: UUID | None
    how: str
    said: JsonObject
    reason: str | None
    seated_by: UUID
    seated_at: datetime


class ValidationOpinion(NamedTuple):
    """How an attempt ended; the report is a document of the project, by its SHA-256."""

    project_id: UUID
    attempt: int
    verdict: str
    statement: str
    report_id: UUID | None
    sha256: bytes | None
    given_by: UUID
    given_at: datetime


class LateValidation(NamedTuple):
    """A validation without an opinion, and since when it has its validator."""

    project_id: UUID
    validator_id: UUID | None
    since: datetime
