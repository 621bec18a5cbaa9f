"""Versions in the books: written as drafts, locked for a step, read by every process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, RowMapping, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.store.inserting import by_name
from app.store.log.acting import held, kept
from behaviours.rules.lifecycle import PUBLISHED, MethodologyVersion, UnknownDraft

_NAMES = tuple(each.name for each in fields(MethodologyVersion))
_COLUMNS = ", ".join(_NAMES)
_INSERT = text(
    """
    insert into methodology_version
        (code, version, behaviour, document, examples, digest, state, revision, drafted_by,
         drafted_at)
    values (:code, :version, :behaviour, :document, :examples, :digest, :state, :revision,
            :drafted_by, :drafted_at)
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
_NAMES_OF = text("select version from methodology_version where code = :code")
_SAVE = text(
    """
    update methodology_version
       set behaviour = :behaviour, document = :document, examples = :examples, digest = :digest,
           state = :state, revision = :revision, application = :application,
           published_at = :published_at
     where code = :code and version = :version
    """
).bindparams(bindparam("application", type_=JSONB(none_as_null=True)))
_ON_THEIR_WAY = text(
    """
    select code, version, behaviour, digest, state, revision, drafted_at, published_at
      from methodology_version where state <> :published order by code, version
    """
)
_PUBLISHED = text(
    """
    select code, version, document, examples, digest from methodology_version
     where state = :published order by published_at, code, version
    """
)
_WITHDRAWN = text("select code, version, withdrawn_from from methodology_withdrawal")
_WITHDRAW = text(
    """
    insert into methodology_withdrawal (code, version, withdrawn_from, reason, decided_at)
    values (:code, :version, :withdrawn_from, :reason, :now)
    """
)
_EPOCHS = text("select name, number from methodology_epoch")
_RAISE_EPOCH = text(
    """
    insert into methodology_epoch (name, number) values ('rulebook', 1)
    on conflict (name) do update set number = methodology_epoch.number + 1
    """
)


class PublishedTexts(NamedTuple):
    """What a process needs to price actions by a published version."""

    label: str
    document: str
    examples: str
    digest: str


class VersionOnItsWay(NamedTuple):
    """A draft, filed or reviewed version in a line."""

    code: str
    version: str
    behaviour: str
    digest: str
    state: str
    revision: int
    drafted_at: datetime
    published_at: datetime | None


def digest_bytes(digest: str) -> bytes:
    """``sha256:…`` as it is stored."""
    return bytes.fromhex(digest.removeprefix("sha256:"))


def digest_text(stored: bytes) -> str:
    return f"sha256:{bytes(stored).hex()}"


def insert_draft(connection: Connection, draft: MethodologyVersion) -> None:
    connection.execute(_INSERT, _columns(draft))
    kept(draft)


def holder(connection: Connection, *, code: str, version: str, digest: str) -> str | None:
    """The label of the version that has this name or this content."""
    row = connection.execute(
        _HOLDER, {"code": code, "version": version, "digest": digest_bytes(digest)}
    ).one_or_none()
    return None if row is None else f"{row.code}@{row.version}"


def names_of(connection: Connection, code: str) -> set[str]:
    """The names of a methodology's versions here, whatever their state."""
    return set(connection.execute(_NAMES_OF, {"code": code}).scalars())


def find_version(connection: Connection, code: str, version: str) -> MethodologyVersion | None:
    named = {"code": code, "version": version}
    row = connection.execute(_READ, named).mappings().one_or_none()
    return None if row is None else _version(row)


def lock_version(connection: Connection, code: str, version: str) -> MethodologyVersion:
    """The version for a step, held until the end of the transaction; raises UnknownDraft."""
    named = {"code": code, "version": version}
    row = connection.execute(_LOCK, named).mappings().one_or_none()
    if row is None:
        raise UnknownDraft("methodology_draft", methodology=f"{code}@{version}")
    return held(_version(row))


def save_version(connection: Connection, version: MethodologyVersion) -> None:
    """Write a version back after a step."""
    connection.execute(_SAVE, _columns(version))
    kept(version)


def _version(row: RowMapping) -> MethodologyVersion:
    return MethodologyVersion(**{**row, "digest": digest_text(row["digest"])})


def _columns(version: MethodologyVersion) -> Mapping[str, object]:
    application = None if version.application is None else dict(version.application)
    return {
        **by_name(_NAMES, version),
        "digest": digest_bytes(version.digest),
        "application": application,
    }


def on_their_way(connection: Connection) -> list[VersionOnItsWay]:
    """Every draft, filed and reviewed version in a line, by name."""
    rows = connection.execute(_ON_THEIR_WAY, {"published": PUBLISHED}).mappings()
    return [VersionOnItsWay(**{**row, "digest": digest_text(row["digest"])}) for row in rows]


def published(connection: Connection) -> list[PublishedTexts]:
    """Every published version, in the order of publication."""
    return [
        PublishedTexts(
            f"{row.code}@{row.version}", row.document, row.examples, digest_text(row.digest)
        )
        for row in connection.execute(_PUBLISHED, {"published": PUBLISHED})
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


def epochs(connection: Connection) -> tuple[int, int]:
    """How often the rules in force have changed, and which scenes are open."""
    found = {row.name: int(row.number) for row in connection.execute(_EPOCHS)}
    return found.get("rulebook", 0), found.get("scenes", 0)


def raise_epoch(connection: Connection) -> None:
    """Let every process notice when this transaction commits; holds off others that would."""
    connection.execute(_RAISE_EPOCH)
