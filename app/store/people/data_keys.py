"""SQL of data keys: given with an account, read with what is sealed under them, gone with both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, TextClause, text

from app.secrecy.sealing import WrappedKey, new_data_key
from app.store.database import keys_of
from behaviours.people import ACTIVE

_ADD = text("""
    insert into person_key (participant_id, key_id, wrapped)
    select * from unnest(cast(:ids as uuid[]), cast(:key_ids as bytea[]), cast(:wrapped as bytea[]))
        on conflict (participant_id) do nothing
""")
_READ = text("""
    select participant_id, key_id, wrapped from person_key
     where participant_id = any(cast(:ids as uuid[]))
""")
# Ids rise with time: of a set-up with another master key than its books this one tells it.
_NEWEST = text("select key_id from person_key order by participant_id desc limit 1")
_DESTROY = text("delete from person_key where participant_id = any(cast(:ids as uuid[]))")
# Where data keys lie: of people, and of who complains without an account.
KEYED: Final = ("person_key", "complainant")
_NEXT = {
    table: text(f"""
    select participant_id, key_id, wrapped from {table}
     where cast(:after as uuid) is null or participant_id > :after
     order by participant_id limit :most
       for update
""")  # noqa: S608 - a constant of this file
    for table in KEYED
}
_REWRAP = {
    table: text(f"""
    update {table} k set key_id = d.key_id, wrapped = d.wrapped
      from unnest(cast(:ids as uuid[]), cast(:key_ids as bytea[]), cast(:wrapped as bytea[]))
        as d (participant_id, key_id, wrapped)
     where k.participant_id = d.participant_id
""")  # noqa: S608 - a constant of this file
    for table in KEYED
}
_OPEN = text(f"""
    select participant_id from participant p
     where (cast(:after as uuid) is null or p.participant_id > :after) and p.state = '{ACTIVE}'
     order by participant_id limit :most
""")  # noqa: S608 - a constant of the domain


def give_data_keys(connection: Connection, people: Sequence[UUID]) -> None:
    """Give each of these people a data key of their own; who has one keeps it."""
    master = keys_of(connection)
    _write(connection, [(who, master.wrap(who.bytes, new_data_key())) for who in people], _ADD)


def data_keys_of(connection: Connection, people: Sequence[UUID]) -> dict[UUID, bytes]:
    """The data keys of those of these people who have not left."""
    master = keys_of(connection)
    return {
        who: master.unwrap(who.bytes, WrappedKey(key_id, wrapped))
        for who, key_id, wrapped in connection.execute(_READ, {"ids": list(people)})
    }


def newest_key_id(connection: Connection) -> bytes | None:
    """Which master key wraps the data key of whoever enrolled last; None when nobody has one."""
    found = connection.execute(_NEWEST).scalar_one_or_none()
    return None if found is None else bytes(found)


def destroy_data_keys(connection: Connection, people: Sequence[UUID]) -> None:
    """Let nobody read any more what is sealed under the keys of these people."""
    connection.execute(_DESTROY, {"ids": list(people)})


def rewrap_part(
    connection: Connection, after: UUID | None, *, most: int, table: str = KEYED[0]
) -> tuple[UUID | None, int, int]:
    """Wrap the next keys of a table by the current master key: (the last one, looked at, wrapped
    anew)."""
    master = keys_of(connection)
    rows = connection.execute(_NEXT[table], {"after": after, "most": most}).all()
    anew = [
        (who, master.wrap(who.bytes, master.unwrap(who.bytes, WrappedKey(key_id, wrapped))))
        for who, key_id, wrapped in rows
        if key_id != master.current_id
    ]
    _write(connection, anew, _REWRAP[table])
    return (rows[-1].participant_id if rows else None), len(rows), len(anew)


def people_after(connection: Connection, after: UUID | None, *, most: int) -> list[UUID]:
    """The next people with an open account, by id."""
    return list(connection.execute(_OPEN, {"after": after, "most": most}).scalars())


def _write(
    connection: Connection, keys: Sequence[tuple[UUID, WrappedKey]], statement: TextClause
) -> None:
    if keys:
        columns = {
            "ids": [who for who, _ in keys],
            "key_ids": [key.key_id for _, key in keys],
            "wrapped": [key.wrapped for _, key in keys],
        }
        connection.execute(statement, columns)
