"""An organisation that applies, as pages: it states who it is, hands over documents, withdraws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from flask import Response, request
from marshmallow import fields as plain

from app.auth import allow_public, taking
from app.http.blueprint import load
from app.http.body import large_body
from app.http.current import now, wiring
from app.http.faults import invalid
from app.http.fields import Line, PublicId, Strict
from app.http.organisation_statements import SaidOfItself, statement_from
from app.http.validators import Characters, Count
from app.ids import parse
from app.shown.papers import papers_answer
from app.tokens import Caller
from app.usecases.organisations.hand_in_document import NewDocument, hand_in_document
from app.usecases.organisations.read_application import read_application
from app.usecases.organisations.state_organisation import state_organisation
from app.usecases.organisations.withdraw_application import withdraw_application
from app.web.account.browser import check_form, field, signed_in
from app.web.account.pages import form_page, go
from app.web.reading import Pages
from behaviours.admission import HAND_IN, OPEN, STEPS, OrganisationStatement
from behaviours.civil_time import civil_day
from behaviours.file_forms import form_of
from behaviours.json_value import JsonObject
from behaviours.organisations import PROVIDER
from behaviours.paper_formats import FORMATS, MOST_BYTES
from behaviours.paper_kinds import DOCUMENT_KINDS
from behaviours.refusal import Refusal
from behaviours.users import APPLICANT

blueprint = Pages(
    "application_pages", __name__, description="An organisation that applies, as pages."
)

MOST_ROWS, MOST_REPORTS = 500, 4_000
PATH: Final = "/account/applications/<organisation_id>"
_TYPED = (
    *("credit_code", "legal_name", "contact_name", "contact_phone", "contact_email"),
    *("group", "reports"),
)
_ROWS = ("interests", "scenes", "issuers")


class StatementForm(Strict):
    """What the form asks for; what was left empty is left out."""

    credit_code = Line(required=True, most=32)
    legal_name = Line(required=True, most=200)
    contact_name = Line(required=True, most=100)
    contact_phone = Line(required=True, least=5, most=32)
    contact_email = Line(required=True, least=3, most=254)
    interests = plain.List(PublicId("org"), load_default=list, validate=Count(0, MOST_ROWS))
    of_operator = plain.Boolean(required=True, truthy={True}, falsy={False})
    group = Line(most=64)
    scenes = plain.List(Line(most=64), validate=Count(0, MOST_ROWS))
    reports = plain.String(validate=Characters(min=1, max=MOST_REPORTS))
    issuers = plain.List(Line(most=64), validate=Count(0, MOST_ROWS))


class TypedStatement(SaidOfItself):
    """As ``StatementForm`` loads it."""

    contact_name: str
    contact_phone: str
    contact_email: str


@blueprint.route(PATH)
@allow_public
@blueprint.page
@blueprint.alt_response(303, description="To the login")
def show_own_application(organisation_id: str) -> Response:
    """How the application stands, what is missing, and the forms for it."""
    who = signed_in()
    return _page(who, organisation_id) if who else go("/login")


@blueprint.route(f"{PATH}/statement", methods=["POST"])
@allow_public
@blueprint.sent_form(leads="To the application")
def send_statement(organisation_id: str) -> Response:
    """State who the organisation is; it takes the place of what was said."""

    def stated(who: Caller, whose: UUID) -> None:
        wiring().database.transact(
            state_organisation,
            whose,
            _statement(load(StatementForm(), _typed())),
            by=who.viewer,
            scenes=wiring().scenes,
            clock=wiring().clock,
        )

    return _done(organisation_id, "organisation.state", stated)


@blueprint.route(f"{PATH}/documents", methods=["POST"])
@allow_public
@large_body
@blueprint.sent_form(leads="To the application")
def send_document(organisation_id: str) -> Response:
    """Hand in a document; the newest of a kind counts."""

    def handed_in(who: Caller, whose: UUID) -> None:
        wiring().database.transact(
            hand_in_document,
            whose,
            _document(),
            by=who.viewer,
            identity_key=wiring().settings.identity_key,
            clock=wiring().clock,
        )

    return _done(organisation_id, "organisation.hand_in", handed_in)


@blueprint.route(f"{PATH}/withdraw", methods=["POST"])
@allow_public
@blueprint.sent_form(leads="To the application")
def send_withdrawal(organisation_id: str) -> Response:
    """Withdraw the application; its documents go by the schedule."""

    def withdrawn(who: Caller, whose: UUID) -> None:
        wiring().database.transact(withdraw_application, whose, by=who.viewer, clock=wiring().clock)

    return _done(organisation_id, "organisation.withdraw", withdrawn)


def _done(organisation_id: str, step: str, do: Callable[[Caller, UUID], None]) -> Response:
    """Take a step, which is a row of the log, and show how the application stands then."""
    who = signed_in()
    if who is None:
        return go("/login")
    if not _hands_in(who):
        return go("/account")
    try:
        check_form()
        with taking(who, step):
            do(who, parse("org", organisation_id))
    except Refusal as refused:
        return _page(who, organisation_id, refused)
    return go(f"/account/applications/{organisation_id}")


def _hands_in(who: Caller) -> bool:
    """Whether it is theirs: operators hand in over the API, where they say for whom."""
    return who.role == APPLICANT and who.role in STEPS[HAND_IN].by


def _page(who: Caller, organisation_id: str, refused: Refusal | None = None) -> Response:
    if not _hands_in(who):
        return go("/account")
    papers = wiring().database.transact(
        read_application, parse("org", organisation_id), by=who.viewer
    )
    told = papers_answer(papers, today=civil_day(now(), wiring().zone))
    return form_page(
        "application.html",
        refused,
        told=told,
        typed=_shown(papers.application.statement, told["statement"]),
        is_open=papers.application.state in OPEN,
        is_provider=papers.application.kind == PROVIDER,
        document_kinds=DOCUMENT_KINDS,
        accept=",".join(FORMATS),
        most_mib=MOST_BYTES // 1024**2,
        most_reports=MOST_REPORTS,
    )


def _shown(said: OrganisationStatement | None, answered: object) -> JsonObject:
    """What stands in the fields: what was just typed, else what was stated before."""
    if request.method == "POST" and request.path.endswith("/statement"):
        own: JsonObject = {name: field(name) for name in (*_TYPED, *_ROWS)}
        return {**own, "of_operator": bool(field("of_operator"))}
    if said is None or not isinstance(answered, dict):
        return {"of_operator": False, **dict.fromkeys((*_TYPED, *_ROWS), "")}
    rows = {name: "\n".join(answered[name]) for name in _ROWS}
    lines = {name: getattr(said, name) or "" for name in _TYPED}
    return {**rows, **lines, "of_operator": said.of_operator}


def _typed() -> JsonObject:
    lines: JsonObject = {name: field(name).strip() for name in _TYPED}
    rows: JsonObject = {name: field(name).split() for name in _ROWS}
    told = {name: value for name, value in {**lines, **rows}.items() if value}
    return {**told, "of_operator": bool(field("of_operator"))}


def _statement(typed: TypedStatement) -> OrganisationStatement:
    return statement_from(
        typed,
        name=typed["contact_name"],
        phone=typed["contact_phone"],
        email=typed["contact_email"],
    )


def _document() -> NewDocument:
    """The file of this form, in the form that it has by what it holds."""
    kind, sent = field("kind"), request.files.get("file")
    if kind not in DOCUMENT_KINDS:
        raise invalid("/kind", "REQUIRED")
    if sent is None:
        raise invalid("/file", "REQUIRED", "file")
    # One more byte than is taken shows a larger file without reading all of it.
    content = sent.stream.read(MOST_BYTES + 1)
    return NewDocument(kind, form_of(content) or "", content)
