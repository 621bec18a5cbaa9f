"""Texts: what people agree to, word for word, and how it is published."""

from __future__ import annotations

from datetime import date, tzinfo
from typing import Any, TypedDict

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, allow_public
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import Day, Line, Moment, Strict, moment
from app.http.once import once
from app.http.pages import read_page
from app.http.signing import made_when_signed
from app.http.validators import Characters
from app.usecases.people.propose_text import propose_text
from app.usecases.people.publish_text import publish_text
from app.usecases.people.read_text import read_text
from app.usecases.people.read_texts import read_texts
from behaviours.civil_time import civil_day, start_of_day
from behaviours.json_value import JsonObject
from behaviours.texts import AgreedWords

blueprint = Blueprint("texts", __name__, description="What people agree to, word for word.")

_LANGUAGES: dict[str, plain.Field[Any]] = {
    language: plain.String(required=True, validate=Characters(min=1, max=100_000))
    for language in ("zh-CN", "en")
}
Bodies = Strict.from_dict(_LANGUAGES, name="TextBodies")


class TextProposal(Strict):
    """A text in every language of the programme, and its first day."""

    kind = Line(
        required=True,
        metadata={"description": "consent, consent.<scene>, entrustment or terms."},
    )
    version = Line(required=True, most=64)
    in_force_from = Day(required=True)
    bodies = plain.Nested(Bodies, required=True)


SentBodies = TypedDict("SentBodies", {"zh-CN": str, "en": str})


class SentText(TypedDict):
    """As ``TextProposal`` loads it."""

    kind: str
    version: str
    in_force_from: date
    bodies: SentBodies


class LanguageAnswer(Schema):
    """The words in one language."""

    language = plain.String(metadata={"example": "zh-CN"})
    body = plain.String()
    sha256 = plain.String(metadata={"description": "Of the words in UTF-8."})


class TextAnswer(Schema):
    """A text as published; without languages when it was used before texts were kept here."""

    kind = plain.String(metadata={"example": "consent.travel"})
    version = plain.String(metadata={"example": "2026-01"})
    in_force_from = plain.Date()
    published_at = Moment(allow_none=True)
    languages = plain.List(plain.Nested(LanguageAnswer))


class AwaitingText(TextAnswer):
    """A text, and whose signatures it awaits."""

    awaiting = plain.List(plain.String())


@blueprint.route("/v1/texts")
@allow_public
@blueprint.lists(TextAnswer, "PublishedTexts")
def list_texts() -> Response:
    """Every published text, newest first."""
    return read_page(
        lambda text: {"id": f"txt_{text.text_id.hex}", **text_answer(text, wiring().zone)},
        read_texts,
    )


@blueprint.route("/v1/texts/<kind>/<version>")
@allow_public
@blueprint.response(200, TextAnswer)
def show_text(kind: str, version: str) -> Response:
    """A published text, word for word, with the hash of each language."""
    return json_answer(
        text_answer(wiring().database.transact(read_text, kind, version), wiring().zone)
    )


@blueprint.route("/v1/texts", methods=["POST"])
@allow("operator", "authority", step="text.propose")
@blueprint.arguments(TextProposal)
@blueprint.response(202, AwaitingText)
def propose(body: SentText) -> Response:
    """Propose a text and sign it; the other role publishes it. A proposal is replaced by a new one.

    But for the first of its kind its first day may not lie before the day of its publication.
    """
    zone = wiring().zone
    return once(_signed, status=202, required=False)(
        propose_text,
        body["kind"],
        body["version"],
        {"zh-CN": body["bodies"]["zh-CN"], "en": body["bodies"]["en"]},
        in_force_at=start_of_day(body["in_force_from"], zone),
        scenes=wiring().scenes,
        zone=zone,
        **by_caller(),
    )


@blueprint.route("/v1/texts/<kind>/<version>/publish", methods=["POST"])
@allow("operator", "authority", step="text.publish")
@blueprint.signed(201, AwaitingText)
def sign_text(kind: str, version: str) -> Response:
    """Sign a proposed text; the second signature, of another person and role, publishes it."""
    return once(_signed, status=made_when_signed, required=False)(
        publish_text, kind, version, zone=wiring().zone, **by_caller()
    )


def _signed(done: tuple[AgreedWords, list[str]]) -> JsonObject:
    return {**text_answer(done[0], wiring().zone), "awaiting": done[1]}


def text_answer(text: AgreedWords, zone: tzinfo) -> JsonObject:
    """A text as an answer, its first day as the programme counts days."""
    return {
        "kind": text.kind,
        "version": text.version,
        "in_force_from": civil_day(text.in_force_at, zone).isoformat(),
        "published_at": moment(text.published_at) if text.published_at else None,
        "languages": [
            {"language": language, "body": each.body, "sha256": each.sha256}
            for language, each in text.bodies.items()
        ],
    }
