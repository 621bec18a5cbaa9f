"""Who takes part, as a file of a register that is read alone.

Nobody takes part by standing in a file: each applies, is assessed and signed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from marshmallow import Schema

from app.auth import allow
from app.http.blueprint import Blueprint
from app.http.registers import Register, Shown, exported
from app.shown.organisations import named_organisation
from app.shown.standing import stands
from app.usecases.organisations.read_organisations import read_organisations
from app.wiring import Wiring
from behaviours.json_value import JsonObject

blueprint = Blueprint(
    "organisation_files", __name__, description="Organisations, as a file of a register."
)
# So many rows are read in one go.
ROWS: Final = 500


# No row of it comes in, so nothing is loaded of one.
ORGANISATIONS = Register("organisations", Schema())
ORGANISATION_COLUMNS: Final = ("id", "kind", "name", "status", "status_since")


@exported(
    blueprint, ORGANISATIONS, "Everybody who was ever admitted", to=allow("operator", "authority")
)
def export_organisations(parts: Wiring) -> Shown:
    """Everybody who was ever admitted, newest first, and how each stands; it does not come in."""
    return _organisations(parts), list(ORGANISATION_COLUMNS)


def _organisations(parts: Wiring) -> Iterator[JsonObject]:
    before: UUID | None = None
    while True:
        found = parts.database.transact(read_organisations, kind=None, before=before, most=ROWS)
        for each in found:
            yield {**named_organisation(each), **stands(each)}
        if len(found) < ROWS:
            return
        before = found[-1].organisation_id
