"""Documents that were handed in, given out as they came."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol
from uuid import UUID

from flask import Response

from app.auth import caller
from app.http.current import wiring
from app.http.evidence import file_answer
from app.ids import parse


class HandedIn(Protocol):
    """What is known of a document."""

    @property
    def kind(self) -> str: ...
    @property
    def media_type(self) -> str: ...
    @property
    def sha256(self) -> bytes: ...


class Opened(Protocol):
    """A document with its content."""

    @property
    def document(self) -> HandedIn: ...
    @property
    def content(self) -> bytes: ...


def opened_answer(read: Callable[..., Opened], owner_id: UUID, document_id: str) -> Response:
    """The document that ``read`` finds of its owner, for whoever asks."""
    found = wiring().database.transact(
        read,
        owner_id,
        parse("doc", document_id),
        by=caller().viewer,
        identity_key=wiring().settings.identity_key,
    )
    document = found.document
    return file_answer(
        found.content, media_type=document.media_type, name=document.kind, sha256=document.sha256
    )
