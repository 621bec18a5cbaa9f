"""Routes of covered emitters' boundaries: what a carbon market owns already."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Final, NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import fields as plain

from app.auth import allow, allow_public, caller
from app.http.blueprint import Blueprint
from app.http.claim_numbers import EVIDENCE, ISSUER, KIND
from app.http.current import wiring
from app.http.fields import Day, Line, PublicId, Region, Strict
from app.http.once import once
from app.http.pages import OfAPage, WantedPage, read_one, read_page
from app.http.registers import Register, Shown, exported, rows_taken, sent_rows, takes_file
from app.http.signing import made_when_signed, with_awaited
from app.http.validators import Between, Count
from app.ids import parse
from app.shown.boundaries import (
    AwaitingBoundary,
    BoundaryAnswer,
    HeldBoundaryAnswer,
    boundary_answer,
    boundary_rows,
    held_boundary,
)
from app.usecases.recording.propose_boundaries import propose_boundaries
from app.usecases.recording.read_boundaries import read_boundaries
from app.usecases.recording.read_boundary import read_boundary
from app.usecases.recording.sign_boundary import sign_boundary
from app.wiring import Wiring
from behaviours.actions.boundaries import (
    MOST_NUMBERS,
    BoundaryNumber,
    EmitterBoundary,
    NewBoundary,
    Years,
    boundaries_of_rows,
    place_of_rows,
)
from behaviours.json_value import JsonObject
from behaviours.refusal import Refusal

blueprint = Blueprint(
    "boundaries", __name__, description="What covered emitters answer for in carbon markets."
)
SIGNING: Final = ("operator", "authority")
# The first market of this country, Shenzhen's, began in 2013.
_YEARS: Final = (2013, 2100)
_NUMBER: Final[JsonObject] = {
    "site": "一号厂房屋顶",
    "region": "CN-330100",
    "kind": "meter",
    "issuer": "state_grid_zj",
    "evidence": {"meter_id": "3301000099887766"},
}
EXAMPLE: Final[JsonObject] = {
    "market": "national",
    "first_year": 2026,
    "source": "2026 年度全国碳排放权交易市场重点排放单位名录",
    "numbers": [_NUMBER],
}


class BoundaryNumberBody(Strict):
    """Numbers of one claim at a site inside the boundary."""

    site = Line(required=True, most=200, metadata={"example": "一号厂房屋顶"})
    region = Region(required=True, metadata={"example": "CN-330100"})
    kind = KIND
    issuer = ISSUER
    evidence = EVIDENCE
    from_ = Day(data_key="from", metadata={"description": "Inside since; else for all the years."})
    to = Day(
        metadata={
            "description": "The last day. Numbers that begin anew need one where years are open."
        }
    )


class SentBoundaryNumber(TypedDict):
    """As ``BoundaryNumberBody`` loads it."""

    site: str
    region: str
    kind: str
    issuer: NotRequired[str]
    evidence: dict[str, str]
    from_: NotRequired[date]
    to: NotRequired[date]


class BoundaryBody(Strict):
    """A boundary in one market. One without numbers says that it is covered no more."""

    market = Line(required=True, most=64, metadata={"example": "national"})
    first_year = plain.Integer(
        required=True, strict=True, validate=Between(*_YEARS), metadata={"example": 2026}
    )
    last_year = plain.Integer(
        strict=True,
        allow_none=True,
        validate=Between(*_YEARS),
        metadata={"description": "Without one it holds until another is published."},
    )
    source = Line(required=True, most=300, metadata={"description": "The list that names it."})
    numbers = plain.List(
        plain.Nested(BoundaryNumberBody), required=True, validate=Count(max=MOST_NUMBERS)
    )


class SentBoundary(TypedDict):
    """As ``BoundaryBody`` loads it."""

    market: str
    first_year: int
    last_year: NotRequired[int | None]
    source: str
    numbers: list[SentBoundaryNumber]


class BoundaryRow(BoundaryNumberBody):
    """A number as a row of a file, with the boundary that it lies in."""

    organisation_id = PublicId("org", required=True)
    market = Line(required=True, most=64)
    first_year = plain.Integer(required=True, strict=True, validate=Between(*_YEARS))
    last_year = plain.Integer(strict=True, validate=Between(*_YEARS))
    source = Line(required=True, most=300)


class SentBoundaryRow(SentBoundaryNumber):
    """As ``BoundaryRow`` loads it."""

    organisation_id: UUID
    market: str
    first_year: int
    last_year: NotRequired[int]
    source: str


class BoundaryFilter(OfAPage):
    """Which boundaries."""

    organisation_id = PublicId("org")
    market = plain.String()


class WantedBoundaries(WantedPage, total=False):
    """As ``BoundaryFilter`` loads it."""

    organisation_id: UUID
    market: str


COVERED_EMITTERS = Register("covered-emitters", BoundaryRow(), frozenset({"id", "published_at"}))
EXAMPLE_FILE: Final = (
    "organisation_id,market,first_year,source,site,region,kind,issuer,evidence.meter_id\n"
    f"org_{'0199' + 28 * '0'},national,2026,2026 年度名录,一号厂房屋顶,CN-330100,meter,"
    "state_grid_zj,3301000099887766\n"
)
# Read at once of the register that is sent as a file.
ROWS: Final = 100
# A boundary, and the years in which it holds.
Found = tuple[EmitterBoundary, list[Years]]


@blueprint.route("/v1/covered-emitters", methods=["GET"])
@allow_public
@blueprint.lists(HeldBoundaryAnswer, "BoundaryList", narrowed_by=BoundaryFilter)
def list_covered_emitters(wanted: WantedBoundaries) -> Response:
    """Every boundary that two people signed, newest first, and the years in which it holds.

    What is done with such a number in such a year is `DECLARED_ELSEWHERE`.
    """
    return _boundaries(held_boundary, wanted, published=True)


@blueprint.route("/v1/covered-emitters/proposed", methods=["GET"])
@allow(*SIGNING)
@blueprint.lists(BoundaryAnswer, "ProposedBoundaryList", narrowed_by=BoundaryFilter)
def list_proposed_boundaries(wanted: WantedBoundaries) -> Response:
    """Boundaries that somebody proposed and two people have not signed, newest first."""
    return _boundaries(lambda found: boundary_answer(found[0]), wanted, published=False)


@blueprint.route("/v1/covered-emitters/<boundary_id>", methods=["GET"])
@allow_public
@blueprint.response(200, HeldBoundaryAnswer)
def read_covered_emitter(boundary_id: str) -> Response:
    """One boundary that two people signed, and the years in which it holds."""
    return read_one(held_boundary, read_boundary, parse("bnd", boundary_id))


@blueprint.route("/v1/organisations/<organisation_id>/covered-emitter", methods=["POST"])
@allow(*SIGNING, step="boundary.propose")
@blueprint.arguments(BoundaryBody, example=EXAMPLE)
@blueprint.response(202, AwaitingBoundary)
@blueprint.alt_response(201, schema=AwaitingBoundary, description="It holds already")
def propose_covered_emitter(body: SentBoundary, organisation_id: str) -> Response:
    """Propose an organisation's boundary in a market and sign it; the other role publishes it.

    A boundary never changes: in its years it takes the place of those before it, as a whole.
    """
    said = NewBoundary(
        parse("org", organisation_id),
        body["market"],
        body["first_year"],
        body.get("last_year"),
        body["source"],
        tuple(_number(each) for each in body["numbers"]),
    )
    try:
        return once(_only, status=_made, required=False)(
            propose_boundaries,
            [said],
            rulebook=wiring().rulebook,
            by=caller().viewer,
            clock=wiring().clock,
        )
    except Refusal as refusal:
        refusal.pointer = refusal.pointer.removeprefix("/boundaries/0")
        raise


@blueprint.route("/v1/covered-emitters/<boundary_id>/publish", methods=["POST"])
@allow(*SIGNING, step="boundary.publish")
@blueprint.signed(201, AwaitingBoundary)
def publish_covered_emitter(boundary_id: str) -> Response:
    """Sign a boundary; the second signature, of another person and role, publishes it.

    What is recorded already with its numbers in its years stays its person's and enters no bundle.
    """
    return once(with_awaited(boundary_answer), status=made_when_signed, required=False)(
        sign_boundary,
        parse("bnd", boundary_id),
        rulebook=wiring().rulebook,
        by=caller().viewer,
        clock=wiring().clock,
    )


@exported(blueprint, COVERED_EMITTERS, "What lies inside the boundaries", to=allow_public)
def export_covered_emitters(parts: Wiring) -> Shown:
    """What lies inside the boundaries that hold, in a file that `import` takes in again."""
    names = {
        name for years in _held(parts) for each in years.said.numbers for name in each.evidence
    }
    columns = [
        *("id", "organisation_id", "market", "first_year", "last_year", "source"),
        *("site", "region", "kind", "issuer"),
        *(f"evidence.{name}" for name in sorted(names)),
        *("from", "to", "published_at"),
    ]
    return boundary_rows(_held(parts)), columns


@blueprint.route("/v1/covered-emitters/import", methods=["POST"])
@allow(*SIGNING, step="boundary.import")
@takes_file(blueprint, COVERED_EMITTERS, EXAMPLE_FILE)
def import_covered_emitters() -> Response:
    """Propose the boundaries of a file, all or none, and sign them; the other role publishes each.

    Rows of one organisation, market and years are one boundary. One that holds is left as it is.
    """
    rows = [said_of(each) for each in sent_rows(COVERED_EMITTERS)]
    said = boundaries_of_rows(rows)

    def shown(_: Sequence[object]) -> JsonObject:
        return rows_taken(rows)

    try:
        return once(shown, status=201, required=False)(
            propose_boundaries,
            said,
            rulebook=wiring().rulebook,
            by=caller().viewer,
            clock=wiring().clock,
        )
    except Refusal as refusal:
        refusal.pointer = place_of_rows(refusal.pointer, rows, said)
        raise


def _held(parts: Wiring) -> Iterator[Years]:
    """The boundaries that hold, newest first, read page by page."""
    before: UUID | None = None
    while page := parts.database.transact(read_boundaries, before=before, most=ROWS):
        for _, held in page:
            yield from held
        before = page[-1][0].boundary_id


def said_of(row: SentBoundaryRow) -> NewBoundary:
    """What a row of a file says of a boundary: one number."""
    return NewBoundary(
        row["organisation_id"],
        row["market"],
        row["first_year"],
        row.get("last_year"),
        row["source"],
        (_number(row),),
    )


def _number(sent: SentBoundaryNumber) -> BoundaryNumber:
    return BoundaryNumber(
        sent["site"],
        sent["region"],
        sent["kind"],
        sent.get("issuer"),
        sent["evidence"],
        sent.get("from_"),
        sent.get("to"),
    )


def _boundaries(
    show: Callable[[Found], JsonObject], wanted: WantedBoundaries, *, published: bool
) -> Response:
    return read_page(
        show,
        read_boundaries,
        organisation_id=wanted.get("organisation_id"),
        market=wanted.get("market"),
        published=published,
    )


def _only(made: Sequence[tuple[EmitterBoundary, Sequence[str]]]) -> JsonObject:
    (one,) = made
    return with_awaited(boundary_answer)(one)


def _made(made: Sequence[tuple[EmitterBoundary, Sequence[str]]]) -> int:
    (one,) = made
    return made_when_signed(one)
