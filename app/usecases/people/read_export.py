"""Read the export: everything that is kept of the person who looks."""

from __future__ import annotations

from typing import NamedTuple

from app.store.database import Connection
from app.store.people.accounts import Row, everything_of
from app.store.pooling.proofs import sealed_entries_of
from app.usecases.pooling.prove_inclusions import prove_inclusions
from behaviours.people import person_behind
from behaviours.viewer import Viewer
from rewards.pooling.included import Inclusion


class Export(NamedTuple):
    """Rows by their table, and the proof of each reduction that lies in a sealed bundle."""

    rows: dict[str, list[Row]]
    inclusions: list[Inclusion]


def read_export(connection: Connection, *, viewer: Viewer) -> Export:
    """Every row about the viewer by its table, in one snapshot: the transaction asks nothing
    before it.

    With the proofs, because nobody can ask for them any more once the person has left.
    """
    person = person_behind(viewer)
    rows = everything_of(connection, person)
    return Export(rows, prove_inclusions(connection, sealed_entries_of(connection, person)))
