"""Withdraw a declaration: its numbers count here again."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.store.database import Connection
from app.store.recording.declared import lock_declaration, write_withdrawals
from behaviours.actions.declared import WITHDRAW, RegisteredDeclaration, UnknownDeclaration


def withdraw_declaration(
    connection: Connection, declaration_id: UUID, *, reason: str, by: UUID | None, clock: Clock
) -> RegisteredDeclaration:
    """End it with a reason; ``by`` is None at the command line.

    What it kept out of bundles may enter the next one. Raises UnknownDeclaration,
    DeclarationWithdrawnBefore, DeclarationIsYours for who declared it, DeclarationOfProject and
    DeclarationOfBoundary.
    """
    kept = lock_declaration(connection, declaration_id)
    if kept is None:
        raise UnknownDeclaration("declaration")
    now = clock.now()
    withdrawn = kept.move(WITHDRAW, by=by, now=now, reason=reason)
    write_withdrawals(connection, [declaration_id], reason=reason, by=by, now=now)
    return withdrawn
