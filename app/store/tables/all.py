"""Every table of the books, gathered for migrations."""

from app.store.tables import (
    imports,
    market,
    methodologies,
    people,
    platform,
    points,
    recording,
    redemption,
)
from app.store.tables.metadata import metadata

TABLES = metadata.tables
SUBJECTS = (people, recording, points, redemption, market, platform, methodologies, imports)
