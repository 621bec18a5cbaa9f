"""Open a bundle: state what it may hold, before anything is put into it."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import asdict
from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.pooling.bundles import insert_bundle
from app.store.pooling.population import keep_secret
from behaviours.projects.draw import SECRET_BYTES, commitment_of
from behaviours.rules.factors import shipped_factors
from rewards.pooling.bundle import DRAFT, Bundle, check_period
from rewards.pooling.documents import Conditions
from rewards.pooling.drafts import check_named


def open_bundle(
    connection: Connection,
    conditions: Conditions,
    *,
    created_by: UUID,
    known_methodologies: Collection[str],
    reserve_per_mille: int,
    clock: Clock,
) -> Bundle:
    """A draft for actions of these civil days (both included) within the vintage year.

    Raises UnknownUnitClass, UnknownRegion, UnknownBundleMethodology, MethodologiesNotNamed,
    MixingNotPermitted, BadBundlePeriod.
    """
    if conditions.region is not None:
        shipped_factors().check_region(conditions.region)
    check_named(conditions, known_methodologies)
    check_period(conditions)
    # Nobody is shown it before the verifier has given a number of its own.
    secret = secrets.token_bytes(SECRET_BYTES)
    bundle = Bundle(
        **asdict(conditions),
        bundle_id=new_id(),
        state=DRAFT,
        created_by=created_by,
        created_at=clock.now(),
        reserve_per_mille=reserve_per_mille,
        commitment=commitment_of(secret),
    )
    insert_bundle(connection, bundle)
    keep_secret(connection, bundle.bundle_id, secret)
    return bundle
