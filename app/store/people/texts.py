"""SQL of texts: what is published, and what awaits a second signature."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.store.log.acting import tell
from app.store.paging import newest_first
from behaviours.texts import AgreedWords, TextBody

_COLUMNS = "text_id, kind, version, in_force_at, bodies, published_at"
# Two proposals, or a proposal and a signature, go one after the other; reading goes on.
_LOCK = text("lock table published_text in share row exclusive mode")
_ALL = text(f"select {_COLUMNS} from published_text")  # noqa: S608 - constants of this file
_PAGE = newest_first(
    f"select {_COLUMNS} from published_text where published_at is not null",  # noqa: S608 - constants of this file
    by="text_id",
)
_DROP = text("delete from published_text where text_id = :text_id and published_at is null")
_ADD = text(
    f"""
    insert into published_text ({_COLUMNS}, proposed_at)
    values (:text_id, :kind, :version, :in_force_at, :bodies, :published_at, :now)
    """  # noqa: S608 - constants of this file
).bindparams(bindparam("bodies", type_=JSONB))
_PUBLISH = text(
    "update published_text set published_at = :now where text_id = :text_id"
    " and published_at is null"
)


def lock_texts(connection: Connection) -> None:
    """Until the transaction ends nobody else proposes or publishes."""
    connection.execute(_LOCK)


def all_texts(connection: Connection) -> list[AgreedWords]:
    """Every text, also those that await a signature; there are few."""
    return [_text(*row) for row in connection.execute(_ALL)]


def published_page(connection: Connection, *, before: UUID | None, limit: int) -> list[AgreedWords]:
    """Published texts, newest first."""
    rows = connection.execute(_PAGE, {"before": before, "most": limit})
    return [_text(*row) for row in rows]


def add_text(connection: Connection, added: AgreedWords, *, now: datetime) -> None:
    """Keep a proposal."""
    connection.execute(
        _ADD,
        {
            "text_id": added.text_id,
            "kind": added.kind,
            "version": added.version,
            "in_force_at": added.in_force_at,
            "bodies": {
                language: {"body": each.body, "sha256": each.sha256}
                for language, each in added.bodies.items()
            },
            "published_at": added.published_at,
            "now": now,
        },
    )
    digests = {language: each.sha256 for language, each in added.bodies.items()}
    tell("text", f"{added.kind}@{added.version}", {"sha256": digests, "published": False})


def drop_proposal(connection: Connection, text_id: UUID) -> None:
    """Forget a proposal that another takes the place of."""
    connection.execute(_DROP, {"text_id": text_id})


def publish(connection: Connection, text_id: UUID, *, now: datetime) -> None:
    """Publish a proposal for good."""
    connection.execute(_PUBLISH, {"text_id": text_id, "now": now})


def _text(  # noqa: PLR0917 - a row
    text_id: UUID,
    kind: str,
    version: str,
    in_force_at: datetime,
    bodies: dict[str, dict[str, str]],
    published_at: datetime | None,
) -> AgreedWords:
    words = {language: TextBody(**each) for language, each in sorted(bodies.items())}
    return AgreedWords(text_id, kind, version, in_force_at, words, published_at)
