"""Scenes: what may be reported in the programme and by whom; applied for, assessed, published."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import fields as plain

from app.auth import allow, allow_public, caller
from app.http.answers import in_force
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import MOST_REGIONS, Day, Line, PublicId, Region, Strict
from app.http.once import once
from app.http.pages import OfAPage, WantedPage, page_of, read_one, read_page
from app.http.reasons import Reasoned, SentReason
from app.http.validators import Count, OneOf
from app.ids import parse
from app.shown.scenes import (
    ListedSceneAnswer,
    SceneAdmissionAnswer,
    SeenSceneAnswer,
    SignedSceneAnswer,
    listed_scene,
    scene_answer,
    seen_scene_answer,
    signed_scene_answer,
)
from app.usecases.organisations.apply_for_scenes import apply_for_scenes
from app.usecases.organisations.move_scenes import move_scenes
from app.usecases.organisations.read_admission import read_admission
from app.usecases.organisations.read_admissions import read_admissions
from app.usecases.organisations.sign_scenes import SignedScene, sign_scenes
from behaviours.civil_time import start_of_day
from behaviours.json_value import JsonObject
from behaviours.scene_admission import (
    APPLY,
    ASSESS,
    DECLINE,
    LIFT,
    PLACE,
    PUBLISH,
    STATES,
    STEPS,
    SUSPEND,
    SceneAdmission,
    SceneApplication,
)

blueprint = Blueprint("scenes", __name__, description="What may be reported, and by whom.")

PROVIDER = "provider"
_OF_SCENES = {"enum": list(STATES)}


class SceneApplicationBody(Strict):
    """A scene that is to be reported: a behaviour, or a whole category."""

    scene = Line(required=True, most=64, metadata={"example": "metro_ride"})
    provider_id = PublicId(
        "org",
        metadata={
            "description": "Who is to report it; without one, the programme itself. A provider"
            " applies for itself."
        },
    )
    description = Line(
        required=True, most=2000, metadata={"example": "Rides that the gates of the metro counted."}
    )
    data_security = Line(
        required=True, most=2000, metadata={"example": "Ride numbers only; kept for a year."}
    )
    regions = plain.List(
        Region(),
        validate=Count(max=MOST_REGIONS),
        metadata={
            "example": ["CN-330100"],
            "description": "Where it is to be open: provinces and cities; a province holds its"
            " cities. Empty or without them: everywhere.",
        },
    )


class SentSceneApplication(TypedDict):
    """As ``SceneApplicationBody`` loads it."""

    scene: str
    provider_id: NotRequired[UUID]
    description: str
    data_security: str
    regions: NotRequired[list[str]]


class AssessmentBody(Strict):
    """What the technical assessment found."""

    findings = Line(required=True, most=4000)


class SentAssessment(TypedDict):
    """As ``AssessmentBody`` loads it."""

    findings: str


class SceneReasonBody(Reasoned):
    """Why; it is kept."""

    reason = Line(required=True, most=1000)


class ScenePublicationBody(Strict):
    """Since when it is open; both who sign state the same."""

    in_force_from = Day(
        metadata={
            "example": "2026-01-01",
            "description": "A civil day of the programme; without one, from now on. What was done"
            " before it is not reported.",
        }
    )


class SentScenePublication(TypedDict):
    """As ``ScenePublicationBody`` loads it."""

    in_force_from: NotRequired[date]


class ScenePlaceBody(Strict):
    """Where a published scene is open from now on; both who sign state the same."""

    regions = plain.List(
        Region(),
        required=True,
        validate=Count(max=MOST_REGIONS),
        metadata={"example": ["CN-33"], "description": "Empty: everywhere."},
    )


class SentScenePlace(TypedDict):
    """As ``ScenePlaceBody`` loads it."""

    regions: list[str]


class SceneFilter(OfAPage):
    """Which scenes of the programme."""

    state = plain.String(validate=OneOf(STATES), metadata=_OF_SCENES)


class WantedScenes(WantedPage, total=False):
    """As ``SceneFilter`` loads it."""

    state: str


class ProvidersScenesFilter(SceneFilter):
    """Which scenes of providers."""

    provider_id = PublicId("org")


class WantedProvidersScenes(WantedScenes, total=False):
    """As ``ProvidersScenesFilter`` loads it."""

    provider_id: UUID


SceneList = page_of(ListedSceneAnswer, "SceneList")


@blueprint.route("/v1/scenes", methods=["GET"])
@allow_public
@blueprint.arguments(SceneFilter, location="query")
@blueprint.response(200, SceneList)
def list_scenes(wanted: WantedScenes) -> Response:
    """The scenes of the programme: what may be reported at all, and since when."""
    return read_page(listed_scene, read_admissions, state=wanted.get("state"))


@blueprint.route("/v1/scenes/providers", methods=["GET"])
@allow("operator", "authority", PROVIDER)
@blueprint.arguments(ProvidersScenesFilter, location="query")
@blueprint.response(200, SceneList)
def list_scenes_of_providers(wanted: WantedProvidersScenes) -> Response:
    """Scenes with who reports them; a provider sees its own, whatever it asks for."""
    provider_id = wanted.get("provider_id")
    if caller().role == PROVIDER:
        provider_id = caller().tenant_id
    return read_page(
        listed_scene,
        read_admissions,
        provider_id=provider_id,
        everything=provider_id is None,
        state=wanted.get("state"),
    )


@blueprint.route("/v1/scenes/<admission_id>", methods=["GET"])
@allow("operator", "authority", PROVIDER)
@blueprint.response(200, SeenSceneAnswer)
def show_scene(admission_id: str) -> Response:
    """A scene with every step that led there; a provider sees the programme's and its own."""
    return read_one(
        seen_scene_answer, read_admission, parse("scn", admission_id), by=caller().viewer
    )


