"""Routes of issuers: who gives out the numbers by which actions are told apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import zip_longest
from typing import NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, allow_public
from app.http.answers import in_force, json_answer
from app.http.blueprint import Blueprint
from app.http.codes import Code
from app.http.current import by_caller, wiring
from app.http.fields import Day, Line, PublicId, Strict
from app.http.once import once
from app.http.pages import OfAPage, WantedPage, limit_and_cursor, page
from app.http.registers import Register, Shown, exported, sent_rows, take_rows, takes_file
from app.http.signing import kept_when_signed, made_when_signed, with_awaited
from app.http.validators import Between, Count, OneOf
from app.ids import public
from app.shown.issuers import issuer_answer
from app.shown.standing import NamedStandsAnswer, stands
from app.usecases.organisations.read_issuers import RegisteredIssuer, read_issuers
from app.usecases.organisations.sign_for_issuer import sign_for_issuer
from app.usecases.organisations.sign_issuers import sign_issuers
from app.usecases.organisations.sign_numbers import sign_numbers
from app.wiring import Wiring
from behaviours.actions.claims import kinds_with_issuer
from behaviours.actions.normal_form import LONGEST
from behaviours.issuers import CODE, KIND, PERIODS, SINCE_EVER, Issuer, NumberShape
from behaviours.json_value import Json, JsonObject
from behaviours.rules.in_force import ProgrammeRulebook
from rewards.signing import ROLES

blueprint = Blueprint("issuers", __name__, description="Who gives out numbers.")

MOST_KINDS = 32


class NumberShapeBody(Strict):
    """What the issuer's numbers of a kind are like, without blanks, dashes and leading zeros."""

    kind = Code(KIND, required=True, metadata={"example": "meter"})
    least = plain.Integer(
        required=True, strict=True, validate=Between(1, LONGEST), metadata={"example": 10}
    )
    most = plain.Integer(
        required=True, strict=True, validate=Between(1, LONGEST), metadata={"example": 10}
    )
    digits_only = plain.Boolean(truthy={True}, falsy={False}, required=True)


class SentShape(TypedDict):
    """As ``NumberShapeBody`` loads it."""

    kind: str
    least: int
    most: int
    digits_only: bool


class NumberShapesBody(Strict):
    """What the issuer's numbers are like; of a kind that is not named nothing is said."""

    numbers = plain.List(
        plain.Nested(NumberShapeBody), required=True, validate=Count(max=MOST_KINDS)
    )
    since = Day(
        metadata={
            "description": "From which day on; today when left out. Of days before holds what was"
            " said of them, and of days after what was said of a later day."
        }
    )


class SentShapes(TypedDict):
    """As ``NumberShapesBody`` loads it."""

    numbers: list[SentShape]
    since: NotRequired[date]


class NumberIssuerBody(Strict):
    """An issuer, and how often its numbers begin anew."""

    code = Code(CODE, required=True, metadata={"example": "hz_metro"})
    name_zh = Line(required=True, most=100, metadata={"example": "杭州地铁"})
    name_en = Line(required=True, most=100, metadata={"example": "Hangzhou Metro"})
    kinds = plain.List(
        Code(KIND),
        required=True,
        validate=Count(min=1, max=MOST_KINDS),
        metadata={
            "description": "Which numbers it gives out, as the rules name their claims.",
            "example": ["ride"],
        },
    )
    per = plain.String(
        load_default=PERIODS[-1],
        validate=OneOf(PERIODS),
        metadata={
            "description": "How often its numbers begin anew. It never changes.",
            "enum": list(PERIODS),
        },
    )

    numbers = plain.List(
        plain.Nested(NumberShapeBody), load_default=list, validate=Count(max=MOST_KINDS)
    )


class NewNumberIssuer(TypedDict):
    """What ``NumberIssuerBody`` loads."""

    code: str
    name_zh: str
    name_en: str
    kinds: list[str]
    per: str
    numbers: list[SentShape]


class IssuerAdmissionBody(Strict):
    """A provider that reports the issuer's numbers."""

    provider_id = PublicId("org", required=True)


class NewAdmission(TypedDict):
    """What ``IssuerAdmissionBody`` loads."""

    provider_id: UUID


class IssuerFilter(OfAPage):
    """Which issuers."""

    kind = plain.String(metadata={"description": "Those that give out such numbers."})


class WantedIssuers(WantedPage, total=False):
    """What ``IssuerFilter`` loads."""

    kind: str


