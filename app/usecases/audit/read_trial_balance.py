"""The trial balance of a book at any past moment."""

from __future__ import annotations

from datetime import datetime

from app.store.audit.statements import turnovers
from app.store.database import Connection
from rewards.ledger.statement import TrialBalance


def read_trial_balance(connection: Connection, book: str, *, at: datetime) -> TrialBalance:
    """``book`` is points (points), carbon (mg CO2e) or money (fen), as it stood at ``at``.

    Counts every posting up to that moment, the moment itself included, and reads the whole book;
    nothing that is posted later changes the answer, because no posting is ever changed.
    """
    return TrialBalance(book, at, tuple(turnovers(connection, book, at=at)))
