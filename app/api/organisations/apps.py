"""Mobile apps: an organisation registers them before people come in through them, and revokes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import Schema, fields as plain

from app.api.organisations.own_user import STAFF
from app.auth import allow, caller
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import AS_MOMENT, Line, PublicId, Strict, moment
from app.http.once import once
from app.http.pages import read_page
from app.http.reasons import Reasoned, SentReason
from app.http.registers import Register, Shown, at_row, exported, sent_rows, take_rows, takes_file
from app.http.revoking import once_revoking
from app.http.validators import OneOf
from app.ids import parse, public
from app.tokens import LONGEST_LIFETIME
from app.usecases.organisations.read_apps import read_apps
from app.usecases.organisations.read_open_apps import read_open_apps
from app.usecases.organisations.register_apps import NewApp, register_apps
from app.usecases.organisations.revoke_app import RevokedApp, revoke_app
from app.wiring import Wiring
from behaviours.apps import PLATFORMS, STATES, MobileApp
from behaviours.json_value import JsonObject
from behaviours.refusal import Refusal
from rewards.signing import ROLES

blueprint = Blueprint("apps", __name__, description="Mobile apps of organisations.")

_OF_PLATFORM = {"enum": list(PLATFORMS)}


class AppBody(Strict):
    """An app as its platform knows it, and as people read it."""

    app_id = Line(
        required=True,
        most=255,
        metadata={
            "example": "cn.example.metro",
            "description": "Bundle id, package name, or id of the mini program.",
        },
    )
    platform = plain.String(required=True, validate=OneOf(PLATFORMS), metadata=_OF_PLATFORM)
    name_zh = Line(required=True, most=60, metadata={"example": "湖滨地铁"})
    name_en = Line(required=True, most=60, metadata={"example": "Lakeside Metro"})


class SentApp(TypedDict):
    """As ``AppBody`` loads it."""

    app_id: str
    platform: str
    name_zh: str
    name_en: str


class AppRow(AppBody):
    """An app as a row of a file."""

    organisation_id = PublicId("org", required=True)


class SentAppRow(SentApp):
    """As ``AppRow`` loads it."""

    organisation_id: UUID


class AppRevocationBody(Reasoned):
    """Why nobody comes in through it any more."""


class AppAnswer(Schema):
    """A mobile app as it stands."""

    id = plain.String(metadata={"example": "app_0199b2c3d4e57f0080000000000000aa"})
    organisation_id = plain.String()
    app_id = plain.String(metadata={"example": "cn.example.metro"})
    platform = plain.String(metadata=_OF_PLATFORM)
    name_zh = plain.String(metadata={"example": "湖滨地铁"})
    name_en = plain.String(metadata={"example": "Lakeside Metro"})
    state = plain.String(metadata={"enum": list(STATES)})
    registered_at = plain.String(metadata=AS_MOMENT)
    revoked_at = plain.String(allow_none=True, metadata=AS_MOMENT)
    reason = plain.String(allow_none=True)


COLUMNS: Final = (
    "id", "organisation_id", "app_id", "platform", "name_zh", "name_en", "registered_at",
)  # fmt: skip
APPS = Register("apps", AppRow(), frozenset({"id", "registered_at"}))
EXAMPLE_FILE: Final = (
    "organisation_id,app_id,platform,name_zh,name_en\n"
    "org_0199b2c3d4e57f0080000000000000aa,cn.example.metro,ios,湖滨地铁,Lakeside Metro\n"
)
# Read at once of the register that is sent as a file.
ROWS: Final = 500


@blueprint.route("/v1/organisations/<organisation_id>/apps")
@allow(*STAFF)
@blueprint.lists(AppAnswer, "MobileApps")
def list_apps_of(organisation_id: str) -> Response:
    """The apps of one's organisation, newest first, also revoked ones; the programme sees all."""
    return read_page(_shown, read_apps, parse("org", organisation_id), by=caller().viewer)


