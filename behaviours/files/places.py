"""Places of a mapping: a latitude and a longitude, as the API takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from behaviours.file_refusals import BlankValue, UnreadableNumber
from behaviours.files.values import TextValue
from behaviours.places import DEGREES, Place


@dataclass(frozen=True, slots=True)
class PlaceValue:
    """Where somebody was: latitude and longitude in degrees (WGS 84)."""

    latitude: TextValue
    longitude: TextValue

    @property
    def columns(self) -> list[str]:
        """The columns that it reads."""
        return [*self.latitude.columns, *self.longitude.columns]

    def of(self, row: Mapping[str, str], blank: frozenset[str]) -> Place | None:
        """The place of a row; None where both cells are empty: nobody knows.

        Refuses one without the other, what is no number, and what is no place.
        """
        latitude, longitude = (
            _degrees(each, row, blank) for each in (self.latitude, self.longitude)
        )
        if latitude is None and longitude is None:
            return None
        if latitude is None or longitude is None:
            lacking = self.latitude if latitude is None else self.longitude
            raise BlankValue(column=", ".join(lacking.columns))
        place = Place(latitude, longitude)
        place.check()
        return place


def _degrees(text: TextValue, row: Mapping[str, str], blank: frozenset[str]) -> Decimal | None:
    try:
        sent = text.of(row, blank)
    except BlankValue:
        return None
    if DEGREES.fullmatch(sent) is None:
        raise UnreadableNumber("not_decimal", sent=sent)
    return Decimal(sent)
