"""Versions in the books: written as drafts, locked for a step, read by every process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

_COLUMNS = (
    "code, version, behaviour, document, examples, digest, state, revision, drafted_by,"
    " drafted_at, application, published_at"
)
_INSERT = text(
    """
    insert into methodology_version
        (code, version, behaviour, document, examples, digest, state, revision, drafted_by,
         drafted_at)
    values (:code, :version, :behaviour, :document, :examples, :digest, 'draft', 1, :drafted_by,
            :now)
    """
)
_READ = text(
    f"select {_COLUMNS} from methodology_version where code = :code and version = :version"  # noqa: S608
)
_LOCK = text(
    f"select {_COLUMNS} from methodology_version"  # noqa: S608
    " where code = :code and version = :version for update"
)
_HOLDER = text(
    """
    select code, version from methodology_version
     where (code = :code and version = :version) or digest = :digest limit 1
    """
)
_REVISE = text(
    """
    update methodology_version
       set behaviour = :behaviour, document = :document, examples = :examples, digest = :digest,
           revision = revision + 1
     where code = :code and version = :version
    """
)
_MOVE = text(
    """
    update methodology_version
       set state = :state, revision = revision + :changed, published_at = :published_at,
           application = coalesce(:application, application)
     where code = :code and version = :version
    """
).bindparams(bindparam("application", type_=JSONB(none_as_null=True)))
_LIST = text(
    """
    select code, version, behaviour, digest, state, revision, drafted_at, published_at
      from methodology_version where state <> 'published' order by code, version
    """
)
_PUBLISHED = text(
    """
    select code, version, document, examples, digest from methodology_version
     where state = 'published' order by published_at, code, version
    """
)
_WITHDRAWN = text("select code, version, withdrawn_from from methodology_withdrawal")
_WITHDRAW = text(
    """
    insert into methodology_withdrawal (code, version, withdrawn_from, reason, decided_at)
    values (:code, :version, :withdrawn_from, :reason, :now)
    """
)
_EPOCH = text("select number from methodology_epoch where name = 'rulebook'")
_RAISE_EPOCH = text(
    """
    insert into methodology_epoch (name, number) values ('rulebook', 1)
    on conflict (name) do update set number = methodology_epoch.number + 1
    """
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A version as the books hold it; ``digest`` has the form that reductions show."""

    code: str
    version: str
    behaviour: str
    document: str
    examples: str
    digest: str
    state: str
    revision: int
    drafted_by: Any
    drafted_at: datetime
    application: Mapping[str, Any] | None
    published_at: datetime | None

    @property
    def label(self) -> str:
        return f"{self.code}@{self.version}"


@dataclass(frozen=True, slots=True)
class Published:
    """What a process needs to price actions by a published version."""

    label: str
    document: str
    examples: str
    digest: str


def digest_bytes(digest: str) -> bytes:
    """``sha256:…`` as it is stored."""
    return bytes.fromhex(digest.removeprefix("sha256:"))


def digest_text(stored: bytes) -> str:
    return f"sha256:{bytes(stored).hex()}"


def insert_draft(
    connection: Connection,
    *,
    code: str,
    version: str,
    behaviour: str,
    document: str,
    examples: str,
    digest: str,
    drafted_by: Any,
    now: datetime,
) -> None:
    parameters = {"code": code, "version": version, "behaviour": behaviour, "document": document}
    connection.execute(
        _INSERT,
        parameters
        | {
            "examples": examples,
            "digest": digest_bytes(digest),
            "drafted_by": drafted_by,
            "now": now,
        },
    )


def holder(connection: Connection, *, code: str, version: str, digest: str) -> str | None:
    """The label of the version that has this name or this content."""
    row = connection.execute(
        _HOLDER, {"code": code, "version": version, "digest": digest_bytes(digest)}
    ).one_or_none()
    return None if row is None else f"{row.code}@{row.version}"


def read_kept(connection: Connection, code: str, version: str) -> Kept | None:
    return _kept(
        connection.execute(_READ, {"code": code, "version": version}).mappings().one_or_none()
    )


def lock_kept(connection: Connection, code: str, version: str) -> Kept | None:
    return _kept(
        connection.execute(_LOCK, {"code": code, "version": version}).mappings().one_or_none()
    )


def _kept(row: Any) -> Kept | None:
    return None if row is None else Kept(**{**row, "digest": digest_text(row["digest"])})


def revise(
    connection: Connection, kept: Kept, *, behaviour: str, document: str, examples: str, digest: str
) -> None:
    """Replace a draft's content; its revision rises."""
    connection.execute(
        _REVISE,
        {
            "code": kept.code,
            "version": kept.version,
            "behaviour": behaviour,
            "document": document,
            "examples": examples,
            "digest": digest_bytes(digest),
        },
    )


def move(
    connection: Connection,
    kept: Kept,
    *,
    state: str,
    application: Mapping[str, Any] | None = None,
    published_at: datetime | None = None,
    reopened: bool = False,
) -> None:
    """Put a version into another state; one that is reopened is another revision from then on."""
    connection.execute(
        _MOVE,
        {
            "code": kept.code,
            "version": kept.version,
            "state": state,
            "application": application,
            "published_at": published_at,
            "changed": int(reopened),
        },
    )


def unpublished(connection: Connection) -> list[dict[str, Any]]:
    """Every draft, filed and reviewed version in a line, by name."""
    rows = connection.execute(_LIST).mappings()
    return [{**row, "digest": digest_text(row["digest"])} for row in rows]


def published(connection: Connection) -> list[Published]:
    """Every published version, in the order of publication."""
    return [
        Published(f"{row.code}@{row.version}", row.document, row.examples, digest_text(row.digest))
        for row in connection.execute(_PUBLISHED)
    ]


def withdrawals(connection: Connection) -> dict[str, date]:
    """From which day on a version is withdrawn, by label."""
    return {
        f"{row.code}@{row.version}": row.withdrawn_from for row in connection.execute(_WITHDRAWN)
    }


def insert_withdrawal(
    connection: Connection,
    *,
    code: str,
    version: str,
    withdrawn_from: date,
    reason: str,
    now: datetime,
) -> None:
    parameters = {"code": code, "version": version, "withdrawn_from": withdrawn_from}
    connection.execute(_WITHDRAW, parameters | {"reason": reason, "now": now})


def epoch(connection: Connection) -> int:
    """How often the rules in force have changed."""
    return connection.execute(_EPOCH).scalar_one_or_none() or 0


def raise_epoch(connection: Connection) -> None:
    """Let every process notice when this transaction commits; holds off others that would."""
    connection.execute(_RAISE_EPOCH)
