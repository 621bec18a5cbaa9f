"""Origins as everybody reads them: installations from which people bring their record."""

from __future__ import annotations

from marshmallow import fields as plain

from app.http.pages import page_of
from app.ids import public
from app.shown.stages import StagesAnswer, stages
from behaviours.exports.origins import RecordOrigin
from behaviours.json_value import JsonObject
from rewards.signing import ROLES


class OriginAnswer(StagesAnswer):
    """An origin as it stands."""

    id = plain.String(metadata={"example": "ogn_0199b2c3d4e57f0080000000000000aa"})
    name = plain.String()
    keys = plain.Dict(keys=plain.String())


class AwaitingOrigin(OriginAnswer):
    """An origin, and whose signatures it awaits."""

    awaiting = plain.List(plain.String(metadata={"enum": list(ROLES)}))


Origins = page_of(OriginAnswer, "Origins")


def origin_answer(origin: RecordOrigin) -> JsonObject:
    """An origin as an answer."""
    return {
        "id": public("ogn", origin.origin_id),
        "name": origin.name,
        "keys": origin.keys,
        **stages(origin),
    }
