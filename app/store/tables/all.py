"""Every table of the books, gathered for migrations."""

from app.store.tables import (
    anchors,
    complaints,
    holds,
    identity_changes,
    identity_services,
    imports,
    installations,
    issuers,
    methodologies,
    organisations,
    people,
    platform,
    points,
    pooling,
    programme,
    quotas,
    recording,
    redemption,
    registry,
    sightings,
    texts,
    tombstones,
    trading,
    users,
)
from app.store.tables.metadata import metadata

__all__ = ["SUBJECTS", "TABLES", "metadata"]

TABLES = metadata.tables
SUBJECTS = (
    people,
    organisations,
    identity_changes,
    identity_services,
    users,
    issuers,
    recording,
    installations,
    holds,
    complaints,
    quotas,
    sightings,
    points,
    redemption,
    pooling,
    registry,
    trading,
    platform,
    methodologies,
    imports,
    programme,
    texts,
    tombstones,
    anchors,
)
