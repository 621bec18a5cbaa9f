"""Boundaries of covered emitters, as they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from marshmallow import Schema, fields as plain

from app.http.fields import Moment, moment
from app.ids import public
from behaviours.actions.boundaries import BoundaryNumber, EmitterBoundary, Years
from behaviours.json_value import JsonObject


class BoundaryNumberAnswer(Schema):
    """A number at a site inside the boundary."""

    site = plain.String()
    region = plain.String()
    kind = plain.String()
    issuer = plain.String(allow_none=True)
    evidence = plain.Dict(keys=plain.String(), values=plain.String())
    from_ = plain.String(data_key="from", allow_none=True)
    to = plain.String(allow_none=True)


class HeldYearsAnswer(Schema):
    """Years in which the boundary holds; without a last one for good."""

    first_year = plain.Integer()
    last_year = plain.Integer(allow_none=True)


class BoundaryAnswer(Schema):
    """A boundary of a covered emitter; it holds once both roles have signed."""

    id = plain.String(metadata={"example": "bnd_0199b2c3d4e57f0080000000000000aa"})
    organisation_id = plain.String()
    market = plain.String()
    first_year = plain.Integer()
    last_year = plain.Integer(allow_none=True)
    source = plain.String()
    numbers = plain.List(plain.Nested(BoundaryNumberAnswer))
    proposed_at = Moment()
    published_at = Moment(allow_none=True)


class HeldBoundaryAnswer(BoundaryAnswer):
    """A boundary that was published, and in which years it holds still."""

    holds = plain.List(
        plain.Nested(HeldYearsAnswer),
        metadata={"description": "In the others one that was published later holds."},
    )


class AwaitingBoundary(BoundaryAnswer):
    """A boundary, and whose signatures it awaits."""

    awaiting = plain.List(plain.String())


def boundary_answer(one: EmitterBoundary) -> JsonObject:
    """A boundary as two people sign it."""
    said = one.said
    return {
        "id": public("bnd", one.boundary_id),
        "organisation_id": public("org", said.organisation_id),
        "market": said.market,
        "first_year": said.first_year,
        "last_year": said.last_year,
        "source": said.source,
        "numbers": [_number(each) for each in said.numbers],
        "proposed_at": moment(one.proposed_at),
        "published_at": moment(one.published_at) if one.published_at else None,
    }


def held_boundary(found: tuple[EmitterBoundary, Sequence[Years]]) -> JsonObject:
    """A boundary, and in which years it holds."""
    one, held = found
    holds: list[JsonObject] = [{"first_year": y.first, "last_year": y.last} for y in held]
    return {**boundary_answer(one), "holds": [*holds]}


def boundary_rows(held: Iterable[Years]) -> Iterator[JsonObject]:
    """What lies inside a boundary in the years in which it holds, as rows of the register."""
    for years in held:
        said, shown = years.said, boundary_answer(years.boundary)
        for number in said.numbers:
            yield {
                **{name: shown[name] for name in ("id", "organisation_id", "market", "source")},
                "first_year": said.first_year,
                "last_year": said.last_year,
                **_number(number),
                "published_at": shown["published_at"],
            }


def _number(one: BoundaryNumber) -> JsonObject:
    return {
        "site": one.site,
        "region": one.region,
        "kind": one.kind,
        "issuer": one.issuer,
        "evidence": dict(one.evidence),
        "from": one.from_day.isoformat() if one.from_day else None,
        "to": one.to_day.isoformat() if one.to_day else None,
    }
