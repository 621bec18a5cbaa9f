"""SQL of the log: rows are added in the transaction of their step, and read newest first."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Row, Uuid, bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from app.store.paging import newest_first
from behaviours.logbook import LogEntry, LogFilter, LoggedSubject

_COLUMNS = (
    "entry_id, taken_at, verb, role, user_id, client_id, organisation_id, subject_kind, subject,"
    " changes, reason, signed, signers, request_id, address"
)
# A transaction that wrote, or held, a row has a number; one that only read has none.
_INSERT = text(
    f"""
    insert into log_entry ({_COLUMNS})
    select :entry_id, :taken_at, :verb, :role, :user_id, :client_id, :organisation_id,
           :subject_kind, :subject, :changes, :reason, :signed, :signers, :request_id, :address
     where not :unless_idle or pg_current_xact_id_if_assigned() is not null
    """
).bindparams(
    bindparam("changes", type_=JSONB),
    bindparam("signers", type_=ARRAY(Uuid)),
    bindparam("entry_id", type_=Uuid),
    bindparam("user_id", type_=Uuid),
    bindparam("organisation_id", type_=Uuid),
)
_SOUGHT = f"""
    select {_COLUMNS} from log_entry
     where (cast(:user_id as uuid) is null or user_id = :user_id)
       and (cast(:client_id as text) is null or client_id = :client_id)
       and (cast(:verb as text) is null or verb = :verb)
       and (cast(:subject as text) is null or subject = :subject)
       and (cast(:organisation_id as uuid) is null or organisation_id = :organisation_id)
       and (cast(:request_id as text) is null or request_id = :request_id)
       and (cast(:since as timestamptz) is null or taken_at >= :since)
       and (cast(:until as timestamptz) is null or taken_at < :until)
"""  # noqa: S608 - only names of this file
_PAGE = newest_first(_SOUGHT, by="entry_id")
_PART = text(
    f"""
    {_SOUGHT} and (cast(:after as uuid) is null or entry_id > :after)
     order by entry_id limit :most
    """
)


def insert_entry(connection: Connection, entry: LogEntry, *, unless_idle: bool) -> bool:
    """Add a row; False: ``unless_idle``, and its transaction wrote nothing."""
    subject = entry.subject
    done = connection.execute(
        _INSERT,
        {
            "entry_id": entry.entry_id,
            "taken_at": entry.taken_at,
            "verb": entry.verb,
            "role": entry.role,
            "user_id": entry.user_id,
            "client_id": entry.client_id,
            "organisation_id": entry.organisation_id,
            "subject_kind": subject.kind if subject else None,
            "subject": subject.name if subject else None,
            "changes": dict(entry.changes),
            "reason": entry.reason,
            "signed": entry.signed,
            "signers": list(entry.signers),
            "request_id": entry.request_id,
            "address": entry.address,
            "unless_idle": unless_idle,
        },
    )
    return done.rowcount == 1


def list_entries(
    connection: Connection, sought: LogFilter, *, before: UUID | None, most: int
) -> list[LogEntry]:
    """Rows of the log, newest first."""
    asked = {**sought._asdict(), "before": before, "most": most}
    return [_entry(row) for row in connection.execute(_PAGE, asked)]


def entries_after(
    connection: Connection, sought: LogFilter, *, after: UUID | None, most: int
) -> list[LogEntry]:
    """Rows of the log, oldest first."""
    asked = {**sought._asdict(), "after": after, "most": most}
    return [_entry(row) for row in connection.execute(_PART, asked)]


def _entry(row: Row[Any]) -> LogEntry:
    kept = dict(row._mapping)  # noqa: SLF001 - the public name of a row's mapping
    kind, name = kept.pop("subject_kind"), kept.pop("subject")
    subject = LoggedSubject(kind, name) if kind else None
    return LogEntry(subject=subject, **kept | {"signers": tuple(kept["signers"])})
