"""Every table of the books, gathered for migrations."""

from app.store.tables import (
    imports,
    market,
    methodologies,
    people,
    platform,
    points,
    recording,
    till,
)
from app.store.tables.metadata import metadata

TABLES = metadata.tables
SUBJECTS = (people, recording, points, till, market, platform, methodologies, imports)