class ProposedForIssuer(Schema):
    """A provider that is to report an issuer's numbers, and whose signatures that awaits."""

    provider_id = plain.String()
    awaiting = plain.List(plain.String(metadata={"enum": list(ROLES)}))


class DatedNumbersAnswer(Schema):
    """What was said of an issuer's numbers, and of which days that holds."""

    since = plain.String(
        allow_none=True, metadata={"format": "date", "description": "null: of every day before."}
    )
    until = plain.String(
        allow_none=True,
        metadata={"format": "date", "description": "The last day; null: it goes on."},
    )
    numbers = plain.List(plain.Nested(NumberShapeBody))


class NumberIssuerAnswer(Schema):
    """An issuer. Evidence names it as `issuer`."""

    code = plain.String(metadata={"example": "hz_metro"})
    name_zh = plain.String()
    name_en = plain.String()
    kinds = plain.List(plain.String())
    per = plain.String(metadata={"enum": list(PERIODS)})
    numbers = plain.List(
        plain.Nested(NumberShapeBody),
        metadata={"description": "What they are like, by kind, as it was said of the last day."},
    )
    history = plain.List(
        plain.Nested(DatedNumbersAnswer),
        metadata={"description": "What was said of which days, the first ones first."},
    )


class AwaitingIssuer(NumberIssuerAnswer):
    """An issuer, and whose signatures are awaited."""

    awaiting = plain.List(plain.String(metadata={"enum": list(ROLES)}))


class ListedIssuerAnswer(NumberIssuerAnswer):
    """An issuer, and the providers that are admitted for its numbers."""

    awaiting = plain.List(
        plain.String(metadata={"enum": list(ROLES)}),
        metadata={"description": "Who has yet to sign the same terms; with none it is in force."},
    )

    provider_ids = plain.List(
        plain.String(), metadata={"description": "Those that take part, and so report them."}
    )
    stopped_providers = plain.List(
        plain.Nested(NamedStandsAnswer),
        metadata={"description": "Those that were admitted, and are suspended or closed."},
    )
    proposed_providers = plain.List(
        plain.Nested(ProposedForIssuer),
        metadata={"description": "Those for whom one person signed, and another has yet to."},
    )


ISSUERS = Register("issuers", NumberIssuerBody())
EXAMPLE_FILE = "code,name_zh,name_en,kinds,per\nhz_metro,杭州地铁,Hangzhou Metro,ride,never\n"


@blueprint.route("/v1/issuers", methods=["GET"])
@allow_public
@blueprint.lists(ListedIssuerAnswer, "IssuerList", narrowed_by=IssuerFilter)
def list_number_issuers(wanted: WantedIssuers) -> Response:
    """Who gives out numbers, of which kinds, how often they begin anew, and who reports them."""
    limit, after = limit_and_cursor()
    rows = wiring().database.transact(
        read_issuers, kind=wanted.get("kind"), after=after, most=limit + 1
    )
    return json_answer(page([_listed(row) for row in rows], lambda row: row["code"]))


@blueprint.route("/v1/issuers", methods=["POST"])
@allow(*reversed(ROLES), step="issuer.register")
@blueprint.arguments(NumberIssuerBody)
@blueprint.signed(201, AwaitingIssuer)
def register_number_issuer(body: NewNumberIssuer) -> Response:
    """Sign that an issuer is registered; it is when somebody of the other role signs the same.

    Whoever signs second sends the same terms; others take the place of those that wait, and both
    sign anew. What is registered is answered as it stands; other terms are refused. Its numbers
    count once for every provider that is admitted for it.
    """
    answer = once(_only_signed, status=_only_made, required=False)(
        sign_issuers, [issuer_of(body)], kinds=number_kinds(wiring().rulebook), **by_caller()
    )
    return in_force(answer)


@exported(blueprint, ISSUERS, "The register", to=allow_public)
def export_number_issuers(parts: Wiring) -> Shown:
    """Every issuer, in a file that `import` takes in again, here or elsewhere."""
    issuers = parts.rulebook.claiming.register.issuers.values()
    shapes = max((len(each.numbers) for each in issuers), default=0)
    columns = [
        *("code", "name_zh", "name_en", "kinds", "per"),
        *(f"numbers.{at}.{name}" for at in range(shapes) for name in NumberShape._fields),
    ]
    return map(_row, sorted(issuers, key=lambda each: each.code)), columns


