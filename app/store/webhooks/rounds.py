"""SQL of a round: what is due for an endpoint, and what became of it, each by one statement.

Moments are the database's own (``clock_timestamp()``); a pause is counted from the end of a round.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Connection, Interval, Text, Uuid, bindparam, text

from app.ids import new_ids
from app.store.inserting import each_of
from behaviours.webhooks import AttemptMade, Pending

# ruff: noqa: S608 - only names of this code

_DUE = text(
    """
    select pending_id, event_no, trial_type, tried, is_replay from webhook_pending
     where endpoint_id = :endpoint_id and due_at <= clock_timestamp()
     order by due_at, pending_id limit :most
    """
)
_COUNT = text("select count(*) from webhook_pending where endpoint_id = :endpoint_id and tried > 0")
_MADE: Final = (
    *("attempt_id", "endpoint_id", "message_id", "type", "subject", "number", "started_at"),
    *("duration_ms", "outcome", "status", "trouble", "answer", "is_replay", "is_trial"),
)
_LOG = text(
    f"""
    insert into webhook_attempt ({", ".join(_MADE)})
    select * from unnest(
        cast(:attempt_id as uuid[]), cast(:endpoint_id as uuid[]), cast(:message_id as uuid[]),
        cast(:type as text[]), cast(:subject as text[]), cast(:number as integer[]),
        cast(:started_at as timestamptz[]), cast(:duration_ms as integer[]),
        cast(:outcome as text[]), cast(:status as smallint[]), cast(:trouble as text[]),
        cast(:answer as bytea[]), cast(:is_replay as boolean[]), cast(:is_trial as boolean[]))
    """
)
_FORGET = text("delete from webhook_pending where pending_id = any(:ids)").bindparams(
    bindparam("ids", type_=ARRAY(Uuid))
)
_AGAIN = text(
    """
    update webhook_pending p set tried = p.tried + 1, due_at = clock_timestamp() + a.pause
      from unnest(:ids, :pauses) as a (pending_id, pause)
     where p.pending_id = a.pending_id
    """
).bindparams(bindparam("ids", type_=ARRAY(Uuid)), bindparam("pauses", type_=ARRAY(Interval)))
# Somebody may have asked for the same event meanwhile: then it is sent anew all the same.
_ADD = text(
    """
    insert into webhook_pending
        (pending_id, endpoint_id, event_no, trial_type, tried, is_replay, due_at)
    select n.pending_id, :endpoint_id, n.event_no, n.trial_type, :tried, :is_replay,
           clock_timestamp() + n.pause
      from unnest(:ids, :numbers, :types, :pauses)
           as n (pending_id, event_no, trial_type, pause)
        on conflict (endpoint_id, event_no) where event_no is not null
        do update set tried = excluded.tried, is_replay = excluded.is_replay,
                      due_at = excluded.due_at
    """
).bindparams(
    bindparam("ids", type_=ARRAY(Uuid)),
    bindparam("numbers", type_=ARRAY(BigInteger)),
    bindparam("types", type_=ARRAY(Text)),
    bindparam("pauses", type_=ARRAY(Interval)),
)
_RELEASE = text(
    """
    update webhook_endpoint
       set after = greatest(after, :after), failures = :failures, is_slow = :is_slow,
           failing_since = :failing_since, paused_until = clock_timestamp() + :rest,
           claim_id = null, claimed_until = null
     where endpoint_id = :endpoint_id
    """
).bindparams(bindparam("rest", type_=Interval))

_WAKE = text("update webhook_endpoint set paused_until = null where endpoint_id = :endpoint_id")


class EndpointStanding(NamedTuple):
    """How an endpoint stands after a round: up to which event, how often it failed in a row and
    since when, whether it is slow, and for how long it is left alone; None: not at all."""

    after: int
    failures: int
    failing_since: datetime | None
    is_slow: bool
    rest: timedelta | None


def due_of(connection: Connection, endpoint_id: UUID, *, most: int) -> list[Pending]:
    """What is due for an endpoint beside the order of events, the longest waiting first."""
    asked = {"endpoint_id": endpoint_id, "most": most}
    return [Pending(*row) for row in connection.execute(_DUE, asked)]


def count_failed(connection: Connection, endpoint_id: UUID) -> int:
    """How much failed at an endpoint and waits to be tried again."""
    return int(connection.execute(_COUNT, {"endpoint_id": endpoint_id}).scalar_one())


def log_attempts(connection: Connection, made: Sequence[AttemptMade]) -> None:
    """Keep what was tried."""
    if made:
        connection.execute(_LOG, each_of(_MADE, made))


def forget_pending(connection: Connection, pending: Sequence[UUID]) -> None:
    """These were delivered, or are given up."""
    if pending:
        connection.execute(_FORGET, {"ids": list(pending)})


def put_off(connection: Connection, again: Sequence[tuple[UUID, timedelta]]) -> None:
    """These failed once more, and are due again after a pause."""
    if again:
        asked = {"ids": [each for each, _ in again], "pauses": [pause for _, pause in again]}
        connection.execute(_AGAIN, asked)


def add_failed(
    connection: Connection, endpoint_id: UUID, failed: Sequence[tuple[int, timedelta]]
) -> None:
    """These events failed the first time, and are due again after a pause."""
    rows = [(number, None, pause) for number, pause in failed]
    _add(connection, endpoint_id, rows, tried=1, is_replay=False)


def add_replays(connection: Connection, endpoint_id: UUID, numbers: Sequence[int]) -> None:
    """These events are due at once, as if they had never been sent."""
    rows = [(number, None, timedelta()) for number in numbers]
    _add(connection, endpoint_id, rows, tried=0, is_replay=True)


def add_trial(connection: Connection, endpoint_id: UUID, trial_type: str) -> UUID:
    """A message of a type, of which there is no event; the id by which it is sent."""
    row = (None, trial_type, timedelta())
    (made,) = _add(connection, endpoint_id, [row], tried=0, is_replay=False)
    return made


def wake(connection: Connection, endpoint_id: UUID) -> None:
    """Somebody wants to see something sent: the endpoint is not left alone any longer."""
    connection.execute(_WAKE, {"endpoint_id": endpoint_id})


def release(connection: Connection, endpoint_id: UUID, standing: EndpointStanding) -> None:
    """Keep how an endpoint stands after a round; from now on any worker may have it."""
    connection.execute(_RELEASE, {**standing._asdict(), "endpoint_id": endpoint_id})


def _add(
    connection: Connection,
    endpoint_id: UUID,
    rows: Sequence[tuple[int | None, str | None, timedelta]],
    *,
    tried: int,
    is_replay: bool,
) -> list[UUID]:
    made = new_ids(len(rows))
    if rows:
        numbers, types, pauses = (list(column) for column in zip(*rows, strict=True))
        asked = {"ids": made, "numbers": numbers, "types": types, "pauses": pauses}
        connection.execute(
            _ADD, {**asked, "endpoint_id": endpoint_id, "tried": tried, "is_replay": is_replay}
        )
    return made
