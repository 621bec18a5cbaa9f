"""Whether a signed document holds by the key of the programme."""

from __future__ import annotations

from app.wiring import Wiring
from behaviours.json_value import JsonObject
from behaviours.signed_document import check_signature


def holds(document: JsonObject, _wiring: Wiring) -> bool:
    return check_signature(document).fault is None
