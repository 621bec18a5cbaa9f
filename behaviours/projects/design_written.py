"""A design document as JSON: what is kept and published, and what its digest is of."""

from __future__ import annotations

import hashlib

from behaviours.json_value import Json, JsonObject
from behaviours.projects.design import NewDesign, Parcel, PlantMeter
from behaviours.projects.land import coordinates_of
from behaviours.signed_document import canonical


def written(said: NewDesign) -> JsonObject:
    """A design document, every number as decimal text or whole; areas in square metres."""
    areas = said.areas_m2()
    starts_on, ends_before, renewable = said.crediting
    strata: list[Json] = [
        {**each._asdict(), "parcels": list(each.parcels), "area_m2": areas[each.code]}
        for each in said.strata
    ]
    return {
        "starts_on": said.starts_on.isoformat(),
        "crediting_period": {
            "from": starts_on.isoformat(),
            "to": ends_before.isoformat(),
            "renewable": renewable,
        },
        "area_m2": said.area_m2,
        "parcels": [_parcel(each) for each in said.parcels],
        "meters": [_meter(each) for each in said.meters],
        "strata": strata,
        "monitoring_plan": [each._asdict() for each in said.plan],
        "benefit_split": [{"party": each.party, "share_ppm": each.ppm} for each in said.split],
        **said.texts._asdict(),
        "no_other_mechanism": said.once,
    }


def digest_of(document: JsonObject) -> bytes:
    """SHA-256 of the document's one spelling: members in order, UTF-8, no blanks."""
    return hashlib.sha256(canonical(document)).digest()


def _parcel(one: Parcel) -> JsonObject:
    return {
        "parcel_no": one.number,
        "tenure_no": one.tenure_no,
        "area_m2": one.area_m2,
        "coordinates": coordinates_of(one.shape),
    }


def _meter(one: PlantMeter) -> JsonObject:
    return {**one._asdict(), "connected_on": one.connected_on.isoformat()}
