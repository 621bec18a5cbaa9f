"""Read one declaration, and where the reductions are that it speaks of."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.pooling.declared import Declared, count_declared
from app.store.recording.declared import find_declaration
from behaviours.actions.declared import RegisteredDeclaration, UnknownDeclaration


class DeclarationAtWork(NamedTuple):
    """A declaration, and how many recorded reductions it speaks of."""

    declaration: RegisteredDeclaration
    reductions: Declared


def read_declaration(connection: Connection, declaration_id: UUID) -> DeclarationAtWork:
    """Raises UnknownDeclaration."""
    kept = find_declaration(connection, declaration_id)
    if kept is None:
        raise UnknownDeclaration("declaration")
    return DeclarationAtWork(kept, count_declared(connection, declaration_id))
