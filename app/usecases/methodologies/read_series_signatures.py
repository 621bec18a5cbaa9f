"""Read who signed the values that the programme added to series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from app.store.database import Connection
from app.store.methodologies.series import signatures_of_values
from rewards.signing import Signature


def read_series_signatures(connection: Connection) -> Mapping[UUID, Sequence[Signature]]:
    """By the value's id, the one who proposed it first."""
    return signatures_of_values(connection)
