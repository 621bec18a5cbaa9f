"""The route by which the programme finds a person by what somebody read out."""

from __future__ import annotations

from datetime import date
from typing import NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.claim_numbers import EVIDENCE, ISSUER, KIND
from app.http.current import wiring
from app.http.fields import AS_MOMENT, Day, Line, PublicId, Strict, moment
from app.ids import public
from app.secrecy.identities import identity_digests
from app.usecases.people.search_people import search_people
from behaviours.actions.declared import DeclaredNumber
from behaviours.json_value import Json, JsonObject
from behaviours.people import STATES
from behaviours.person_search import FoundPeople, FoundPerson, SearchWrong, SoughtPerson
from rewards.signing import ROLES

blueprint = Blueprint("search", __name__, description="Finding a person.")


class SoughtClaimBody(Strict):
    """The numbers of something that is claimed once, and a day on which it was done."""

    kind = KIND
    issuer = ISSUER
    evidence = EVIDENCE
    on = Day(required=True, metadata={"example": "2026-03-01"})


class SoughtPersonBody(Strict):
    """Exactly one of these; `external_id` with the provider whose number it is."""

    identity = Line(most=256, metadata={"description": "Nothing of it is kept, not even a hash."})
    participant_id = PublicId("par")
    action_id = PublicId("act")
    external_id = Line(most=128)
    provider_id = PublicId("org", metadata={"description": "Whose `external_id` it is."})
    claim = plain.Nested(SoughtClaimBody)


class SentClaim(TypedDict):
    """As ``SoughtClaimBody`` loads it."""

    kind: str
    issuer: NotRequired[str]
    evidence: dict[str, str]
    on: date


class SentSoughtPerson(TypedDict, total=False):
    """As ``SoughtPersonBody`` loads it."""

    identity: str
    participant_id: UUID
    action_id: UUID
    external_id: str
    provider_id: UUID
    claim: SentClaim


class FoundPersonAnswer(Schema):
    """An account; of who left only that there was one."""

    id = plain.String(metadata={"example": "par_0199b2c3d4e57f0080000000000000aa"})
    state = plain.String(metadata={"enum": list(STATES)})
    region = plain.String()
    enrolled_at = plain.String(metadata=AS_MOMENT)
    providers = plain.List(plain.String(), metadata={"description": "Who enrolled the person."})


class FoundPeopleAnswer(Schema):
    """Who was found; `actions` are those that an action, a number or a claim led to."""

    people = plain.List(plain.Nested(FoundPersonAnswer))
    actions = plain.List(plain.String())


@blueprint.route("/v1/participants/search", methods=["POST"])
@allow(*reversed(ROLES), step="participant.search", reads=True)
@blueprint.arguments(SoughtPersonBody, example={"identity": "330102199001011234"})
@blueprint.response(200, FoundPeopleAnswer)
def search(body: SentSoughtPerson) -> Response:
    """Find a person by an identity number, an account, an action, a provider's own number of one,
    or the numbers of a claim. The log keeps who looked, whom they found, and by which of these.
    """
    found = wiring().database.transact(search_people, _sought(body), rulebook=wiring().rulebook)
    return json_answer(_answer(found))


def _sought(body: SentSoughtPerson) -> SoughtPerson:
    provider_id, external_id = body.get("provider_id"), body.get("external_id")
    if (provider_id is None) != (external_id is None):
        raise SearchWrong("provider", pointer="/provider_id")
    identity, claim = body.get("identity"), body.get("claim")
    return SoughtPerson(
        identity_digests(identity, wiring().settings.identity_key) if identity else (),
        body.get("participant_id"),
        body.get("action_id"),
        (provider_id, external_id) if provider_id and external_id else None,
        _claim(claim) if claim else None,
    )


def _claim(said: SentClaim) -> DeclaredNumber:
    on = said["on"]
    return DeclaredNumber("", "", said["kind"], said.get("issuer"), said["evidence"], on, on)


def _answer(found: FoundPeople) -> JsonObject:
    people: list[Json] = [_person(each) for each in found.people]
    return {"people": people, "actions": [public("act", each) for each in found.actions]}


def _person(each: FoundPerson) -> JsonObject:
    return {
        "id": public("par", each.participant_id),
        "state": each.state,
        "region": each.region,
        "enrolled_at": moment(each.enrolled_at),
        "providers": [public("org", one) for one in each.providers],
    }
