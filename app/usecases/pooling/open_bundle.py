"""Open a bundle: state what it may hold, before anything is put into it."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import date
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.pooling.bundles import insert_bundle
from app.store.pooling.population import keep_secret
from behaviours.projects.draw import SECRET_BYTES, commitment_of
from behaviours.rules.factors import shipped_factors
from rewards.pooling.bundle import DRAFT, Bundle, check_period
from rewards.pooling.refusals import UnknownBundleMethodology
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
    reserve_per_mille: int,
    clock: Clock,
) -> Bundle:
    """A draft for actions of these civil days (both included) within the vintage year.

    Raises UnknownUnitClass, UnknownRegion, UnknownBundleMethodology, BadBundlePeriod.
    """
    _check(methodology, region, known_methodologies)
    unit_class(class_code)
    check_period(vintage, occurred_from, occurred_to)
    # Nobody is shown it before the verifier has given a number of its own.
    secret = secrets.token_bytes(SECRET_BYTES)
    bundle = Bundle(
        bundle_id=new_id(),
        methodology=methodology,
        vintage=vintage,
        region=region,
        occurred_from=occurred_from,
        occurred_to=occurred_to,
        unit_class=class_code,
        state=DRAFT,
        created_by=created_by,
        created_at=clock.now(),
        reserve_per_mille=reserve_per_mille,
        commitment=commitment_of(secret),
    )
    insert_bundle(connection, bundle)
    keep_secret(connection, bundle.bundle_id, secret)
    return bundle


def _check(
    methodology: str | None, region: str | None, known_methodologies: Collection[str]
) -> None:
    if region is not None:
        shipped_factors().check_region(region)
    if methodology is not None and methodology not in known_methodologies:
        raise UnknownBundleMethodology(pointer="/methodology_code")
