"""Routes by which a provider lists what is its own, and nothing of anybody else."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields as plain

from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import now, wiring
from app.http.fields import AS_MOMENT, Line, Moment, moment
from app.http.pages import OfAPage, WantedPage, read_page
from app.http.timed_pages import FIRST, LAST, timed_page, timed_place
from app.http.validators import OneOf
from app.ids import public
from app.shown.actions import ActionAnswer, stored_answer
from app.shown.imports import IMPORT_STATES, ImportAnswer, import_answer
from app.usecases.recording.read_own_actions import read_own_actions
from app.usecases.recording.read_own_consents import read_own_consents
from app.usecases.recording.read_own_imports import read_own_imports
from app.usecases.recording.read_own_people import read_own_people
from app.usecases.recording.read_own_refusals import read_own_refusals
from behaviours.actions.own_actions import OwnRefusal, SoughtActions
from behaviours.actions.waiting import STATES
from behaviours.json_value import JsonObject
from behaviours.own_people import CONSENT_STATES, WITHDRAWN, OwnConsent, OwnPerson

blueprint = Blueprint("own lists", __name__, description="What is a provider's own.")

PROVIDER = "provider"


class OwnActionFilter(OfAPage):
    """Which actions."""

    behaviour = Line(most=64)
    state = plain.String(validate=OneOf(STATES), metadata={"enum": list(STATES)})
    since = Moment(data_key="from", metadata={"description": "Done at this moment or later."})
    until = Moment(data_key="to", metadata={"description": "Done before this moment."})
    external_id = Line(most=128, metadata={"description": "The provider's own number of one."})


class WantedOwnActions(WantedPage, total=False):
    """As ``OwnActionFilter`` loads it."""

    behaviour: str
    state: str
    since: datetime
    until: datetime
    external_id: str


class OwnConsentFilter(OfAPage):
    """Which consents."""

    scene = Line(most=64)
    state = plain.String(validate=OneOf(CONSENT_STATES), metadata={"enum": list(CONSENT_STATES)})


class WantedOwnConsents(WantedPage, total=False):
    """As ``OwnConsentFilter`` loads it."""

    scene: str
    state: str


class OwnImportFilter(OfAPage):
    """Which files."""

    state = plain.String(validate=OneOf(IMPORT_STATES), metadata={"enum": list(IMPORT_STATES)})


class WantedOwnImports(WantedPage, total=False):
    """As ``OwnImportFilter`` loads it."""

    state: str


class OwnPersonAnswer(Schema):
    """Somebody whom the provider enrolled."""

    id = plain.String(metadata={"example": "par_0199b2c3d4e57f0080000000000000aa"})
    enrolled_at = plain.String(metadata=AS_MOMENT)
    linked = plain.Boolean(metadata={"description": "Whether to a user of the provider."})


class OwnConsentAnswer(Schema):
    """A consent to the provider, and whether its scene is open to it."""

    id = plain.String(metadata={"example": "con_0199b2c3d4e57f0080000000000000aa"})
    participant_id = plain.String()
    scene = plain.String(metadata={"example": "metro_ride"})
    state = plain.String(metadata={"enum": list(CONSENT_STATES)})
    open = plain.Boolean()
    text_version = plain.String()
    granted_at = plain.String(metadata=AS_MOMENT)
    recorded_at = plain.String(metadata=AS_MOMENT)
    withdrawn_at = plain.String(allow_none=True, metadata=AS_MOMENT)
    channel = plain.String(allow_none=True)


class OwnRefusalAnswer(Schema):
    """An action that was refused after a hold or lapsed, or a file with lines that were refused."""

    id = plain.String()
    kind = plain.String(metadata={"enum": ["action", "import"]})
    action = plain.Nested(ActionAnswer)
    codes = plain.Dict(keys=plain.String(), values=plain.Integer())
    finished_at = plain.String(allow_none=True, metadata=AS_MOMENT)
    refusals_url = plain.String()


@blueprint.route("/v1/provider/actions")
@allow(PROVIDER)
@blueprint.lists(ActionAnswer, "OwnActions", narrowed_by=OwnActionFilter)
def list_own_actions(wanted: WantedOwnActions) -> Response:
    """What the provider reported, credited or not, the last done first; nothing of who left."""
    return actions_page(wanted, _own())


@blueprint.route("/v1/provider/participants")
@allow(PROVIDER)
@blueprint.lists(OwnPersonAnswer, "OwnPeople")
def list_own_people() -> Response:
    """Whom the provider enrolled, the newest account first; nobody who left."""
    return read_page(_person, read_own_people, _own())


@blueprint.route("/v1/provider/consents")
@allow(PROVIDER)
@blueprint.lists(OwnConsentAnswer, "OwnConsents", narrowed_by=OwnConsentFilter)
def list_own_consents(wanted: WantedOwnConsents) -> Response:
    """What people agreed to with the provider, the newest first; nothing of who left."""
    state, scenes, moment_now, own = wanted.get("state"), wiring().scenes, now(), _own()

    def shown(each: OwnConsent) -> JsonObject:
        return _consent(each, is_open=scenes.can_consent(own.hex, each.consent.scene, moment_now))

    return read_page(
        shown,
        read_own_consents,
        own,
        scene=wanted.get("scene"),
        withdrawn=None if state is None else state == WITHDRAWN,
    )


@blueprint.route("/v1/provider/imports")
@allow(PROVIDER)
@blueprint.lists(ImportAnswer, "OwnImports", narrowed_by=OwnImportFilter)
def list_own_imports(wanted: WantedOwnImports) -> Response:
    """The files that the provider sent, the newest first."""
    return read_page(import_answer, read_own_imports, _own(), state=wanted.get("state"))


@blueprint.route("/v1/provider/refusals")
@allow(PROVIDER)
@blueprint.lists(OwnRefusalAnswer, "OwnRefusals")
def list_own_refusals() -> Response:
    """Actions that were refused after a hold or lapsed, and files with refused lines."""
    return read_page(_refusal, read_own_refusals, _own())


def actions_page(
    wanted: WantedOwnActions, provider_id: UUID | None, participant_id: UUID | None = None
) -> Response:
    """A page of a provider's actions, a person's, or of both; raises SearchWrong without either."""
    place = timed_place(wanted.get("until", LAST))
    sought = SoughtActions(
        wanted.get("since", FIRST),
        place.until,
        wanted.get("behaviour"),
        wanted.get("state"),
        wanted.get("external_id"),
    )
    found = wiring().database.transact(
        read_own_actions,
        provider_id,
        sought,
        claim_key=wiring().rulebook.claiming.key,
        before=place.before,
        most=place.most,
        participant_id=participant_id,
    )
    return timed_page([stored_answer(each) for each in found], "occurred_at")


def _own() -> UUID:
    provider_id = caller().tenant_id
    assert provider_id is not None, "a provider asks"
    return provider_id


def _person(each: OwnPerson) -> JsonObject:
    return {
        "id": public("par", each.participant_id),
        "enrolled_at": moment(each.enrolled_at),
        "linked": each.linked,
    }


def _consent(each: OwnConsent, *, is_open: bool) -> JsonObject:
    consent = each.consent
    return {
        "id": public("con", consent.consent_id),
        "participant_id": public("par", each.participant_id),
        "scene": consent.scene,
        "state": each.state,
        "open": is_open,
        "text_version": consent.text_version,
        "granted_at": moment(consent.granted_at),
        "recorded_at": moment(consent.recorded_at),
        "withdrawn_at": moment(consent.withdrawn_at) if consent.withdrawn_at else None,
        "channel": consent.channel,
    }


def _refusal(each: OwnRefusal) -> JsonObject:
    if each.action is not None:
        return {
            "id": public("act", each.refusal_id),
            "kind": "action",
            "action": stored_answer(each.action),
        }
    assert each.lines is not None
    return {
        "id": public("imp", each.refusal_id),
        "kind": "import",
        "codes": dict(each.lines.codes),
        "finished_at": moment(each.lines.finished_at) if each.lines.finished_at else None,
        "refusals_url": f"/v1/imports/imp_{each.refusal_id.hex}/refusals.csv",
    }
