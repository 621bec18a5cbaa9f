"""Who takes part, and which scenes are open, as files of registers that are read alone.

Nobody takes part, and no scene opens, by standing in a file: each is applied for, assessed and
signed. So these files go out, and do not come in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from marshmallow import Schema

from app.auth import allow
from app.http.blueprint import Blueprint
from app.http.fields import moment
from app.http.registers import Register, Shown, exported
from app.shown.organisations import named_organisation
from app.shown.scenes import scene_answer
from app.shown.standing import stands
from app.usecases.organisations.read_admissions import read_admissions
from app.usecases.organisations.read_organisations import read_organisations
from app.wiring import Wiring
from behaviours.json_value import JsonObject

blueprint = Blueprint(
    "organisation_files", __name__, description="Organisations and scenes, as files of registers."
)
# So many rows are read in one go.
ROWS: Final = 500


# No row of these comes in, so nothing is loaded of one.
ORGANISATIONS = Register("organisations", Schema())
SCENES = Register("scenes", Schema())
ORGANISATION_COLUMNS: Final = ("id", "kind", "name", "status", "status_since")
SCENE_COLUMNS: Final = (
    *("id", "scene", "provider_id", "provider_status", "state", "regions"),
    *("open_since", "applied_at", "changed_at"),
)


@exported(
    blueprint, ORGANISATIONS, "Everybody who was ever admitted", to=allow("operator", "authority")
)
def export_organisations(parts: Wiring) -> Shown:
    """Everybody who was ever admitted, newest first, and how each stands; it does not come in."""
    return _organisations(parts), list(ORGANISATION_COLUMNS)


@exported(
    blueprint,
    SCENES,
    "The scenes of the programme and of every provider",
    to=allow("operator", "authority"),
)
def export_scenes(parts: Wiring) -> Shown:
    """Every scene, in every state, newest application first; it does not come in."""
    return _scenes(parts), list(SCENE_COLUMNS)


def _organisations(parts: Wiring) -> Iterator[JsonObject]:
    before: UUID | None = None
    while True:
        found = parts.database.transact(read_organisations, kind=None, before=before, most=ROWS)
        for each in found:
            yield {**named_organisation(each), **stands(each)}
        if len(found) < ROWS:
            return
        before = found[-1].organisation_id


def _scenes(parts: Wiring) -> Iterator[JsonObject]:
    before: UUID | None = None
    while True:
        found = parts.database.transact(
            read_admissions,
            provider_id=None,
            everything=True,
            state=None,
            before=before,
            most=ROWS,
        )
        for admission, provider in found:
            shown = scene_answer(admission)
            # Of the times at which it was open, the one that goes on: a row is how it is now.
            since = [each.since for each in admission.spans if each.until is None]
            yield {name: shown[name] for name in SCENE_COLUMNS if name in shown} | {
                "provider_status": provider.state if provider else None,
                "open_since": moment(since[-1]) if since else None,
            }
        if len(found) < ROWS:
            return
        before = found[-1].admission.admission_id
