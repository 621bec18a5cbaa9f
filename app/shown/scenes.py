"""Admissions of scenes, as answers."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.fields import AS_MOMENT, moment
from app.ids import public
from app.shown.standing import StandsAnswer, stands
from app.usecases.organisations.read_admission import SeenAdmission
from app.usecases.organisations.read_admissions import ListedAdmission
from app.usecases.organisations.sign_scenes import SignedScene
from behaviours.json_value import JsonObject
from behaviours.scene_admission import ALL_STEPS, STATES, SceneAdmission

_WHERE = {"example": ["CN-330100"], "description": "Canonical codes; empty: everywhere."}


class SceneSpanAnswer(Schema):
    """A time at which the scene was open; without an end it is."""

    since = plain.String(metadata=AS_MOMENT)
    until = plain.String(allow_none=True, metadata=AS_MOMENT)
    regions = plain.List(plain.String(), metadata=_WHERE)


class SceneAdmissionAnswer(Schema):
    """A scene of the programme, or of one provider."""

    id = plain.String(metadata={"example": "scn_0199b2c3d4e57f0080000000000000aa"})
    scene = plain.String(metadata={"example": "metro_ride"})
    provider_id = plain.String(
        allow_none=True, metadata={"description": "Null: of the programme itself."}
    )
    state = plain.String(metadata={"enum": list(STATES)})
    regions = plain.List(plain.String(), metadata=_WHERE)
    open = plain.List(plain.Nested(SceneSpanAnswer))
    applied_at = plain.String(metadata=AS_MOMENT)
    changed_at = plain.String(metadata=AS_MOMENT)


class ListedSceneAnswer(SceneAdmissionAnswer):
    """A scene, and whether who reports it takes part."""

    provider = plain.Nested(
        StandsAnswer,
        allow_none=True,
        metadata={"description": "While it is suspended or closed, it reports nothing."},
    )


class SignedSceneAnswer(SceneAdmissionAnswer):
    """A scene, and the roles that have yet to sign the same."""

    awaiting = plain.List(plain.String())


class SceneStepAnswer(Schema):
    """What was done, by whom, and what they wrote."""

    step = plain.String(metadata={"enum": list(ALL_STEPS)})
    taken_at = plain.String(metadata=AS_MOMENT)
    role = plain.String(allow_none=True)
    taken_by = plain.String(allow_none=True)
    words = plain.String(allow_none=True)


class SeenSceneAnswer(ListedSceneAnswer):
    """A scene with its history."""

    history = plain.List(plain.Nested(SceneStepAnswer))


def scene_answer(admission: SceneAdmission) -> JsonObject:
    """An admission as an answer."""
    whose = admission.provider_id
    return {
        "id": public("scn", admission.admission_id),
        "scene": admission.scene,
        "provider_id": public("org", whose) if whose else None,
        "state": admission.state,
        "regions": list(admission.regions),
        "open": [
            {
                "since": moment(each.since),
                "until": moment(each.until) if each.until else None,
                "regions": list(each.regions),
            }
            for each in admission.spans
        ],
        "applied_at": moment(admission.applied_at),
        "changed_at": moment(admission.changed_at),
    }


def listed_scene(listed: ListedAdmission) -> JsonObject:
    """An admission, and how its provider stands."""
    provider = stands(listed.provider) if listed.provider else None
    return {**scene_answer(listed.admission), "provider": provider}


def signed_scene_answer(signed: SignedScene) -> JsonObject:
    """An admission, and whose signatures it awaits."""
    return {**scene_answer(signed.admission), "awaiting": list(signed.awaiting)}


def seen_scene_answer(seen: SeenAdmission) -> JsonObject:
    """An admission with its history."""
    steps = [
        {
            "step": each.step,
            "taken_at": moment(each.taken_at),
            "role": each.role,
            "taken_by": public("usr", each.taken_by) if each.taken_by else None,
            "words": each.words,
        }
        for each in seen.steps
    ]
    return {**listed_scene(ListedAdmission(seen.admission, seen.provider)), "history": steps}
