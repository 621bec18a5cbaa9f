"""What is sent as a design document."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, NotRequired, TypedDict

from marshmallow import fields as plain

from app.http.fields import YEARS, Day, Line, Strict
from app.http.geometry import Geometry
from app.http.validators import Between, Characters, Count, OneOf
from behaviours.json_value import JsonObject
from behaviours.projects.design import (
    MOST_ITEMS,
    MOST_METERS,
    MOST_PARCELS,
    MOST_PARTIES,
    MOST_STRATA,
    PURPOSES,
    WHOLE_PPM,
    BenefitShare,
    CreditingPeriod,
    DesignTexts,
    LandStratum,
    NewDesign,
    Parcel,
    PlanItem,
    PlantMeter,
)
from behaviours.projects.land import Shape

# One gigawatt: more than any plant of one owner here.
_MOST_W = 1_000_000_000
_LONG = Characters(min=1, max=20_000)


class CreditingPeriodBody(Strict):
    """Civil days for which reductions are credited."""

    from_ = Day(required=True, data_key="from", metadata={"example": "2027-01-01"})
    to = Day(
        required=True,
        metadata={"example": "2057-01-01", "description": "The day after the last one."},
    )
    renewable = plain.Boolean(required=True, truthy={True}, falsy={False})


class SentCreditingPeriod(TypedDict):
    """As ``CreditingPeriodBody`` loads it."""

    from_: date
    to: date
    renewable: bool


class ParcelBody(Strict):
    """A piece of land, by the numbers of its registration and of the right to it."""

    parcel_no = Line(required=True, most=64, metadata={"example": "440803001002GB00123"})
    tenure_no = Line(
        required=True, most=64, metadata={"example": "粤(2024)湛江不动产权第0001234号"}
    )
    geometry = Geometry(
        required=True,
        metadata={
            "description": "GeoJSON, WGS 84 or CGCS2000, longitude first; read to 0.0000001°."
        },
    )


class SentParcel(TypedDict):
    """As ``ParcelBody`` loads it."""

    parcel_no: str
    tenure_no: str
    geometry: Shape


class PlantMeterBody(Strict):
    """The meter of a plant."""

    issuer = Line(required=True, most=64, metadata={"example": "state_grid_zj"})
    number = Line(required=True, most=64, metadata={"example": "3301000099887766"})
    capacity_w = plain.Integer(
        required=True, strict=True, validate=Between(1, _MOST_W), metadata={"example": 400000}
    )
    connected_on = Day(required=True, metadata={"example": "2026-06-30"})


class SentPlantMeter(TypedDict):
    """As ``PlantMeterBody`` loads it."""

    issuer: str
    number: str
    capacity_w: int
    connected_on: date


class StratumBody(Strict):
    """Parcels that are alike; the area follows from theirs."""

    code = Line(required=True, most=64, metadata={"example": "S1"})
    parcels = plain.List(Line(most=64), required=True, validate=Count(min=1, max=MOST_PARCELS))
    planted_year = plain.Integer(
        strict=True,
        allow_none=True,
        validate=Between(YEARS.start, YEARS.stop - 1),
        metadata={"example": 2027},
    )


class SentStratum(TypedDict):
    """As ``StratumBody`` loads it."""

    code: str
    parcels: list[str]
    planted_year: NotRequired[int | None]


class PlanItemBody(Strict):
    """How one quantity of the rule is watched, and what stands in where it is missing."""

    parameter = Line(required=True, most=64, metadata={"example": "cover"})
    unit = Line(required=True, most=64, metadata={"example": "1"})
    source = Line(required=True, most=300)
    method = Line(required=True, most=1_000)
    instrument = Line(required=True, most=300)
    accuracy = Line(required=True, most=300)
    frequency = Line(required=True, most=300)
    quality = Line(required=True, most=1_000, metadata={"description": "QA and QC."})
    purpose = plain.String(
        required=True, validate=OneOf(PURPOSES), metadata={"enum": list(PURPOSES)}
    )
    substitute = Line(required=True, most=1_000)


class SentPlanItem(TypedDict):
    """As ``PlanItemBody`` loads it."""

    parameter: str
    unit: str
    source: str
    method: str
    instrument: str
    accuracy: str
    frequency: str
    quality: str
    purpose: str
    substitute: str


class BenefitShareBody(Strict):
    """Whom which part of the proceeds reaches."""

    party = Line(required=True, most=200, metadata={"example": "某村村民委员会"})
    share_ppm = plain.Integer(
        required=True,
        strict=True,
        validate=Between(1, WHOLE_PPM),
        metadata={"description": "In millionths of the whole.", "example": 300000},
    )


class SentBenefitShare(TypedDict):
    """As ``BenefitShareBody`` loads it."""

    party: str
    share_ppm: int


_ITEM: JsonObject = {
    "parameter": "cover",
    "unit": "1",
    "source": "UAV orthophotos of the project",
    "method": "Supervised classification, checked on 60 plots",
    "instrument": "UAV with RTK",
    "accuracy": "5 cm a pixel",
    "frequency": "yearly, in September",
    "quality": "A second person classifies a tenth anew",
    "purpose": "project",
    "substitute": "The least cover of the years before",
}
_EAST, _WEST, _NORTH, _SOUTH = "110.31", "110.30", "21.11", "21.10"


class DesignBody(Strict):
    """Where the project lies, for how long it is credited, and how it is watched."""

    EXAMPLE: ClassVar[JsonObject] = {
        "starts_on": "2027-01-01",
        "crediting_period": {"from": "2027-01-01", "to": "2057-01-01", "renewable": False},
        "parcels": [
            {
                "parcel_no": "440803001002GB00123",
                "tenure_no": "粤湛江不动产权第0001234号",
                "geometry": {
                    "type": "Polygon",
                    "coordinates": [
                        [
                            [_WEST, _SOUTH],
                            [_EAST, _SOUTH],
                            [_EAST, _NORTH],
                            [_WEST, _NORTH],
                            [_WEST, _SOUTH],
                        ]
                    ],
                },
            }
        ],
        "strata": [{"code": "S1", "parcels": ["440803001002GB00123"], "planted_year": 2027}],
        "monitoring_plan": [_ITEM],
        "benefit_split": [
            {"party": "项目业主", "share_ppm": 700000},
            {"party": "某村村民委员会", "share_ppm": 300000},
        ],
        "baseline": "Abandoned shrimp ponds stay bare.",
        "additionality": "No law asks for it, and timber earns nothing there.",
        "consultation": "Meetings of both villages in March 2026; minutes with the documents.",
        "no_other_mechanism": True,
    }

    starts_on = Day(required=True, metadata={"example": "2027-01-01"})
    crediting_period = plain.Nested(CreditingPeriodBody, required=True)
    parcels = plain.List(plain.Nested(ParcelBody), validate=Count(max=MOST_PARCELS))
    meters = plain.List(plain.Nested(PlantMeterBody), validate=Count(max=MOST_METERS))
    strata = plain.List(plain.Nested(StratumBody), validate=Count(max=MOST_STRATA))
    monitoring_plan = plain.List(
        plain.Nested(PlanItemBody), required=True, validate=Count(min=1, max=MOST_ITEMS)
    )
    benefit_split = plain.List(
        plain.Nested(BenefitShareBody), required=True, validate=Count(min=1, max=MOST_PARTIES)
    )
    baseline = plain.String(required=True, validate=_LONG)
    additionality = plain.String(required=True, validate=_LONG)
    consultation = plain.String(required=True, validate=_LONG)
    no_other_mechanism = plain.Boolean(
        required=True,
        truthy={True},
        falsy={False},
        metadata={"description": "Declared: no other mechanism counts what is reduced here."},
    )


class SentDesign(TypedDict):
    """As ``DesignBody`` loads it."""

    starts_on: date
    crediting_period: SentCreditingPeriod
    parcels: NotRequired[list[SentParcel]]
    meters: NotRequired[list[SentPlantMeter]]
    strata: NotRequired[list[SentStratum]]
    monitoring_plan: list[SentPlanItem]
    benefit_split: list[SentBenefitShare]
    baseline: str
    additionality: str
    consultation: str
    no_other_mechanism: bool


def design_of(sent: SentDesign) -> NewDesign:
    """What was sent, as a design document says it."""
    period = sent["crediting_period"]
    return NewDesign(
        sent["starts_on"],
        CreditingPeriod(period["from_"], period["to"], period["renewable"]),
        tuple(
            Parcel(each["parcel_no"], each["tenure_no"], each["geometry"])
            for each in sent.get("parcels", ())
        ),
        tuple(PlantMeter(**each) for each in sent.get("meters", ())),
        tuple(
            LandStratum(each["code"], tuple(each["parcels"]), each.get("planted_year"))
            for each in sent.get("strata", ())
        ),
        tuple(PlanItem(**each) for each in sent["monitoring_plan"]),
        tuple(BenefitShare(each["party"], each["share_ppm"]) for each in sent["benefit_split"]),
        DesignTexts(sent["baseline"], sent["additionality"], sent["consultation"]),
        sent["no_other_mechanism"],
    )
