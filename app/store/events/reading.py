"""Reading events in the order of their numbers, of one reader or of all.

A page looks at so many events at most and no further, however few of them the filter lets through:
a rare kind is found page by page, each at a known cost.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Connection, Uuid, bindparam, text

from app.store.events.numbering import readable_until
from behaviours.events import EventFilter, EventPage, WrittenEvent

# ruff: noqa: S608 - the statements are put together from constants of this file only

LOOKED_AT: Final = 5_000
_COLUMNS = "event_no, type, subject, version, occurred_at"
_OF_TYPE = """(cast(:type as text) is null or type = :type
               or starts_with(type, cast(:type as text) || '.'))"""
_OF_SUBJECT = "(cast(:subject as text) is null or subject = :subject)"
# What a page looks at, of everybody …
_OF_ALL = f"""
    select {_COLUMNS} from event
     where event_no > :after and event_no <= :until and not is_copy
     order by event_no limit :looked_at
"""
# … of some readers, each by an index of its own …
_OF_READERS = f"""
    select e.* from unnest(cast(:readers as uuid[])) as reader (tenant_id)
     cross join lateral (
        select {_COLUMNS} from event
         where tenant_id = reader.tenant_id and event_no > :after and event_no <= :until
         order by event_no limit :looked_at) e
     order by e.event_no limit :looked_at
"""
# … or of one thing.
_OF_THING = f"""
    select {_COLUMNS} from event
     where subject = :subject and event_no > :after and event_no <= :until
       and case when :all then not is_copy else tenant_id = any(:readers) end
     order by event_no limit :looked_at
"""


def _page(looked_at: str) -> str:
    """The page, and in its first row how far it looked."""
    return f"""
    with seen as materialized ({looked_at})
    select n.seen, n.last, n.last_at, e.*
      from (select (select count(*) from seen) as seen, l.event_no as last,
                   l.occurred_at as last_at
              from (select 1) one
              left join (select * from seen order by event_no desc limit 1) l on true) n
      left join lateral (
        select * from seen where {_OF_TYPE} and {_OF_SUBJECT}
         order by event_no limit :most) e on true
     order by e.event_no
    """


_READERS = bindparam("readers", type_=ARRAY(Uuid))
_PAGE_OF_ALL = text(_page(_OF_ALL))
_PAGE_OF_READERS = text(_page(_OF_READERS)).bindparams(_READERS)
_PAGE_OF_THING = text(_page(_OF_THING)).bindparams(_READERS)
_FIRST = text("select event_no from event where occurred_at >= :since order by occurred_at limit 1")
_BY_NUMBERS = text(
    f"""
    select {_COLUMNS} from event
     where event_no = any(:numbers)
       and case when :all then not is_copy else tenant_id = any(:readers) end
     order by event_no
    """
).bindparams(_READERS, bindparam("numbers", type_=ARRAY(BigInteger)))


def read_page_of_events(
    connection: Connection,
    sought: EventFilter,
    *,
    readers: Sequence[UUID] | None,
    after: int | None,
    since: datetime,
    most: int,
) -> EventPage:
    """Up to ``most`` events after a number, of these readers; None: of all, each once.

    Without a number, from the first of the moment ``since`` on.

    Nothing that commits later has a number that the page has gone beyond.
    """
    until = readable_until(connection)
    if after is None:
        first = connection.execute(_FIRST, {"since": since}).scalar()
        after = until if first is None else min(int(first) - 1, until)
    # Without a filter nothing is looked at in vain.
    looked_at = LOOKED_AT if sought.type is not None else most
    given = {
        **sought._asdict(),
        "after": after,
        "until": until,
        "looked_at": looked_at,
        "most": most,
        "all": readers is None,
        "readers": list(readers or ()),
    }
    seen, last, last_at, events = _read(connection, given, sought, of_all=readers is None)
    if len(events) == most and (seen == looked_at or last > events[-1].number):
        return EventPage(events, events[-1].number, events[-1].occurred_at)
    if seen == looked_at:
        return EventPage(events, last, last_at)
    return EventPage(events, max(after, until), None)


def _read(
    connection: Connection, given: Mapping[str, object], sought: EventFilter, *, of_all: bool
) -> tuple[int, int, datetime, tuple[WrittenEvent, ...]]:
    """How many were looked at, the last of them with its moment, and those that were found."""
    if sought.subject is not None:
        statement = _PAGE_OF_THING
    else:
        statement = _PAGE_OF_ALL if of_all else _PAGE_OF_READERS
    used = {name: given[name] for name in statement.compile().params}
    rows = connection.execute(statement, used).all()
    events = tuple(WrittenEvent(*row[3:]) for row in rows if row[3] is not None)
    return rows[0][0], rows[0][1], rows[0][2], events


def find_event(
    connection: Connection, number: int, *, readers: Sequence[UUID] | None
) -> WrittenEvent | None:
    """The event of this number, if one of these readers reads it; None: the programme does."""
    found = find_events(connection, [number], readers=readers)
    return found[0] if found else None


def find_events(
    connection: Connection, numbers: Sequence[int], *, readers: Sequence[UUID] | None
) -> list[WrittenEvent]:
    """Those of these numbers that one of these readers reads, in their order."""
    given = {"numbers": list(numbers), "all": readers is None, "readers": list(readers or ())}
    return [WrittenEvent(*row) for row in connection.execute(_BY_NUMBERS, given)]