@blueprint.route("/v1/issuers/import", methods=["POST"])
@allow(*reversed(ROLES), step="issuer.import")
@takes_file(blueprint, ISSUERS, EXAMPLE_FILE)
def import_number_issuers() -> Response:
    """Sign that the issuers of a file are registered, all or none.

    They are when somebody of the other role takes the same file in; those that stand there are
    left as they are.
    """
    answer = take_rows(
        sign_issuers,
        [issuer_of(each) for each in sent_rows(ISSUERS)],
        kinds=number_kinds(wiring().rulebook),
        **by_caller(),
    )
    return in_force(answer)


@blueprint.route("/v1/issuers/<code>/providers", methods=["POST"])
@allow(*reversed(ROLES), step="issuer.admit")
@blueprint.arguments(IssuerAdmissionBody)
@blueprint.signed(201, AwaitingIssuer)
def admit_for_numbers(body: NewAdmission, code: str) -> Response:
    """Sign that a provider is admitted for the issuer; the second signature, of another role, does
    it, and then the provider may report its numbers.

    It need not name the issuer in `evidence` while it is its only one for such numbers. Those that
    an organisation named when it applied are admitted with it.
    """
    answer = once(with_awaited(_answer), status=made_when_signed, required=False)(
        sign_for_issuer, code, body["provider_id"], **by_caller()
    )
    return in_force(answer)


@blueprint.route("/v1/issuers/<code>/numbers", methods=["PUT"])
@allow(*reversed(ROLES), step="issuer.state_numbers")
@blueprint.arguments(NumberShapesBody)
@blueprint.signed(200, AwaitingIssuer)
def state_what_numbers_are_like(body: SentShapes, code: str) -> Response:
    """Sign what the issuer's numbers are like: once somebody of the other role signs the same, what
    cannot be one is refused.

    It holds for what was done from `since` on: an action of an earlier day is held against what was
    said of that day, and an installation against what is said of today. A report with such a number
    is answered `NUMBER_NOT_OF_ISSUER`. What was recorded stays. What waits stands at
    `GET /v1/proposals`.
    """
    answer = once(with_awaited(_answer), status=kept_when_signed, required=False)(
        sign_numbers,
        code,
        _shapes(body),
        since=body.get("since"),
        zone=wiring().zone,
        **by_caller(),
    )
    return in_force(answer)


def issuer_of(body: NewNumberIssuer) -> Issuer:
    """The issuer that a body, or a row of a file, tells of."""
    kinds = tuple(dict.fromkeys(body["kinds"]))
    return Issuer(body["code"], body["name_zh"], body["name_en"], kinds, body["per"], _shapes(body))


def _shapes(body: NewNumberIssuer | SentShapes) -> tuple[NumberShape, ...]:
    return tuple(NumberShape(**each) for each in body["numbers"])


def number_kinds(rulebook: ProgrammeRulebook) -> set[str]:
    """Of which numbers the rules make claims that hang on their issuer."""
    return {kind for version in rulebook.versions() for kind in kinds_with_issuer(version)}


def _only_signed(done: list[tuple[Issuer, list[str]]]) -> JsonObject:
    (only,) = done
    return with_awaited(_answer)(only)


def _only_made(done: list[tuple[Issuer, list[str]]]) -> int:
    (only,) = done
    return made_when_signed(only)


def _answer(issuer: Issuer) -> JsonObject:
    return {
        **issuer_answer(issuer),
        "numbers": _told(issuer.numbers),
        "history": [
            {
                "since": None if each.since == SINCE_EVER else each.since.isoformat(),
                "until": (later.since - timedelta(days=1)).isoformat() if later else None,
                "numbers": _told(each.numbers),
            }
            for each, later in zip_longest(issuer.history, issuer.history[1:])
        ],
    }


def _told(numbers: Sequence[NumberShape]) -> list[Json]:
    return [dict(each._asdict()) for each in numbers]


def _row(issuer: Issuer) -> JsonObject:
    """As a file has it, which says what is said last."""
    return {**issuer_answer(issuer), "numbers": _told(issuer.numbers)}


def _listed(row: RegisteredIssuer) -> JsonObject:
    return {
        **_answer(row.issuer),
        "awaiting": [*row.awaiting],
        "provider_ids": [public("org", each) for each in row.provider_ids],
        "stopped_providers": [
            {"provider_id": public("org", each.organisation_id), **stands(each)}
            for each in row.stopped
        ],
        "proposed_providers": [
            {"provider_id": public("org", each), "awaiting": [*awaiting]}
            for each, awaiting in sorted(row.proposed.items())
        ],
    }
