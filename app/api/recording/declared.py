"""Routes of what is declared elsewhere: numbers that other mechanisms own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.claim_numbers import EVIDENCE, ISSUER, KIND
from app.http.current import by_user, wiring
from app.http.fields import Day, Line, PublicId, Strict
from app.http.once import once
from app.http.pages import OfAPage, WantedPage, read_page
from app.http.reasons import Reasoned, SentReason
from app.http.registers import Register, Shown, at_row, exported, sent_rows, take_rows, takes_file
from app.http.validators import Count, OneOf
from app.ids import parse
from app.shown.declared import declaration_answer, declared_row
from app.usecases.recording.declare_elsewhere import declare_elsewhere
from app.usecases.recording.read_declaration import read_declaration
from app.usecases.recording.read_declarations import read_declarations
from app.usecases.recording.read_declared_names import read_declared_names
from app.usecases.recording.withdraw_declaration import withdraw_declaration
from app.wiring import Wiring
from behaviours.actions.declared import (
    DECLARABLE,
    DECLARED,
    MECHANISMS,
    STATES,
    STEPS,
    WITHDRAW,
    DeclaredNumber,
    RegisteredDeclaration,
)
from behaviours.json_value import JsonObject
from behaviours.refusal import Refusal

blueprint = Blueprint(
    "declared_elsewhere", __name__, description="What other mechanisms own is not counted here."
)

MOST_AT_ONCE = 1_000
READING = ("operator", "authority")
EXAMPLE: JsonObject = {
    "declarations": [
        {
            "mechanism": "ccer",
            "reference": "CCER-01-2026-0042",
            "kind": "meter",
            "issuer": "state_grid_zj",
            "evidence": {"meter_id": "3301000099887766"},
            "from": "2026-01-01",
            "to": "2035-12-31",
        }
    ]
}


class DeclarationOfNumberBody(Strict):
    """Numbers of one claim, and for which days another mechanism owns what is done with them."""

    mechanism = plain.String(
        required=True, validate=OneOf(DECLARABLE), metadata={"enum": list(DECLARABLE)}
    )
    reference = Line(
        required=True,
        most=100,
        metadata={"description": "The number of the project, certificate or boundary there."},
    )
    kind = KIND
    issuer = ISSUER
    evidence = EVIDENCE
    from_ = Day(required=True, data_key="from", metadata={"description": "The first day."})
    to = Day(
        allow_none=True,
        metadata={
            "description": "The last day; without one it holds until it is withdrawn. Numbers that"
            " begin anew need one."
        },
    )
    organisation_id = PublicId(
        "org", metadata={"description": "Whose boundary it is; of `covered_emitter` only."}
    )


class SentNumberDeclaration(TypedDict):
    """What ``DeclarationOfNumberBody`` loads."""

    mechanism: str
    reference: str
    kind: str
    issuer: NotRequired[str]
    evidence: dict[str, str]
    from_: date
    to: NotRequired[date | None]
    organisation_id: NotRequired[UUID]


class DeclarationsOfNumbersBody(Strict):
    """Up to 1,000 declarations; all are kept, or none."""

    declarations = plain.List(
        plain.Nested(DeclarationOfNumberBody),
        required=True,
        validate=Count(min=1, max=MOST_AT_ONCE),
    )


class SentNumberDeclarations(TypedDict):
    """What ``DeclarationsOfNumbersBody`` loads."""

    declarations: list[SentNumberDeclaration]


class DeclarationFilter(OfAPage):
    """Which declarations."""

    mechanism = plain.String(validate=OneOf(MECHANISMS), metadata={"enum": list(MECHANISMS)})
    reference = plain.String()
    state = plain.String(validate=OneOf(STATES), metadata={"enum": list(STATES)})


class WantedDeclarations(WantedPage, total=False):
    """What ``DeclarationFilter`` loads."""

    mechanism: str
    reference: str
    state: str


class WithdrawnDeclarationBody(Reasoned):
    """Why it does not hold any more."""

    reason = Line(required=True, most=400)


class DeclarationOfNumberAnswer(Schema):
    """A declaration as it stands in the register."""

    id = plain.String()
    mechanism = plain.String(metadata={"enum": list(MECHANISMS)})
    reference = plain.String()
    kind = plain.String()
    issuer = plain.String(allow_none=True)
    evidence = plain.Dict(keys=plain.String(), values=plain.String())
    from_ = plain.String(data_key="from")
    to = plain.String(allow_none=True)
    organisation_id = plain.String(allow_none=True)
    boundary_id = plain.String(
        allow_none=True, metadata={"description": "The covered emitter's boundary that says so."}
    )
    state = plain.String(metadata={"enum": list(STATES)})
    declared_at = plain.String()
    withdrawn_at = plain.String(allow_none=True)
    reason = plain.String(allow_none=True)


class DeclaredReductionsAnswer(Schema):
    """How many recorded reductions it speaks of, by where they are.

    Those of the pool stay there, those of bundles have left them; those in units are taken back by
    two people, or stay.
    """

    in_pool = plain.Integer()
    in_bundles = plain.Integer()
    in_units = plain.Integer()


class DeclarationAtWorkAnswer(DeclarationOfNumberAnswer):
    """One declaration, and what it meets."""

    reductions = plain.Nested(DeclaredReductionsAnswer)


class NewDeclarationsAnswer(Schema):
    """The declarations, in the order in which they were sent."""

    data = plain.List(plain.Nested(DeclarationOfNumberAnswer))


DECLARED_ROWS = Register(
    "declared-elsewhere", DeclarationOfNumberBody(), frozenset({"id", "declared_at"})
)
# Read at once of the register that is sent as a file.
ROWS = 500
EXAMPLE_FILE = (
    "mechanism,reference,kind,issuer,evidence.meter_id,from,to\n"
    "ccer,CCER-01-2026-0042,meter,state_grid_zj,3301000099887766,2026-01-01,2035-12-31\n"
)


@blueprint.route("/v1/declared-elsewhere", methods=["GET"])
@allow(*READING)
@blueprint.lists(DeclarationOfNumberAnswer, "DeclarationList", narrowed_by=DeclarationFilter)
def list_declared_elsewhere(wanted: WantedDeclarations) -> Response:
    """What other mechanisms own, newest first."""
    return read_page(
        declaration_answer,
        read_declarations,
        mechanism=wanted.get("mechanism"),
        reference=wanted.get("reference"),
        state=wanted.get("state"),
    )


@blueprint.route("/v1/declared-elsewhere", methods=["POST"])
@allow(*READING, step="declaration.make")
@blueprint.arguments(DeclarationsOfNumbersBody, example=EXAMPLE)
@blueprint.response(201, NewDeclarationsAnswer)
def declare_numbers_elsewhere(body: SentNumberDeclarations) -> Response:
    """Declare that another mechanism owns what is done with some numbers, all of them or none.

    A report with such a number for such a day is `DECLARED_ELSEWHERE` from now on. What is
    recorded already stays its person's, enters no bundle, and leaves one that is not frozen. What
    stands in the register already is answered as it is.
    """

    def shown(made: list[RegisteredDeclaration]) -> JsonObject:
        return {"data": [declaration_answer(each) for each in made]}

    return once(shown, status=201, required=False)(
        declare_elsewhere,
        [said_of(each) for each in body["declarations"]],
        rulebook=wiring().rulebook,
        declared_by=caller().user_id,
        clock=wiring().clock,
    )


@exported(blueprint, DECLARED_ROWS, "What stands in the register", to=allow(*READING))
def export_declared_elsewhere(parts: Wiring) -> Shown:
    """Every declaration that is not withdrawn, in a file that `import` takes in again.

    Those of boundaries that two people signed are in the file of the covered emitters.
    """
    names = parts.database.transact(read_declared_names)
    columns = [
        *("id", "mechanism", "reference", "kind", "issuer"),
        *(f"evidence.{name}" for name in names),
        *("from", "to", "organisation_id", "declared_at"),
    ]
    return _rows(parts), columns


@blueprint.route("/v1/declared-elsewhere/import", methods=["POST"])
@allow(*READING, step="declaration.import")
@takes_file(blueprint, DECLARED_ROWS, EXAMPLE_FILE)
def import_declared_elsewhere() -> Response:
    """Declare what a file tells, all or none; what stands in the register is left as it is."""
    try:
        return take_rows(
            declare_elsewhere,
            [said_of(each) for each in sent_rows(DECLARED_ROWS)],
            rulebook=wiring().rulebook,
            declared_by=caller().user_id,
            clock=wiring().clock,
        )
    except Refusal as refusal:
        raise at_row(refusal, "declarations") from None


@blueprint.route("/v1/declared-elsewhere/<declaration_id>", methods=["GET"])
@allow(*READING)
@blueprint.response(200, DeclarationAtWorkAnswer)
def read_declared_elsewhere(declaration_id: str) -> Response:
    """One declaration, and where the recorded reductions are that it speaks of."""
    kept, reductions = wiring().database.transact(read_declaration, parse("dec", declaration_id))
    return json_answer({**declaration_answer(kept), "reductions": reductions._asdict()})


@blueprint.route("/v1/declared-elsewhere/<declaration_id>/withdraw", methods=["POST"])
@allow(*STEPS[WITHDRAW].by, step="declaration.withdraw")
@blueprint.arguments(
    WithdrawnDeclarationBody, example={"reason": "The project left CCER on 2026-06-30."}
)
@blueprint.response(200, DeclarationOfNumberAnswer)
def withdraw_declared_elsewhere(body: SentReason, declaration_id: str) -> Response:
    """Withdraw a declaration that somebody else made: its numbers count here again."""
    return once(declaration_answer, required=False)(
        withdraw_declaration,
        parse("dec", declaration_id),
        reason=body["reason"],
        **by_user(),
    )


def _rows(parts: Wiring) -> Iterator[JsonObject]:
    """What stands in the register, newest first, read page by page."""
    before: UUID | None = None
    while True:
        found = parts.database.transact(read_declarations, state=DECLARED, before=before, most=ROWS)
        for each in found:
            if each.said.mechanism in DECLARABLE and each.said.boundary_id is None:
                yield declared_row(each)
        if len(found) < ROWS:
            return
        before = found[-1].declaration_id


def said_of(sent: SentNumberDeclaration) -> DeclaredNumber:
    """What a body, or a row of a file, declares."""
    return DeclaredNumber(
        sent["mechanism"],
        sent["reference"],
        sent["kind"],
        sent.get("issuer"),
        sent["evidence"],
        sent["from_"],
        sent.get("to"),
        sent.get("organisation_id"),
    )
