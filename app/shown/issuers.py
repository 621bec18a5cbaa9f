"""An issuer of numbers, as everybody is told."""

from __future__ import annotations

from behaviours.issuers import Issuer
from behaviours.json_value import JsonObject


def issuer_answer(issuer: Issuer) -> JsonObject:
    """Its code, names, and the kinds of numbers that it gives."""
    return {
        "code": issuer.code,
        "name_zh": issuer.name_zh,
        "name_en": issuer.name_en,
        "kinds": list(issuer.kinds),
        "per": issuer.per,
    }
