"""Registration of a project: what is frozen when it is asked for, its number, and decisions.

The dossier is everything that the decision rests on, by digests: the statement, the design, its
notice, the validation with its report, and every document. Two people sign its SHA-256.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.check_digits import check_digits
from behaviours.json_value import Json, JsonObject
from behaviours.projects.design import CreditingPeriod
from behaviours.projects.loss import LateLoss, OverdueReport
from behaviours.projects.project import (
    ASK,
    DEREGISTER,
    REFUSE,
    REGISTER,
    RESUME,
    SUSPEND,
    Project,
    ProjectNotice,
    ProjectProof,
)
from behaviours.projects.validation import (
    LateValidation,
    ProjectValidation,
    ValidationOpinion,
)
from behaviours.refusal import Conflict

# What is decided or asked, and stays on record; time itself completes a project.
DECIDED: Final = (ASK, REGISTER, REFUSE, SUSPEND, RESUME, DEREGISTER)


class RegistrationRefused(Conflict):
    """The authority refused to register the project, by a clause."""


class MeterReportedByPeople(Conflict):
    """People report what a meter of the project counts: the same is not counted for both."""


class Dossier(NamedTuple):
    """What a registration rests on, and the SHA-256 of its one spelling."""

    content: JsonObject
    digest: bytes


class ProjectDecision(NamedTuple):
    """What was decided of a project, or asked; ``clause`` of what, and why it was refused.

    ``digest`` is that of the dossier by which it was asked for. ``decided_by`` None: nobody's word,
    but that of a register.
    """

    project_id: UUID
    number: int
    step: str
    reason: str
    clause: str | None
    digest: bytes
    dossier: JsonObject | None
    decided_by: UUID | None
    decided_at: datetime


class SignedProject(NamedTuple):
    """A project after a signature, and the roles whose signature is missing."""

    project: Project
    awaiting: list[str]


class LateRegistration(NamedTuple):
    """A registration that was asked for, and the last day on which it was not overdue."""

    project_id: UUID
    due_on: date


class LateProjects(NamedTuple):
    """What waits too long: for an opinion, for a decision, and for a verification, and losses that
    were reported too late. Silence is never consent."""

    validations: list[LateValidation]
    registrations: list[LateRegistration]
    reports: list[OverdueReport]
    losses: list[LateLoss]


def project_stem(prefix: str, registered_on: date) -> str:
    """What the numbers of a civil year begin with, ``TPH-P2027-``."""
    return f"{prefix}-P{registered_on:%Y}-"


def project_number(stem: str, serial: int) -> str:
    """The number in the public register, ``TPH-P2027-000042-61``; ISO 7064 MOD 97-10."""
    body = f"{stem}{serial:06d}"
    return f"{body}-{check_digits(body)}"


def dossier_of(
    project: Project,
    notice: ProjectNotice,
    validation: ProjectValidation,
    opinion: ValidationOpinion,
    proofs: Sequence[ProjectProof],
) -> JsonObject:
    """Everything that a registration rests on, by digests."""
    said = project.said
    documents: list[Json] = [
        {"kind": each.kind, "sha256": each.sha256.hex()}
        for each in sorted(proofs, key=lambda one: one.document_id)
    ]
    return {
        "project": f"prj_{project.project_id.hex}",
        "applicant": f"org_{project.applicant_id.hex}",
        "statement": {**said._asdict(), "owner": said.owner._asdict() if said.owner else None},
        "design": {"number": notice.design_number, "digest": notice.digest.hex()},
        "notice": {"number": notice.number, "last_day": notice.last_day.isoformat()},
        "validation": {
            "attempt": validation.attempt,
            "how": validation.how,
            "validator": f"org_{validation.validator_id.hex}" if validation.validator_id else None,
            "design": validation.digest.hex(),
            "verdict": opinion.verdict,
            "report": opinion.sha256.hex() if opinion.sha256 else None,
        },
        "documents": documents,
    }


def crediting_of(design: JsonObject) -> CreditingPeriod:
    """The crediting period of a design document as it is kept."""
    period = design["crediting_period"]
    assert isinstance(period, dict), "a kept design has a period"
    first, after, renewable = (period[name] for name in ("from", "to", "renewable"))
    assert isinstance(first, str), "days are texts"
    assert isinstance(after, str), "days are texts"
    return CreditingPeriod(date.fromisoformat(first), date.fromisoformat(after), renewable is True)
