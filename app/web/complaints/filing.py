"""Complaining without an account as a page: the number and the secret come at once."""

from __future__ import annotations

import secrets
from typing import Final

from flask import Response
from marshmallow import fields as plain

from app.auth import allow_public
from app.http.blueprint import load
from app.http.complaints import ToldWithoutAccount, file_from_outside
from app.http.fields import Line, PublicId, Region, Strict
from app.http.validators import Characters, OneOf
from app.secrecy.complaint_secrets import complaint_secret_of
from app.web.account.browser import check_form, field, form_digest
from app.web.account.pages import form_page, go
from app.web.complaints.keys import ComplaintKey, keep_key, kept_key
from app.web.reading import Pages
from behaviours.complainants import KINDS_WITHOUT_ACCOUNT
from behaviours.complaints import OBJECTION, REDEMPTION
from behaviours.refusal import Refusal
from behaviours.region_register import named_regions

blueprint = Pages(
    "complaint_filing_pages", __name__, description="Complaining without an account, as a page."
)

MOST_TEXT = 2_000
# The one-time number of a form.
ONCE: Final = "once"
_MEMBERS = ("kind", "region", "text", "offer_id", "project_id", "name", "reach")


class ComplaintForm(Strict):
    """What the form asks for; what was left empty is left out."""

    kind = plain.String(required=True, validate=OneOf(KINDS_WITHOUT_ACCOUNT))
    region = Region(required=True)
    text = plain.String(required=True, validate=Characters(min=1, max=MOST_TEXT))
    offer_id = PublicId("ofr")
    project_id = PublicId("prj")
    name = Line(most=64)
    reach = Line(most=128)


@blueprint.route("/complaints")
@allow_public
@blueprint.page
def show_complaint_form() -> Response:
    """What can be complained about without an account, and the form."""
    return _form()


@blueprint.route("/complaints", methods=["POST"])
@allow_public
@blueprint.sent_form(leads="To the number and the secret")
def send_complaint() -> Response:
    """File the complaint; its number and secret are on the page that follows."""
    try:
        check_form()
        typed = _typed()
        key = _filed(load(ComplaintForm(), typed), _secret(typed))
    except Refusal as refused:
        return _form(refused)
    answer = go("/complaints/filed")
    keep_key(answer, key, is_new=True)
    return answer


@blueprint.route("/complaints/filed")
@allow_public
@blueprint.page
@blueprint.alt_response(303, description="To the form by which complaints are followed")
def show_filed() -> Response:
    """The number and the secret, until somebody says that they are noted."""
    key = kept_key(only_new=True)
    if key is None:
        return go("/complaints/follow")
    return form_page("complaint_filed.html", number=key.number, secret=key.secret)


def _secret(typed: dict[str, str]) -> str:
    """The same whenever the same form is sent with the same words, as by a double press.

    Other words in a form that a browser went back to are another complaint: none is swallowed.
    """
    words = [part for name in _MEMBERS for part in (name, typed.get(name, ""))]
    return complaint_secret_of(form_digest(field(ONCE), *words))


def _filed(typed: ToldWithoutAccount, secret: str) -> ComplaintKey:
    filed = file_from_outside(typed, secret=secret)
    return ComplaintKey(filed.told.complaint.number, filed.secret)


def _typed() -> dict[str, str]:
    typed = {name: field(name).strip() for name in _MEMBERS}
    # The form has one field for offers and one for projects, which say nothing of other kinds.
    for kind, member in ((REDEMPTION, "offer_id"), (OBJECTION, "project_id")):
        if typed["kind"] != kind:
            del typed[member]
    return {name: value for name, value in typed.items() if value}


def _form(refused: Refusal | None = None) -> Response:
    return form_page(
        "complaint.html",
        refused,
        once=secrets.token_urlsafe(16),
        kinds=KINDS_WITHOUT_ACCOUNT,
        provinces=_provinces(),
        typed={name: field(name) for name in _MEMBERS},
        most_text=MOST_TEXT,
    )


def _provinces() -> list[tuple[str, list[tuple[str, str]]]]:
    """Each province by code, with itself and its cities to choose from, by code and name."""
    groups: list[tuple[str, list[tuple[str, str]]]] = []
    # In the order of their codes every province stands before its cities.
    for code, name in named_regions().items():
        if len(code) == len("CN-33"):
            groups.append((code, []))
        groups[-1][1].append((code, name))
    return groups
