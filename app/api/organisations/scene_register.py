"""Scenes as a file of a register: out with what was applied for, and in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NotRequired, TypedDict
from uuid import UUID

from flask import Response
from marshmallow import fields as plain

from app.auth import allow
from app.http.answers import in_force
from app.http.blueprint import Blueprint
from app.http.current import by_caller, wiring
from app.http.fields import MOST_REGIONS, Line, PublicId, Region, Strict, moment
from app.http.registers import Register, Shown, exported, sent_rows, take_rows, takes_file
from app.http.validators import Characters, Count, OneOf
from app.shown.scenes import scene_answer
from app.usecases.organisations.read_admissions import read_admissions
from app.usecases.organisations.read_words import read_words
from app.usecases.organisations.take_scenes import take_scenes
from app.wiring import Wiring
from behaviours.json_value import JsonObject
from behaviours.scene_admission import STATES
from behaviours.scene_rows import SceneRow

blueprint = Blueprint("scene_register", __name__, description="Scenes, as files of a register.")
# So many rows are read in one go.
ROWS: Final = 500
# As long as what an organisation says of its reports when it applies.
LONGEST: Final = 4_000


class SceneRowBody(Strict):
    """A scene as a row of a file; what is said of it is needed where it is applied for."""

    scene = Line(required=True, most=64, metadata={"example": "metro_ride"})
    provider_id = PublicId("org", metadata={"description": "Without one: the programme itself."})
    regions = plain.List(Region(), validate=Count(max=MOST_REGIONS))
    description = plain.String(
        validate=Characters(min=1, max=LONGEST), metadata={"example": "Rides that gates counted."}
    )
    data_security = plain.String(
        validate=Characters(min=1, max=LONGEST), metadata={"example": "Ride numbers only."}
    )
    state = plain.String(
        validate=OneOf(STATES),
        metadata={"description": "Of what was `declined` nothing is applied for."},
    )


class SentSceneRow(TypedDict):
    """As ``SceneRowBody`` loads it."""

    scene: str
    provider_id: NotRequired[UUID]
    description: NotRequired[str]
    data_security: NotRequired[str]
    regions: NotRequired[list[str]]
    state: NotRequired[str]


SCENES = Register(
    "scenes",
    SceneRowBody(),
    frozenset({"id", "provider_status", "open_since", "applied_at", "changed_at"}),
)
COLUMNS: Final = (
    *("id", "scene", "provider_id", "provider_status", "state", "regions"),
    *("open_since", "applied_at", "changed_at", "description", "data_security"),
)
EXAMPLE_FILE: Final = (
    "scene,provider_id,regions,description,data_security\n"
    f"metro_ride,org_{'0199' + 28 * '0'},CN-330100,Rides that the gates counted.,Numbers only.\n"
)


@exported(
    blueprint,
    SCENES,
    "The scenes of the programme and of every provider",
    to=allow("operator", "authority"),
)
def export_scenes(parts: Wiring) -> Shown:
    """Every scene, in every state, newest application first, in a file that `import` takes in."""
    return _scenes(parts), list(COLUMNS)


@blueprint.route("/v1/scenes/import", methods=["POST"])
@allow("operator", "authority", step="scene.import")
@takes_file(blueprint, SCENES, EXAMPLE_FILE)
def import_scenes() -> Response:
    """Apply for the scenes of a file, all or none; those that stand are left as they are.

    No scene opens by standing in a file: what is applied for is assessed and published like any
    other. Where a published scene is open changes once somebody of the other role takes the same
    file in; `rows` counts those that stand now. Every row that is refused is named.
    """
    answer = take_rows(
        take_scenes,
        [said_of(each) for each in sent_rows(SCENES)],
        scenes=wiring().scenes,
        **by_caller(),
    )
    return in_force(answer)


def said_of(row: SentSceneRow) -> SceneRow:
    """What a row of a file says of a scene."""
    words = [each for each in (row.get("description"), row.get("data_security")) if each]
    return SceneRow(
        row.get("provider_id"),
        row["scene"],
        "\n".join(words) if "description" in row else None,
        tuple(row.get("regions", ())),
        row.get("state"),
    )


def _scenes(parts: Wiring) -> Iterator[JsonObject]:
    before: UUID | None = None
    while True:
        found = parts.database.transact(read_admissions, everything=True, before=before, most=ROWS)
        words = parts.database.transact(
            read_words, [admission.admission_id for admission, _ in found]
        )
        for admission, provider in found:
            shown = scene_answer(admission)
            # Of the times at which it was open, the one that goes on: a row is how it is now.
            since = [each.since for each in admission.spans if each.until is None]
            said, _, kept = words.get(admission.admission_id, "").partition("\n")
            yield {name: shown[name] for name in COLUMNS if name in shown} | {
                "provider_status": provider.state if provider else None,
                "open_since": moment(since[-1]) if since else None,
                "description": said or None,
                "data_security": kept or None,
            }
        if len(found) < ROWS:
            return
        before = found[-1].admission.admission_id
