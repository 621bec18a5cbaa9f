"""The figures outside the rules, as a page: series of factors and sets of warming potentials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypedDict
from uuid import UUID

from flask import Response

from app.auth import allow_public
from app.http.current import wiring
from app.usecases.methodologies.read_series_signatures import read_series_signatures
from app.web.catalogue.rows import web
from app.web.reading import Pages, reading_page
from behaviours.rules.factors import Factor, FactorBook, PotentialSet, WarmingPotential
from behaviours.rules.series_value import SeriesValue
from rewards.signing import Signature

blueprint = Pages("series_page", __name__, description="Series and warming potentials to read.")

Signatures = Mapping[UUID, Sequence[Signature]]


class SignatureLine(TypedDict):
    """In which role somebody signed, and when."""

    role: str
    at: str


class ValueLine(TypedDict):
    """A value with where it was read; ``signed`` is empty where it came with the release."""

    name: str
    code: str
    year: int | None
    value: str
    notice: str
    published: date | None
    source: str
    url: str
    grade: str
    holds_from: date | None
    supplied: bool
    signed: list[SignatureLine]


class SeriesGroup(TypedDict):
    """The values of a series: those of its newest year, and those of the years before."""

    code: str
    unit: str
    newest: list[ValueLine]
    earlier: list[ValueLine]


class SetGroup(TypedDict):
    """The values of a set of warming potentials."""

    code: str
    title: str
    where: str
    values: list[ValueLine]


@blueprint.route("/series")
@allow_public
@blueprint.page
def read_series_page() -> Response:
    """Every value by which rules count that stands in no rule: of the release, and supplied."""
    book = wiring().rulebook.book
    signed = wiring().database.transact(read_series_signatures) if book.supplied else {}
    return reading_page(
        "series.html",
        series=[_series(code, book, signed) for code in _codes(book)],
        sets=[_set(book.potential_sets[code], book, signed) for code in book.potential_sets],
    )


def _codes(book: FactorBook) -> list[str]:
    """The series in the order in which they stand in the book."""
    return list(dict.fromkeys(factor.series for factor in book.factors.values()))


def _series(code: str, book: FactorBook, signed: Signatures) -> SeriesGroup:
    factors = [each for each in book.factors.values() if each.series == code]
    newest = max(each.data_year for each in factors)
    factors.sort(key=lambda f: (-f.data_year, f.area, f.order))
    lines = [(each.data_year, _factor(each, book, signed)) for each in factors]
    return {
        "code": code,
        "unit": factors[0].unit.text,
        "newest": [line for year, line in lines if year == newest],
        "earlier": [line for year, line in lines if year < newest],
    }


def _factor(factor: Factor, book: FactorBook, signed: Signatures) -> ValueLine:
    return {
        "name": book.regions.get(factor.area, ""),
        "code": factor.area,
        "year": factor.data_year,
        "value": f"{factor.value:f}",
        "notice": factor.notice.title,
        "published": factor.notice.published,
        "source": factor.source,
        "url": web(factor.source.partition("; ")[0]),
        "grade": factor.grade,
        "holds_from": factor.holds_from,
        "supplied": factor.order > 0,
        "signed": _signed(factor.order, book, signed),
    }


def _set(found: PotentialSet, book: FactorBook, signed: Signatures) -> SetGroup:
    return {
        "code": found.code,
        "title": found.title,
        "where": found.where,
        "values": [_potential(each, book, signed) for each in found.potentials.values()],
    }


def _potential(one: WarmingPotential, book: FactorBook, signed: Signatures) -> ValueLine:
    supplied = _supplied(one.order, book)
    return {
        "name": "",
        "code": one.gas,
        "year": None,
        "value": f"{one.value:f}",
        "notice": supplied.said.title if supplied else "",
        "published": supplied.published_on if supplied else None,
        "source": one.source,
        "url": web(one.source.partition("; ")[0]),
        "grade": one.grade,
        "holds_from": one.holds_from,
        "supplied": supplied is not None,
        "signed": _signed(one.order, book, signed),
    }


def _supplied(order: int, book: FactorBook) -> SeriesValue | None:
    return next((each for each in book.supplied if order and each.order == order), None)


def _signed(order: int, book: FactorBook, signed: Signatures) -> list[SignatureLine]:
    supplied = _supplied(order, book)
    if supplied is None:
        return []
    of_it = signed.get(supplied.value_id, ())
    return [{"role": each.role, "at": each.signed_at.isoformat()} for each in of_it]
