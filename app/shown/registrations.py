"""Registrations of projects as they are shown: what was decided, and what is late."""

from __future__ import annotations

from collections.abc import Sequence

from marshmallow import Schema, fields as plain

from app.http.fields import AS_MOMENT, moment
from app.ids import public
from behaviours.json_value import Json, JsonObject
from behaviours.projects.registration import DECIDED, LateProjects, ProjectDecision


class ProjectDecisionAnswer(Schema):
    """What was asked or decided."""

    step = plain.String(metadata={"enum": list(DECIDED)})
    reason = plain.String()
    clause = plain.String(allow_none=True, metadata={"description": "Of a refusal."})
    digest = plain.String(
        metadata={"description": "SHA-256 of the dossier: members in order, UTF-8, no blanks."}
    )
    dossier = plain.Dict(
        allow_none=True, metadata={"description": "What a registration that was asked rests on."}
    )
    decided_at = plain.String(metadata=AS_MOMENT)


class DecisionsAnswer(Schema):
    """What was asked and decided, in its order."""

    decisions = plain.List(plain.Nested(ProjectDecisionAnswer))


class LateValidationAnswer(Schema):
    """A validation without an opinion, and since when it has its validator."""

    project_id = plain.String()
    validator_id = plain.String(allow_none=True)
    since = plain.String(metadata=AS_MOMENT)


class LateRegistrationAnswer(Schema):
    """A registration that nobody decided in time."""

    project_id = plain.String()
    due_on = plain.String(metadata={"format": "date"})


class OverdueReportAnswer(Schema):
    """A project on land that was not verified for long."""

    project_id = plain.String()
    verified_before = plain.String(
        metadata={"format": "date", "description": "The day after the last one verified."}
    )
    frozen_t = plain.String(
        metadata={"description": "What it gave to the reserve; pays for its own losses only."}
    )


class LateLossAnswer(Schema):
    """A loss that was reported after the last day for it, and not measured since."""

    project_id = plain.String()
    number = plain.Integer()
    due_on = plain.String(metadata={"format": "date"})


class LateProjectsAnswer(Schema):
    """What waits too long, the oldest first; at most 200 of each."""

    validations = plain.List(plain.Nested(LateValidationAnswer))
    registrations = plain.List(plain.Nested(LateRegistrationAnswer))
    reports = plain.List(plain.Nested(OverdueReportAnswer))
    losses = plain.List(plain.Nested(LateLossAnswer))


def decisions_answer(decisions: Sequence[ProjectDecision]) -> JsonObject:
    """What was asked and decided of a project."""
    return {
        "decisions": [
            {
                "step": each.step,
                "reason": each.reason,
                "clause": each.clause,
                "digest": f"sha256:{each.digest.hex()}",
                "dossier": each.dossier,
                "decided_at": moment(each.decided_at),
            }
            for each in decisions
        ]
    }


def late_answer(late: LateProjects) -> JsonObject:
    """What waits too long."""
    validations: list[Json] = [
        {
            "project_id": public("prj", each.project_id),
            "validator_id": public("org", each.validator_id) if each.validator_id else None,
            "since": moment(each.since),
        }
        for each in late.validations
    ]
    registrations: list[Json] = [
        {"project_id": public("prj", each.project_id), "due_on": each.due_on.isoformat()}
        for each in late.registrations
    ]
    reports: list[Json] = [
        {
            "project_id": public("prj", each.project_id),
            "verified_before": each.verified_before.isoformat(),
            "frozen_t": str(each.frozen_t),
        }
        for each in late.reports
    ]
    losses: list[Json] = [
        {
            "project_id": public("prj", each.project_id),
            "number": each.number,
            "due_on": each.due_on.isoformat(),
        }
        for each in late.losses
    ]
    return {
        "validations": validations,
        "registrations": registrations,
        "reports": reports,
        "losses": losses,
    }
