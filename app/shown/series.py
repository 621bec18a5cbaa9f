"""Series as they are shown: every value with where it was read, built in or supplied."""

from __future__ import annotations

from collections.abc import Iterator

from marshmallow import Schema, fields as plain

from app.http.fields import Moment, moment
from app.ids import public
from behaviours.json_value import JsonObject
from behaviours.rules.factors import GRADES, Factor, FactorBook, PotentialSet, WarmingPotential
from behaviours.rules.series_value import SeriesValue


class SeriesValueAnswer(Schema):
    """A value of a series, or of a set of warming potentials; both have the same members."""

    id = plain.String(metadata={"description": "As a calculation names it."})
    series = plain.String(metadata={"example": "avg_province"})
    area = plain.String(allow_none=True, metadata={"example": "CN-44"})
    gas = plain.String(allow_none=True, metadata={"example": "CH4"})
    data_year = plain.Integer(allow_none=True, metadata={"example": 2023})
    value = plain.String(metadata={"example": "0.4419"})
    unit = plain.String(metadata={"example": "kgCO2/kWh"})
    notice = plain.String(metadata={"description": "The publication that it stands in."})
    published_on = plain.String(
        allow_none=True, metadata={"description": "It counts for what is recorded since."}
    )
    holds_from = plain.String(
        allow_none=True, metadata={"description": "For actions done since; null: for all."}
    )
    source = plain.String(metadata={"description": "Where it was read, and in which copy."})
    grade = plain.String(metadata={"enum": list(GRADES)})
    supplied = plain.Boolean(metadata={"description": "Whether the programme itself added it."})


class ProposedSeriesValueAnswer(Schema):
    """A value as it was proposed; published once both roles have signed."""

    id = plain.String(metadata={"example": "svl_0199b2c3d4e57f0080000000000000aa"})
    series = plain.String()
    area = plain.String(allow_none=True)
    gas = plain.String(allow_none=True)
    data_year = plain.Integer(allow_none=True)
    value = plain.String()
    unit = plain.String()
    holds_from = plain.String()
    title = plain.String()
    source = plain.String()
    copy = plain.String()
    grade = plain.String(metadata={"enum": list(GRADES)})
    note = plain.String()
    proposed_at = Moment()
    published_at = Moment(allow_none=True)


class AwaitingSeriesValue(ProposedSeriesValueAnswer):
    """A proposal, and whose signatures it awaits."""

    awaiting = plain.List(plain.String())


class AwaitingSeriesValues(Schema):
    """Proposals in the order in which they were sent."""

    data = plain.List(plain.Nested(AwaitingSeriesValue))


def values_shown(book: FactorBook) -> Iterator[JsonObject]:
    """Every factor, by series, area and year, and then every potential by its set."""
    in_order = sorted(book.factors.values(), key=lambda f: (f.series, f.area, f.data_year, f.order))
    yield from (_factor(each) for each in in_order)
    for code in sorted(book.potential_sets):
        found = book.potential_sets[code]
        yield from (_potential(found, each) for each in found.potentials.values())


def _factor(one: Factor) -> JsonObject:
    published = one.notice.published
    return {
        "id": one.factor_id,
        "series": one.series,
        "area": one.area,
        "gas": None,
        "data_year": one.data_year,
        "value": f"{one.value:f}",
        "unit": one.unit.text,
        "notice": one.notice.title,
        "published_on": published.isoformat() if published else None,
        "holds_from": one.holds_from.isoformat() if one.holds_from else None,
        "source": one.source,
        "grade": one.grade,
        "supplied": one.order > 0,
    }


def _potential(among: PotentialSet, one: WarmingPotential) -> JsonObject:
    return {
        "id": f"{among.code}/{one.gas}",
        "series": among.code,
        "area": None,
        "gas": one.gas,
        "data_year": None,
        "value": f"{one.value:f}",
        "unit": f"kgCO2e/kg{one.gas.partition('_')[0]}",
        "notice": among.title,
        "published_on": None,
        "holds_from": one.holds_from.isoformat() if one.holds_from else None,
        "source": one.source,
        "grade": one.grade,
        "supplied": one.order > 0,
    }


def said_shown(one: SeriesValue) -> JsonObject:
    """What was said of a value."""
    said = one.said
    return {
        "series": said.series,
        "area": said.area or None,
        "gas": said.gas or None,
        "data_year": said.data_year,
        "value": f"{said.value:f}",
        "unit": said.unit,
        "holds_from": said.holds_from.isoformat(),
        "title": said.title,
        "source": said.source,
        "copy": said.copy,
        "grade": said.grade,
        "note": said.note,
    }


def proposed_value(one: SeriesValue) -> JsonObject:
    """A proposal."""
    return {
        "id": public("svl", one.value_id),
        **said_shown(one),
        "proposed_at": moment(one.proposed_at),
        "published_at": moment(one.published_at) if one.published_at else None,
    }
