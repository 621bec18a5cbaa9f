"""The route of normal forms: how numbers are compared, whatever their spelling."""

from __future__ import annotations

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow_public
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.languages import preferred_language
from app.http.pages import whole_or_page
from app.messages.catalogues import text
from behaviours.actions.normal_form import (
    ACCOUNT,
    CERTIFICATE,
    DEFAULT,
    FORMS,
    IMEI,
    LONGEST,
    METER,
    PLATE,
    VIN,
)
from behaviours.json_value import JsonObject

blueprint = Blueprint("normal forms", __name__, description="How numbers are compared.")


class NormalFormAnswer(Schema):
    """A kind of number: which evidence is read so, and how."""

    kind = plain.String(metadata={"enum": list(FORMS)})
    evidence = plain.List(
        plain.String(), metadata={"description": "By name; of the default form: all others."}
    )
    issuer_counts = plain.Boolean(
        metadata={"description": "Whether two issuers may give out the same number."}
    )
    most_characters = plain.Integer(metadata={"description": "Of the normal form."})
    rule = plain.String(metadata={"description": "How the normal form is made, in words."})
    example = plain.Dict(metadata={"description": "A number as it was sent, and its form."})


_EXAMPLES = {
    DEFAULT: "ＳＺ－88_000042",
    IMEI: "35-693803-564380-9",
    METER: "0000 440301",
    ACCOUNT: "0003-1000888",
    VIN: "LSV-AA4182E2-000001",
    PLATE: "浙A·12345",
    CERTIFICATE: "GEC-2025-0001",
}


@blueprint.route("/v1/normal-forms", methods=["GET"])
@allow_public
@blueprint.lists(NormalFormAnswer, "NormalForms")
def list_normal_forms() -> Response:
    """How numbers are compared: what is spelled differently and is one number."""
    rules = _rules(preferred_language())
    return json_answer(whole_or_page([_shown(kind, rules[kind]) for kind in FORMS]))


def _shown(kind: str, rule: str) -> JsonObject:
    form, sent = FORMS[kind], _EXAMPLES[kind]
    return {
        "kind": kind,
        "evidence": list(form.evidence),
        "issuer_counts": not form.unique,
        "most_characters": LONGEST,
        "rule": rule,
        "example": {"sent": sent, "form": form.read(sent)},
    }


def _rules(language: str) -> dict[str, str]:
    return {
        DEFAULT: text("normal_form:default", language),
        IMEI: text("normal_form:imei", language),
        METER: text("normal_form:meter", language),
        ACCOUNT: text("normal_form:account", language),
        VIN: text("normal_form:vin", language),
        PLATE: text("normal_form:plate", language),
        CERTIFICATE: text("normal_form:certificate", language),
    }
