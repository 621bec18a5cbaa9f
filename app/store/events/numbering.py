"""The numbers of events, and up to which number all of them can be read by now.

Numbers are given out before transactions commit, and these end in any order: who reads up to the
greatest number that is visible misses the one below it that commits a moment later. So whoever
writes says first that it is about to: it takes, shared and until its transaction ends, an advisory
lock that is named by the number that was given out last. Its own numbers are greater. Nobody ever
waits for such a lock.

Who reads asks in this order, each in a statement of its own: which number was given out last; which
of those locks are held; and then for the rows. A number up to the first answer was given out before
the second question, so its transaction had its lock by then: either that is still held, and nothing
above the number in its name is read, or the transaction is over and its rows are seen. A number
that comes to nothing, because its transaction failed, is waited for by nobody.

Neither a transaction that writes no events nor a copy of the database with other transaction
numbers has a part in it.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, text

# Names the locks of writers of events: the first of the two numbers of an advisory lock.
_KEY: Final = 1_702_257_011
# The second has 31 bits. Transactions that run at one time are never so many numbers apart.
_TURN: Final = 1 << 31
_LAST: Final = "coalesce(pg_sequence_last_value('event_event_no_seq'::regclass), 0)"
# What a statement that inserts events takes a row of before it numbers them.
FLOOR: Final = f"pg_advisory_xact_lock_shared({_KEY}, mod({_LAST}, {_TURN})::int)"
_GIVEN_OUT = text(f"select {_LAST}")
_HELD = text(
    f"""
    select objid::bigint from pg_locks
     where locktype = 'advisory' and classid = {_KEY} and objsubid = 2
       and database = (select oid from pg_database where datname = current_database())
    """  # noqa: S608 - numbers of this file
)


def readable_until(connection: Connection) -> int:
    """The number up to which every event that will ever be there can be read.

    Ask in READ COMMITTED, and for the rows afterwards.
    """
    last = int(connection.execute(_GIVEN_OUT).scalar_one())
    held = [int(floor) for floor in connection.execute(_HELD).scalars()]
    return min([last, *(last - (last - floor) % _TURN for floor in held)])
