"""Read a text: anybody reads what is published, word for word."""

from __future__ import annotations

from app.store.database import Connection
from app.store.people.texts import all_texts
from behaviours.refusal import found_or
from behaviours.texts import AgreedWords, Texts, UnknownText


def read_text(connection: Connection, kind: str, version: str) -> AgreedWords:
    """The published text; refuses with UnknownText."""
    return found_or(Texts(all_texts(connection)).find([kind], version), UnknownText("text"))
