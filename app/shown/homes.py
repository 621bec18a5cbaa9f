"""How a region is shown that was a person's before."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.fields import AS_DAY, moment
from app.http.pages import page_of
from app.ids import public
from behaviours.homes import REASONS, TELLERS, FormerRegion
from behaviours.json_value import JsonObject


class FormerRegionAnswer(Schema):
    """A region before the one of the account, and who said that it is over."""

    id = plain.String(metadata={"example": "reg_0199b2c3d4e57f0080000000000000aa"})
    region = plain.String(metadata={"example": "CN-33"})
    lived_from = plain.String(metadata=AS_DAY)
    lived_until = plain.String(
        metadata={**AS_DAY, "description": "The day from which it was another; the same: never so."}
    )
    reason = plain.String(metadata={"enum": list(REASONS)})
    told_by = plain.String(metadata={"enum": list(TELLERS)})
    told_at = plain.String(metadata={"format": "date-time"})


class RegionChanged(Schema):
    """The region that holds now, and what became of the former one."""

    region = plain.String(metadata={"example": "CN-330200"})
    former = plain.Nested(FormerRegionAnswer)


FormerRegions = page_of(FormerRegionAnswer, "FormerRegions")


def former_region_answer(former: FormerRegion) -> JsonObject:
    """A former region as an answer."""
    return {
        "id": public("reg", former.change_id),
        "region": former.region,
        "lived_from": former.lived_from.isoformat(),
        "lived_until": former.lived_until.isoformat(),
        "reason": former.reason,
        "told_by": former.told_by,
        "told_at": moment(former.told_at),
    }


def region_changed(region: str, former: FormerRegion) -> JsonObject:
    """What another region came to, as an answer."""
    return {"region": region, "former": former_region_answer(former)}
