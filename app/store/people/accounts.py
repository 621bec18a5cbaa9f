"""SQL of a person's account as a whole: reading it, and closing it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Date,
    DateTime,
    Integer,
    RowMapping,
    SmallInteger,
    Table,
    Text,
    Uuid,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import BYTEA, JSONB

from app.secrecy.sealing import CERTIFICATE, COMPLAINT, CONTEST, PLACES, unseal
from app.store.people.data_keys import data_keys_of
from app.store.people.notes import opened_note
from app.store.people.sessions import OWN_SESSION, TOLD, own_sessions_of
from app.store.tables.all import TABLES
from app.store.tables.complaints import complainant, complaint_entry, complaint_file_content
from app.store.tables.engagement import personal_certificate
from app.store.tables.guardians import guardian_change
from app.store.tables.holds import hold_contest
from app.store.tables.identity_changes import identity_change
from app.store.tables.metadata import base_of
from app.store.tables.people import person_key
from app.store.tables.sightings import person_place
from behaviours.civil_time import utc_text
from behaviours.exports.shape import (
    DAY,
    DIGEST,
    DOCUMENT,
    FLAG,
    ID,
    MOMENT,
    WHOLE,
    WORDS,
    ExportedColumn,
)
from behaviours.json_value import Json
from behaviours.people import ACTIVE, CLOSED

# ruff: noqa: S608 - these statements are put together from constants only

_READ = text(
    f"""
    select person.region, person.enrolled_at, saved.saved_mg, saved.actions
      from participant as person
      join reduction_account as saved on saved.participant_id = person.participant_id
     where person.participant_id = :participant_id and person.state = '{ACTIVE}'
    """
)
_CLOSE = text(
    f"""
    update participant set state = '{CLOSED}', closed_at = :now
     where participant_id = any(cast(:ids as uuid[])) and state = '{ACTIVE}'
    """
)
_FORGET = text("delete from identity where participant_id = any(cast(:ids as uuid[]))")
_ONE_SNAPSHOT = text("set transaction isolation level repeatable read, read only")


# A row of any table as loose JSON, for the person it is about.
Row = Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class SavedSoFar:
    """What a person's account says, but for the points."""

    region: str
    enrolled_at: datetime
    saved_mg: int
    actions: int


def saved_so_far(connection: Connection, participant_id: UUID) -> SavedSoFar | None:
    """The open account of this person; its cost does not depend on how much was done."""
    row = connection.execute(_READ, {"participant_id": participant_id}).one_or_none()
    return SavedSoFar(*row) if row else None


def close(connection: Connection, people: Sequence[UUID], *, now: datetime) -> None:
    """Close these accounts and forget whose they were; the ledgers keep every entry."""
    connection.execute(_FORGET, {"ids": list(people)})
    connection.execute(_CLOSE, {"ids": list(people), "now": now})


def everything_of(connection: Connection, participant_id: UUID) -> dict[str, list[Row]]:
    """Every row of every table that is about this person, in one snapshot.

    A table is about people when its key begins with ``participant_id``, by the rule of the
    schema; so a table that is added later cannot be forgotten here. What is sealed is opened, and
    the key that opens it is not part of the answer. Logins are of users and not of people by that
    rule, and told as ``OWN_SESSION``. Must be the first thing that the transaction asks.
    """
    connection.execute(_ONE_SNAPSHOT)
    data_key = data_keys_of(connection, [participant_id]).get(participant_id)
    rows: dict[str, list[Row]] = {
        str(table.name): [
            _told(_opened(str(table.name), row, data_key))
            for row in connection.execute(
                select(table)
                .where(table.c.participant_id == participant_id)
                .order_by(*table.primary_key.columns)
            ).mappings()
        ]
        for table in _tables_about_people()
    }
    own = own_sessions_of(connection, participant_id)
    return {**rows, OWN_SESSION: [_told(dict(each)) for each in own]}


def _told(row: Mapping[str, object]) -> Row:
    return {str(name): _plain(value) for name, value in row.items() if name != "participant_id"}


def exported_tables() -> dict[str, list[ExportedColumn]]:
    """Of what kind the columns are of which ``everything_of`` answers rows, by table."""
    of_tables = {str(table.name): list(_columns(table)) for table in _tables_about_people()}
    return {**of_tables, OWN_SESSION: list(TOLD)}


def _columns(table: Table) -> Iterator[ExportedColumn]:
    """A row has either its seal, or what was sealed in it in the clear."""
    opened = _SEALED.get(str(table.name), _OF_ACTION)[0] if "seal" in table.c else ()
    for column in table.columns:
        name = str(column.name)
        if name != "participant_id" and name not in opened:
            nullable = bool(column.nullable)
            yield ExportedColumn(name, _HOLDS[type(base_of(column))], nullable, name != "seal")
    for name in opened:
        yield ExportedColumn(name, DOCUMENT, nullable=True, always=False)


def _tables_about_people() -> Iterator[Table]:
    for table in sorted(TABLES.values(), key=lambda each: each.name):
        is_of_people = next(iter(table.primary_key.columns)).name == "participant_id"
        if is_of_people and table.name not in _NOT_TOLD:
            yield table


# The key itself; and files, which are fetched one by one by what stands of them in the export.
_NOT_TOLD = (person_key.name, complaint_file_content.name, complainant.name)
# What lies sealed in the rows of a table, by which id, and the word that is added to that.
_SEALED = {
    complaint_entry.name: (("words", "files"), "entry_id", COMPLAINT),
    hold_contest.name: (("words", "evidence"), "action_id", CONTEST),
    personal_certificate.name: (("certificate",), "certificate_id", CERTIFICATE),
    person_place.name: (("start_place", "end_place"), "action_id", PLACES),
}
_WITH_NOTE = (guardian_change.name, identity_change.name)
_OF_ACTION = ("external_id", "evidence"), "action_id", b""
_HOLDS: Final = {
    Uuid: ID,
    DateTime: MOMENT,
    Date: DAY,
    BYTEA: DIGEST,
    BigInteger: WHOLE,
    Integer: WHOLE,
    SmallInteger: WHOLE,
    Boolean: FLAG,
    Text: WORDS,
    JSONB: DOCUMENT,
}


def _opened(table: str, row: RowMapping, data_key: bytes | None) -> Mapping[str, object]:
    """A row with what lies sealed in it in the clear."""
    if table in _WITH_NOTE:
        return {**row, "note": opened_note(row["note"], row["change_id"], data_key)}
    if row.get("seal") is None or data_key is None:
        return dict(row)
    names, of, word = _SEALED.get(table, _OF_ACTION)
    content = unseal(data_key, row[of].bytes + word, row["seal"])
    assert isinstance(content, list)
    clear = {**row, **dict(zip(names, content, strict=True))}
    del clear["seal"]
    return clear


def _plain(value: Any) -> Json:
    """A stored value as JSON that loses nothing: whole numbers beyond 53 bits as text."""
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if isinstance(value, int) and abs(value) >= 1 << 53:
        return str(value)
    stored: Json = value
    return stored