@blueprint.route("/v1/scenes", methods=["POST"])
@allow(*STEPS[APPLY].by, step="scene.apply")
@blueprint.arguments(SceneApplicationBody)
@blueprint.response(201, SceneAdmissionAnswer)
def apply_for_scene(body: SentSceneApplication) -> Response:
    """Apply for a scene: an operator for the programme or a provider, a provider for itself.

    With ``regions`` it is to be open there alone: what is done elsewhere is refused.
    What was declined can be applied for anew.
    """
    who = caller()
    provider_id = who.tenant_id if who.role == PROVIDER else body.get("provider_id")
    return once(_first, status=201, required=False)(
        apply_for_scenes,
        [
            SceneApplication(
                provider_id,
                body["scene"],
                f"{body['description']}\n{body['data_security']}",
                body.get("regions", ()),
            )
        ],
        by=who.viewer,
        scenes=wiring().scenes,
        clock=wiring().clock,
    )


@blueprint.route("/v1/scenes/<admission_id>/assess", methods=["POST"])
@allow(*STEPS[ASSESS].by, step="scene.assess")
@blueprint.arguments(AssessmentBody, example={"findings": "Ride numbers match the gates' log."})
@blueprint.response(200, SceneAdmissionAnswer)
def assess_scene(body: SentAssessment, admission_id: str) -> Response:
    """Keep the technical assessment of what was applied for; another person signs for it."""
    return _moved(admission_id, ASSESS, body["findings"])


@blueprint.route("/v1/scenes/<admission_id>/decline", methods=["POST"])
@allow(*STEPS[DECLINE].by, step="scene.decline")
@blueprint.arguments(SceneReasonBody, example={"reason": "The gates keep no numbers."})
@blueprint.response(200, SceneAdmissionAnswer)
def decline_scene(body: SentReason, admission_id: str) -> Response:
    """Decline what was applied for; it can be applied for anew."""
    return _moved(admission_id, DECLINE, body["reason"])


@blueprint.route("/v1/scenes/<admission_id>/publish", methods=["POST"])
@allow(*STEPS[PUBLISH].by, step="scene.publish")
@blueprint.arguments(ScenePublicationBody, example={"in_force_from": "2026-01-01"})
@blueprint.signed(200, SignedSceneAnswer)
def publish_scene(body: SentScenePublication, admission_id: str) -> Response:
    """Sign the publication; the second signature, of another person and role, opens the scene.

    Who wrote the assessment does not sign. Actions can be reported once the scene is open in the
    programme and to the provider, and were done while it was; within a second in every process.
    """
    day = body.get("in_force_from")
    since = start_of_day(day, wiring().zone) if day else None
    return _signed(admission_id, PUBLISH, since=since)


@blueprint.route("/v1/scenes/<admission_id>/suspend", methods=["POST"])
@allow(*STEPS[SUSPEND].by, step="scene.suspend")
@blueprint.arguments(SceneReasonBody, example={"reason": "The gates counted rides twice."})
@blueprint.response(200, SceneAdmissionAnswer)
def suspend_scene(body: SentReason, admission_id: str) -> Response:
    """Suspend a scene: from now on it is neither reported nor consented to.

    What was recorded before stays; what is done meanwhile is not reported later, either.
    """
    return _moved(admission_id, SUSPEND, body["reason"])


@blueprint.route("/v1/scenes/<admission_id>/lift", methods=["POST"])
@allow(*STEPS[LIFT].by, step="scene.lift")
@blueprint.signed(200, SignedSceneAnswer)
def lift_suspension(admission_id: str) -> Response:
    """Sign that the suspension is lifted; the second person, of the other role, opens it again."""
    return _signed(admission_id, LIFT)


@blueprint.route("/v1/scenes/<admission_id>/regions", methods=["POST"])
@allow(*STEPS[PLACE].by, step="scene.place")
@blueprint.arguments(ScenePlaceBody, example={"regions": ["CN-330100", "CN-330200"]})
@blueprint.signed(200, SignedSceneAnswer)
def place_scene(body: SentScenePlace, admission_id: str) -> Response:
    """Sign where a published scene is open; the second person, of the other role, changes it.

    It holds for what is done from that moment on. What was done before is judged by where the
    scene was open then; what was recorded stays.
    """
    return _signed(admission_id, PLACE, regions=body["regions"])


def _moved(admission_id: str, step: str, words: str) -> Response:
    answer = once(_first, required=False)(
        move_scenes, [parse("scn", admission_id)], step, words, **by_caller()
    )
    return in_force(answer)


def _signed(
    admission_id: str,
    step: str,
    *,
    since: datetime | None = None,
    regions: Sequence[str] | None = None,
) -> Response:
    def shown(done: list[SignedScene]) -> JsonObject:
        [one] = done
        return signed_scene_answer(one)

    def status(done: list[SignedScene]) -> int:
        return 202 if done[0].awaiting else 200

    answer = once(shown, status=status, required=False)(
        sign_scenes,
        [parse("scn", admission_id)],
        step,
        since=since,
        regions=regions,
        **by_caller(),
    )
    return in_force(answer)


def _first(done: list[SceneAdmission]) -> JsonObject:
    [one] = done
    return scene_answer(one)
