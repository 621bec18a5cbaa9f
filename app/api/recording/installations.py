"""Routes of installations: meters, plants, vehicles and the like, each held by one."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.answers import json_answer
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.faults import invalid
from app.http.fields import Day, DecimalText, Line, Moment, PublicId, Region, Strict
from app.http.once import once
from app.http.pages import OfAPage, WantedPage, page_of, read_page
from app.http.reasons import Reasoned, SentReason
from app.http.validators import OneOf
from app.ids import parse
from app.shown.installations import installation_shown
from app.usecases.recording.change_holders import ChangingHolder, change_holders
from app.usecases.recording.confirm_installations import (
    ConfirmingInstallation,
    confirm_installations,
)
from app.usecases.recording.end_installations import EndingInstallation, end_installations
from app.usecases.recording.list_installations import list_installations
from app.usecases.recording.read_installations import read_installations
from app.usecases.recording.register_installations import register_installations
from behaviours.actions.installation import (
    CAPACITY_UNITS,
    STATES,
    Holder,
    RegisteredInstallation,
    SoughtInstallations,
)
from behaviours.actions.registering import NewInstallation
from behaviours.json_value import JsonObject
from behaviours.rules.trusted import INSTALLATION_KINDS

blueprint = Blueprint("installations", __name__, description="What earns over time.")

SEEING = ("provider", "participant", "operator", "authority")


class InstallationBody(Strict):
    """What earns over time. A provider names its holder; a person registers her own."""

    kind = plain.String(
        required=True,
        validate=OneOf(INSTALLATION_KINDS),
        metadata={"enum": list(INSTALLATION_KINDS)},
    )
    number = Line(required=True, metadata={"example": "3301000012345678"})
    issuer = Line(
        most=32,
        metadata={"description": "Who gave out the number; left out where there is one choice."},
    )
    capacity = DecimalText(metadata={"example": "5.5"})
    capacity_unit = plain.String(
        validate=OneOf(CAPACITY_UNITS), metadata={"enum": list(CAPACITY_UNITS)}
    )
    commissioned_on = Day(required=True)
    region = Region(required=True)
    evidence = Line(
        required=True,
        most=500,
        metadata={"description": "What shows it: a contract, an approval, a place to look it up."},
    )
    participant_id = PublicId("par")
    organisation_id = PublicId("org")


class SentInstallation(TypedDict):
    """As ``InstallationBody`` loads it."""

    kind: str
    number: str
    issuer: NotRequired[str]
    capacity: NotRequired[Decimal]
    capacity_unit: NotRequired[str]
    commissioned_on: date
    region: str
    evidence: str
    participant_id: NotRequired[UUID]
    organisation_id: NotRequired[UUID]


class InstallationReasonBody(Reasoned):
    """What was seen that shows it; it is kept."""


class InstallationEndBody(Strict):
    """Why it ends, and when it did; without a moment it ends now."""

    reason = Line(required=True, most=500)
    at = Moment()


class SentInstallationEnd(TypedDict):
    """As ``InstallationEndBody`` loads it."""

    reason: str
    at: NotRequired[datetime]


class HolderChangeBody(InstallationEndBody):
    """Whose it is from that moment on, and what shows that."""

    evidence = Line(required=True, most=500)
    participant_id = PublicId("par")
    organisation_id = PublicId("org")


class SentHolderChange(SentInstallationEnd):
    """As ``HolderChangeBody`` loads it."""

    evidence: str
    participant_id: NotRequired[UUID]
    organisation_id: NotRequired[UUID]


class InstallationFilter(OfAPage):
    """Which installations."""

    kind = plain.String(
        validate=OneOf(INSTALLATION_KINDS), metadata={"enum": list(INSTALLATION_KINDS)}
    )
    state = plain.String(validate=OneOf(STATES), metadata={"enum": list(STATES)})
    participant_id = PublicId("par")


class WantedInstallations(WantedPage, total=False):
    """As ``InstallationFilter`` loads it."""

    kind: str
    state: str
    participant_id: UUID


class InstallationWordAnswer(Schema):
    """When somebody confirmed or ended it, and why."""

    at = Moment()
    reason = plain.String()


class InstallationAnswer(Schema):
    """An installation; `issuer` is null for numbers of a provider's own."""

    id = plain.String(metadata={"example": f"ins_0199{28 * '0'}"})
    kind = plain.String(metadata={"enum": list(INSTALLATION_KINDS)})
    issuer = plain.String(allow_none=True)
    number = plain.String()
    capacity = plain.String(allow_none=True)
    capacity_unit = plain.String(allow_none=True)
    commissioned_on = plain.String(metadata={"format": "date"})
    region = plain.String()
    evidence = plain.String()
    state = plain.String(metadata={"enum": list(STATES)})
    participant_id = plain.String(allow_none=True)
    organisation_id = plain.String(allow_none=True)
    held_from = Moment(allow_none=True)
    follows = plain.String(allow_none=True)
    reported_at = Moment()
    confirmed = plain.Nested(InstallationWordAnswer, allow_none=True)
    ended = plain.Nested(InstallationWordAnswer, allow_none=True)


