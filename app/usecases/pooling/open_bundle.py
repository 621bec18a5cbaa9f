"""Open a bundle: state what it may hold, before anything is put into it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from app.ids import new_id
from app.store.database import Connection
from app.store.pooling.bundles import insert_bundle, read_bundle
from behaviours.rules.factors import shipped_factors
from rewards.pooling.refusals import BadBundlePeriod, UnknownBundleMethodology
from rewards.registry.issuing import RESERVE_PER_MILLE
from rewards.registry.unit_classes import unit_class


def open_bundle(
    connection: Connection,
    *,
    methodology: str | None,
    vintage: int,
    region: str | None,
    occurred_from: date,
    occurred_to: date,
    class_code: str,
    created_by: UUID,
    known_methodologies: Collection[str],
    now: datetime,
) -> dict[str, Any]:
    """A draft for actions of these civil days (both included) within the vintage year.

    Raises UnknownUnitClass, UnknownRegion, UnknownBundleMethodology, BadBundlePeriod.
    """
    unit_class(class_code)
    if region is not None:
        shipped_factors().check_region(region)
    if methodology is not None and methodology not in known_methodologies:
        raise UnknownBundleMethodology(
            "No methodology has this code. See GET /v1/methodologies.",
            pointer="/methodology_code",
        )
    if occurred_to < occurred_from:
        raise BadBundlePeriod("`to` is the last day and cannot come before `from`.", pointer="/to")
    for pointer, day in (("/from", occurred_from), ("/to", occurred_to)):
        if day.year != vintage:
            raise BadBundlePeriod(
                f"A bundle holds one vintage: this day must lie in {vintage}.", pointer=pointer
            )
    bundle_id = new_id()
    insert_bundle(
        connection,
        {
            "bundle_id": bundle_id,
            "methodology": methodology,
            "vintage": vintage,
            "region": region,
            "occurred_from": occurred_from,
            "occurred_to": occurred_to,
            "unit_class": class_code,
            "created_by": created_by,
            "reserve_per_mille": RESERVE_PER_MILLE,
            "now": now,
        },
    )
    bundle = read_bundle(connection, bundle_id)
    assert bundle is not None, "what was just inserted is there"
    return bundle
