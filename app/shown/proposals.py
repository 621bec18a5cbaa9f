"""What one person proposed and another has yet to sign, as those who may sign see it."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.fields import Moment, moment
from app.ids import public
from behaviours.json_value import JsonObject
from behaviours.proposals import PROPOSED, Proposal
from rewards.signing import ROLES


class SignedAnswer(Schema):
    """Who has yet to sign the same; with none it is done."""

    awaiting = plain.List(plain.String(metadata={"enum": list(ROLES)}))


class ProposedSubject(Schema):
    """What is decided of."""

    kind = plain.String(metadata={"example": "organisation"})
    id = plain.String(metadata={"example": "org_0199b2c3d4e57f0080000000000000aa"})


class ProposalAnswer(SignedAnswer):
    """What somebody proposed: whoever sends the same by the other role carries it out."""

    id = plain.String(metadata={"example": "prp_0199b2c3d4e57f0080000000000000aa"})
    step = plain.String(metadata={"enum": list(PROPOSED)})
    subject = plain.Nested(ProposedSubject)
    terms = plain.Dict(metadata={"description": "What both have to send alike."})
    reason = plain.String(allow_none=True)
    proposed_by = plain.String()
    proposed_at = Moment()


def proposal_answer(each: Proposal) -> JsonObject:
    """A proposal that waits."""
    return {
        "id": public("prp", each.proposal_id),
        "step": each.said.step,
        "subject": {"kind": each.said.subject.kind, "id": each.said.subject.name},
        "terms": each.said.terms,
        "reason": each.said.reason,
        "proposed_by": public("usr", each.proposed_by),
        "proposed_at": moment(each.proposed_at),
        "awaiting": [role for role in ROLES if role not in each.signed],
    }


def signed_answer(awaiting: list[str]) -> JsonObject:
    """Whose signatures are awaited."""
    return {"awaiting": [*awaiting]}


def done_when_signed(awaiting: list[str]) -> int:
    """201 for what nobody has yet to sign, else 202; for ``once``."""
    return 202 if awaiting else 201