@blueprint.route("/v1/installations", methods=["POST"])
@allow("provider", "participant", step="installation.register")
@blueprint.arguments(InstallationBody)
@blueprint.response(201, InstallationAnswer)
def register_installation(body: SentInstallation) -> Response:
    """Register a meter, plant, vehicle or appliance by its number, in any spelling, once.

    Actions that are done by it name the number in their evidence. Until somebody else confirms
    the installation they wait.
    """
    who = caller()
    holder = _holder(body.get("participant_id"), body.get("organisation_id"))
    new = NewInstallation(
        body["kind"],
        body["number"],
        holder,
        body["commissioned_on"],
        body["region"],
        body["evidence"],
        body.get("issuer"),
        body.get("capacity"),
        body.get("capacity_unit"),
    )
    return once(_only, status=201, required=False)(
        register_installations,
        [new],
        viewer=who.viewer,
        reported_by=f"{who.role}:{who.name}",
        rulebook=wiring().rulebook,
        clock=wiring().clock,
    )


@blueprint.route("/v1/installations", methods=["GET"])
@allow(*SEEING)
@blueprint.arguments(InstallationFilter, location="query")
@blueprint.response(200, page_of(InstallationAnswer, "InstallationList"))
def list_own_installations(wanted: WantedInstallations) -> Response:
    """The caller's own: what they hold or reported, and what people hold who consent to them."""
    sought = SoughtInstallations(
        wanted.get("kind"), wanted.get("state"), wanted.get("participant_id")
    )
    return read_page(installation_shown, list_installations, sought, viewer=caller().viewer)


@blueprint.route("/v1/installations/<installation_id>", methods=["GET"])
@allow(*SEEING)
@blueprint.response(200, InstallationAnswer)
def read_installation(installation_id: str) -> Response:
    """One installation, and who confirmed or ended it."""
    asked = parse("ins", installation_id)
    found = wiring().database.transact(read_installations, [asked], viewer=caller().viewer)
    return json_answer(_only(found))


@blueprint.route("/v1/installations/<installation_id>/confirm", methods=["POST"])
@allow("provider", "operator", step="installation.confirm")
@blueprint.arguments(InstallationReasonBody)
@blueprint.response(200, InstallationAnswer)
def confirm_installation(body: SentReason, installation_id: str) -> Response:
    """Confirm that it is there and whose it is: never by its holder or by who reported it."""
    who = caller()
    return once(_only, required=False)(
        confirm_installations,
        [ConfirmingInstallation(parse("ins", installation_id), body["reason"])],
        viewer=who.viewer,
        confirmed_by=f"{who.role}:{who.name}",
        clock=wiring().clock,
    )


@blueprint.route("/v1/installations/<installation_id>/end", methods=["POST"])
@allow("provider", "participant", "operator", step="installation.end")
@blueprint.arguments(InstallationEndBody)
@blueprint.response(200, InstallationAnswer)
def end_installation(body: SentInstallationEnd, installation_id: str) -> Response:
    """End it: its number is free for the next registration, and it earns nothing any more."""
    who = caller()
    return once(_only, required=False)(
        end_installations,
        [EndingInstallation(parse("ins", installation_id), body["reason"], body.get("at"))],
        viewer=who.viewer,
        ended_by=f"{who.role}:{who.name}",
        zone=wiring().rulebook.zone,
        clock=wiring().clock,
    )


@blueprint.route("/v1/installations/<installation_id>/holder", methods=["POST"])
@allow("provider", "operator", step="installation.change_holder")
@blueprint.arguments(HolderChangeBody)
@blueprint.response(201, InstallationAnswer)
def change_holder(body: SentHolderChange, installation_id: str) -> Response:
    """Change its holder: it ends and the next one begins at one instant. The next is answered."""
    who = caller()
    ending = EndingInstallation(parse("ins", installation_id), body["reason"], body.get("at"))
    holder = _holder(body.get("participant_id"), body.get("organisation_id"))
    return once(_only, status=201, required=False)(
        change_holders,
        [ChangingHolder(ending, holder, body["evidence"])],
        viewer=who.viewer,
        changed_by=f"{who.role}:{who.name}",
        zone=wiring().rulebook.zone,
        clock=wiring().clock,
    )


def _holder(participant_id: UUID | None, organisation_id: UUID | None) -> Holder:
    """The one holder that the body names; a person is hers herself."""
    who = caller()
    if who.role == "participant":
        if participant_id or organisation_id:
            raise invalid("/participant_id", "HOLDER_IS_CALLER")
        return Holder(who.tenant_id, None)
    if (participant_id is None) == (organisation_id is None):
        raise invalid("/participant_id", "ONE_HOLDER")
    return Holder(participant_id, organisation_id)


def _only(found: list[RegisteredInstallation]) -> JsonObject:
    (one,) = found
    return installation_shown(one)
