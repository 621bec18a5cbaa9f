"""A person's export as a signed document: everything that is kept, and the proofs of it."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from app.http.fields import moment
from app.ids import public
from app.secrecy.signatures import sign
from app.shown.inclusions import inclusion_shown
from app.shown.moves import move_stated
from app.usecases.people.read_export import Export
from behaviours.exports.moving import AskedMove
from behaviours.exports.shape import FORMAT, VERSION
from behaviours.json_value import JsonObject

EXPORT_SCHEMA: Final = f"/v1/schemas/export/{VERSION}"
EXPORT_HEADERS: Final = {"Content-Disposition": 'attachment; filename="tanpuhui-export.json"'}


def export_document(
    export: Export,
    participant_id: UUID,
    *,
    asked: AskedMove | None = None,
    signing_key: bytes,
    now: datetime,
) -> JsonObject:
    """The document; with a move that was asked for it goes elsewhere."""
    document = {
        "format": FORMAT,
        "schema": EXPORT_SCHEMA,
        "id": public("par", participant_id),
        "exported_at": moment(now),
        "rows": export.rows,
        "inclusions": [inclusion_shown(each, signing_key) for each in export.inclusions],
        **({} if asked is None else {"move": move_stated(asked)}),
    }
    return sign(document, signing_key)
