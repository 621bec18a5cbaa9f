"""Notes: what was said when a change of somebody's account was asked for.

The words may name people, and the row of a change never changes. So they lie sealed under the data
key of the person whose account it is, in the column in which they once lay in the clear.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Final, Protocol
from uuid import UUID

from app.secrecy.sealing import NOTE, seal, unseal
from app.store.database import Connection
from app.store.people.data_keys import data_keys_of

_SEALED: Final = re.compile(r"sealed:([A-Za-z0-9+/]{60,}={0,2})")


class AskedWithNote(Protocol):
    """A change that was asked for; a named tuple of the columns of its table."""

    @property
    def participant_id(self) -> UUID: ...

    @property
    def change_id(self) -> UUID: ...

    @property
    def note(self) -> str | None: ...

    def _asdict(self) -> Mapping[str, object]: ...


def sealed_note(connection: Connection, participant_id: UUID, change_id: UUID, note: str) -> str:
    """The note of a change of a held account, as it is kept."""
    key = data_keys_of(connection, [participant_id])[participant_id]
    sealed = seal(key, change_id.bytes + NOTE, note)
    return f"sealed:{base64.b64encode(sealed).decode()}"


def with_sealed_note(connection: Connection, asked: AskedWithNote) -> Mapping[str, object]:
    """What was asked, by the names of its columns, with the note as it is kept."""
    assert asked.note is not None, "who asks says why"
    note = sealed_note(connection, asked.participant_id, asked.change_id, asked.note)
    return {**asked._asdict(), "note": note}


def opened_note(kept: str, change_id: UUID, data_key: bytes | None) -> str | None:
    """The words; None once nobody can read them any more. Those from before lie in the clear."""
    found = _SEALED.fullmatch(kept)
    if found is None:
        return kept
    if data_key is None:
        return None
    words = unseal(data_key, change_id.bytes + NOTE, base64.b64decode(found[1]))
    assert isinstance(words, str), "a note is words"
    return words