@blueprint.route("/v1/organisations/<organisation_id>/apps", methods=["POST"])
@allow(*STAFF, step="app.register")
@blueprint.arguments(
    AppBody,
    example={
        "app_id": "cn.example.metro",
        "platform": "ios",
        "name_zh": "湖滨地铁",
        "name_en": "Lakeside Metro",
    },
)
@blueprint.response(201, AppAnswer)
def register_organisation_app(body: SentApp, organisation_id: str) -> Response:
    """Register an app of the organisation, by its administrators or by the programme.

    Its `id` is what /v1/auth/token takes as `app`: people see by it who opened a session.
    """
    try:
        return once(_only_shown, status=201, required=False)(
            register_apps,
            [new_app({**body, "organisation_id": parse("org", organisation_id)})],
            limits=wiring().programme.clients,
            **by_caller(),
        )
    except Refusal as refusal:
        refusal.pointer = refusal.pointer.removeprefix("/apps/0")
        raise


@exported(blueprint, APPS, "Every app that is registered", to=allow(*ROLES))
def export_apps(parts: Wiring) -> Shown:
    """Through which apps people come in, in a file that `import` takes in again."""
    return _rows(parts), list(COLUMNS)


@blueprint.route("/v1/apps/import", methods=["POST"])
@allow(*ROLES, step="app.import")
@takes_file(blueprint, APPS, EXAMPLE_FILE)
def import_apps() -> Response:
    """Register the apps of a file for their organisations, all or none.

    What stands there already is left as it is; one whose names differ is refused, as people know
    it by them. Those that were revoked stand in no file.
    """
    try:
        return take_rows(
            register_apps,
            [new_app(each) for each in sent_rows(APPS)],
            limits=wiring().programme.clients,
            again=True,
            **by_caller(),
        )
    except Refusal as refusal:
        raise at_row(refusal, "apps") from None


@blueprint.route("/v1/organisations/<organisation_id>/apps/<app_id>/revoke", methods=["POST"])
@allow(*STAFF, step="app.revoke")
@blueprint.arguments(AppRevocationBody, example={"reason": "A copy of it steals logins."})
@blueprint.response(200, AppAnswer)
def revoke_organisation_app(body: SentReason, organisation_id: str, app_id: str) -> Response:
    """Revoke an app for good: every token and session that it opened is dead within a second.

    By the organisation's administrators, and by the programme. People come in by another app.
    """
    return once_revoking(_revoked, required=False)(
        revoke_app,
        parse("org", organisation_id),
        parse("app", app_id),
        reason=body["reason"],
        access_lifetime=LONGEST_LIFETIME,
        **by_caller(),
    )


def new_app(sent: SentAppRow) -> NewApp:
    """The app that a body, or a row of a file, tells of."""
    return NewApp(
        sent["organisation_id"], sent["platform"], sent["app_id"], sent["name_zh"], sent["name_en"]
    )


def _rows(parts: Wiring) -> Iterator[JsonObject]:
    before: UUID | None = None
    while page := parts.database.transact(read_open_apps, before=before, most=ROWS):
        for each in page:
            told = _shown(each)
            yield {name: told[name] for name in COLUMNS}
        before = page[-1].app_id


def _only_shown(registered: list[MobileApp]) -> JsonObject:
    (only,) = registered
    return _shown(only)


def _revoked(done: RevokedApp) -> JsonObject:
    return _shown(done.app)


def _shown(app: MobileApp) -> JsonObject:
    return {
        "id": public("app", app.app_id),
        "organisation_id": public("org", app.organisation_id),
        "app_id": app.store_id,
        "platform": app.platform,
        "name_zh": app.name_zh,
        "name_en": app.name_en,
        "state": app.state,
        "registered_at": moment(app.registered_at),
        "revoked_at": moment(app.revoked_at) if app.revoked_at else None,
        "reason": app.reason,
    }
