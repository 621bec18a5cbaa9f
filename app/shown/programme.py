"""Quotas and checks of the programme, as anybody reads them and as a provider sees its own."""

from __future__ import annotations

from datetime import timedelta

from behaviours.checks import Checks
from behaviours.json_value import JsonObject
from behaviours.quotas import Quota


def quota_shown(quota: Quota) -> JsonObject:
    """A provider's day; null is without limit."""
    return {
        "actions_per_day": quota.actions,
        "kg_per_day": None if quota.kg is None else str(quota.kg),
    }


def checks_shown(checks: Checks) -> JsonObject:
    """Each check by the code of its reason; null is not checked."""
    of, together = checks.people_per_content_of, checks.enrolled_together
    device, most, speed = checks.people_per_device, checks.people_per_content, checks.km_per_hour
    return {
        "same_device": None if device is None else {"people": device},
        "same_evidence": None
        if most is None and not of
        else {
            "people": most,
            "behaviours": [{"behaviour": each, "people": of[each]} for each in of],
        },
        "enrolled_together": None
        if together is None
        else {"people": together.people, "minutes": together.within // timedelta(minutes=1)},
        "impossible_speed": None
        if speed is None
        else {"km_per_hour": speed, "keep_places_days": checks.places_for.days},
    }
