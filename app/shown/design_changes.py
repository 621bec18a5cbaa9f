"""Changes of designs as they are shown."""

from __future__ import annotations

from collections.abc import Sequence

from marshmallow import Schema, fields as plain

from app.http.fields import AS_DAY, AS_MOMENT, moment
from app.ids import public
from behaviours.json_value import JsonObject
from behaviours.projects.design_change import KINDS, STATES, DesignChange


class DesignChangeAnswer(Schema):
    """A change of a registered project's design as it stands."""

    project_id = plain.String()
    number = plain.Integer(metadata={"description": "Counts those of its project from 1."})
    kind = plain.String(metadata={"enum": list(KINDS)})
    effective_on = plain.String(
        metadata={**AS_DAY, "description": "The first day on which the design counts."}
    )
    text = plain.String()
    design = plain.Dict(keys=plain.String())
    digest = plain.String(metadata={"description": "SHA-256 of `design`."})
    ex_ante = plain.Dict(keys=plain.String())
    ex_ante_digest = plain.String(metadata={"description": "SHA-256 of `ex_ante`."})
    methodology = plain.String()
    methodology_digest = plain.String()
    state = plain.String(metadata={"enum": list(STATES)})
    validator_id = plain.String(allow_none=True)
    statement = plain.String(allow_none=True, metadata={"description": "Of the validator."})
    report_sha256 = plain.String(allow_none=True)
    reason = plain.String(allow_none=True, metadata={"description": "Of a refusal."})
    design_number = plain.Integer(
        allow_none=True,
        metadata={"description": "As which design of the project it counts, once accepted."},
    )
    proposed_at = plain.String(metadata=AS_MOMENT)
    state_at = plain.String(metadata=AS_MOMENT)


class DesignChangesAnswer(Schema):
    """The changes of a project's design, in order."""

    design_changes = plain.List(plain.Nested(DesignChangeAnswer))


def design_change_answer(change: DesignChange) -> JsonObject:
    """A change of a design."""
    return {
        "project_id": public("prj", change.project_id),
        "number": change.number,
        "kind": change.kind,
        "effective_on": change.effective_on.isoformat(),
        "text": change.text,
        "design": change.content,
        "digest": f"sha256:{change.digest.hex()}",
        "ex_ante": change.expected,
        "ex_ante_digest": f"sha256:{change.expected_digest.hex()}",
        "methodology": change.methodology,
        "methodology_digest": change.rule_digest,
        "state": change.state,
        "validator_id": public("org", change.validator_id) if change.validator_id else None,
        "statement": change.statement,
        "report_sha256": change.report.hex() if change.report else None,
        "reason": change.reason,
        "design_number": change.design_number,
        "proposed_at": moment(change.proposed_at),
        "state_at": moment(change.state_at),
    }


def design_changes_answer(changes: Sequence[DesignChange]) -> JsonObject:
    """Changes of a design, in order."""
    return {"design_changes": [design_change_answer(each) for each in changes]}
