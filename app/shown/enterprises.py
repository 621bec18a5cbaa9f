"""An enterprise as the public registry shows it."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.ids import public
from app.shown.units import BlockAnswer, RetirementAnswer, block_answer, retirement_answer
from app.usecases.registry.read_enterprise import EnterpriseInRegister
from behaviours.json_value import JsonObject


class EnterpriseInRegisterAnswer(Schema):
    """What an enterprise holds and has retired, the newest hundred of each."""

    id = plain.String(metadata={"example": "org_0199b2c3d4e57f0080000000000000aa"})
    name = plain.String()
    blocks = plain.List(plain.Nested(BlockAnswer))
    retirements = plain.List(plain.Nested(RetirementAnswer))
    more = plain.Boolean(metadata={"description": "Whether there are more than these."})


def enterprise_answer(found: EnterpriseInRegister) -> JsonObject:
    """The enterprise with its blocks and retirements."""
    return {
        "id": public("org", found.organisation_id),
        "name": found.name,
        "blocks": [block_answer(each) for each in found.blocks],
        "retirements": [retirement_answer(each) for each in found.retirements],
        "more": found.more,
    }
