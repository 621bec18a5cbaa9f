"""SQL of complaints as they stand."""

# ruff: noqa: S608 - the statements are put together from constants of the program only

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, RowMapping, text

from app.store.inserting import by_name, insert_into
from app.store.log.acting import held, kept
from behaviours.complaints import (
    BY_TIME,
    ENDED,
    FILED,
    OPEN,
    STEPS,
    About,
    Answerer,
    Complaint,
    ComplaintOutcome,
)

_NAMES = (
    *("participant_id", "complaint_id", "number", "region", "kind", "behaviour", "occurred_on"),
    *("action_id", "provider_id", "redemption_id", "offer_id", "project_id"),
    *("answerer", "answerer_id"),
    *("filed_by", "filer_id", "filed_at", "acknowledge_by", "state", "due_at", "outcome"),
    *("reason_code", "credited_action_id", "answered_by", "ended_at"),
)
_COLUMNS = ", ".join(f"c.{name}" for name in _NAMES)
# What stands in the complaint under the column's own name.
_OWN = tuple(name for name in _NAMES if name in Complaint.__slots__ and name != "answerer")


def _words(states: Sequence[str]) -> str:
    return ", ".join(f"'{each}'" for each in states)


# The state after what time has done, as ``Complaint.as_of`` has it.
STATE_NOW = (
    "case when c.due_at <= :now then case c.state "
    + " ".join(f"when '{state}' then '{STEPS[step].leads_to}'" for state, step in BY_TIME.items())
    + " else c.state end else c.state end"
)
# As ``Complaint.is_overdue`` has it, of a complaint that time has nothing to do to.
OVERDUE_NOW = f"""
    (c.state = '{FILED}' and c.acknowledge_by <= :now and c.due_at > :now
     or c.state in ({_words(OPEN)}) and c.state not in ({_words(tuple(BY_TIME))})
        and c.due_at <= :now)
"""
_VISIBLE = """
    (cast(:participant_id as uuid) is null or c.participant_id = :participant_id)
    and (cast(:organisation_id as uuid) is null
         or :organisation_id in (c.answerer_id, c.filer_id))
    and (cast(:area as text) is null or c.region = :area)
"""
_FILTERS = f"""
    (cast(:kind as text) is null or c.kind = :kind)
    and (cast(:state as text) is null or {STATE_NOW} = :state)
    and (cast(:answerer as text) is null or c.answerer = :answerer)
    and (cast(:answerer_id as uuid) is null or c.answerer_id = :answerer_id)
    and (cast(:overdue as boolean) is null or {OVERDUE_NOW} = :overdue)
"""
_ADD = text(insert_into("complaint", _NAMES))
_NUMBER = text(
    "insert into complaint_number (number, participant_id, complaint_id)"
    " values (:number, :participant_id, :complaint_id)"
)
_ONE = f"""
    select {_COLUMNS} from complaint_number n
      join complaint c on c.participant_id = n.participant_id and c.complaint_id = n.complaint_id
     where n.number = :number
"""
_FIND, _LOCK = text(_ONE), text(f"{_ONE} for update of c")
_QUEUE = text(
    f"""
    select {_COLUMNS} from complaint c
     where c.state in ({_words(OPEN)}) and {STATE_NOW} in ({_words(OPEN)})
       and {_VISIBLE} and {_FILTERS}
       and (cast(:after_due as timestamptz) is null
            or (c.due_at, c.complaint_id) > (:after_due, :after_id))
     order by c.due_at, c.complaint_id limit :most
    """
)
_ARCHIVE = text(
    f"""
    select {_COLUMNS} from complaint c
     where {STATE_NOW} in ({_words(ENDED)}) and {_VISIBLE} and {_FILTERS}
       and (cast(:after_id as uuid) is null or c.complaint_id < :after_id)
     order by c.complaint_id desc limit :most
    """
)
_DUE = text(
    f"""
    select {_COLUMNS} from complaint c
     where c.state in ({_words(tuple(BY_TIME))}) and c.due_at <= :now
     order by c.due_at limit :most for update skip locked
    """
)
_OF_PROJECT = text(
    f"""
    select {_COLUMNS} from complaint c
     where c.project_id = :project_id and c.state in ({_words(OPEN)})
     order by c.complaint_id for update
    """
)
_OPEN_OF = text(
    f"""
    select {_COLUMNS} from complaint c
     where c.participant_id = any(cast(:people as uuid[])) and c.state in ({_words(OPEN)})
     order by c.complaint_id for update
    """
)
_WRITE = text(
    """
    update complaint
       set answerer = :answerer, answerer_id = :answerer_id, state = :state, due_at = :due_at,
           outcome = :outcome, reason_code = :reason_code,
           credited_action_id = :credited_action_id, answered_by = :answered_by,
           ended_at = :ended_at
     where participant_id = :participant_id and complaint_id = :complaint_id
    """
)
_FILED = text(
    """
    select count(*) from complaint c
     where c.participant_id = :participant_id and c.filed_at >= :since
       and c.filer_id is not distinct from :filer_id
    """
)
_CREDITED = text(
    """
    select exists (select from complaint c
                    where c.participant_id = :participant_id and c.credited_action_id = :action_id
                      and c.complaint_id <> :complaint_id)
    """
)


class Sought(NamedTuple):
    """Which complaints: those that one may see, narrowed down."""

    participant_id: UUID | None = None
    organisation_id: UUID | None = None
    # The city of who answers for the programme there only.
    area: str | None = None
    kind: str | None = None
    state: str | None = None
    answerer: str | None = None
    answerer_id: UUID | None = None
    overdue: bool | None = None


def add_complaint(connection: Connection, complaint: Complaint) -> None:
    """Keep a complaint and its number, which was nobody's before."""
    columns = _columns(complaint)
    connection.execute(_NUMBER, columns)
    connection.execute(_ADD, columns)
    kept(complaint)


def find_by_number(connection: Connection, number: str) -> Complaint | None:
    return _one(connection.execute(_FIND, {"number": number}).mappings().one_or_none())


def lock_by_number(connection: Connection, number: str) -> Complaint | None:
    """The complaint as it is now, held until the transaction ends."""
    found = _one(connection.execute(_LOCK, {"number": number}).mappings().one_or_none())
    return found and held(found)


def queue_of(
    connection: Connection,
    sought: Sought,
    *,
    now: datetime,
    after: tuple[datetime, UUID] | None,
    most: int,
) -> list[Complaint]:
    """Open complaints, those whose clock runs out first at first."""
    due, last = after or (None, None)
    given = {**sought._asdict(), "now": now, "after_due": due, "after_id": last, "most": most}
    return [_complaint(row) for row in connection.execute(_QUEUE, given).mappings()]


def archive_of(
    connection: Connection, sought: Sought, *, now: datetime, after: UUID | None, most: int
) -> list[Complaint]:
    """Complaints that ended, the last filed first."""
    given = {**sought._asdict(), "now": now, "after_id": after, "most": most}
    return [_complaint(row) for row in connection.execute(_ARCHIVE, given).mappings()]


def lock_due(connection: Connection, *, now: datetime, most: int) -> list[Complaint]:
    """Complaints that time moves and whose clock ran out, held; not what others hold."""
    given = {"now": now, "most": most}
    return [_complaint(row) for row in connection.execute(_DUE, given).mappings()]


def lock_open_of(connection: Connection, people: Sequence[UUID]) -> list[Complaint]:
    """What is open of these people, held until the transaction ends."""
    rows = connection.execute(_OPEN_OF, {"people": list(people)}).mappings()
    return [_complaint(row) for row in rows]


def lock_objections(connection: Connection, project_id: UUID) -> list[Complaint]:
    """What is open against a project's design, held until the transaction ends."""
    rows = connection.execute(_OF_PROJECT, {"project_id": project_id}).mappings()
    return [_complaint(row) for row in rows]


def write_moved(connection: Connection, moved: Sequence[Complaint]) -> None:
    """Keep how these complaints stand now."""
    if moved:
        connection.execute(_WRITE, [_columns(each) for each in moved])
        kept(*moved)


def filed_since(
    connection: Connection, participant_id: UUID, filer_id: UUID | None, *, since: datetime
) -> int:
    """How many one sender filed about a person; the person's own where ``filer_id`` is None."""
    given = {"participant_id": participant_id, "filer_id": filer_id, "since": since}
    return int(connection.execute(_FILED, given).scalar_one())


def is_named_elsewhere(connection: Connection, complaint: Complaint, action_id: UUID) -> bool:
    """Whether another complaint of the person was credited by this action."""
    given = {
        "participant_id": complaint.participant_id,
        "complaint_id": complaint.complaint_id,
        "action_id": action_id,
    }
    return bool(connection.execute(_CREDITED, given).scalar_one())


def _columns(complaint: Complaint) -> Mapping[str, object]:
    verdict = complaint.verdict
    return {
        **complaint.about._asdict(),
        **by_name(_OWN, complaint),
        "answerer": complaint.answerer.role,
        "answerer_id": complaint.answerer.organisation_id,
        "outcome": verdict.outcome if verdict else None,
        "reason_code": verdict.reason_code if verdict else None,
        "credited_action_id": verdict.action_id if verdict else None,
    }


def _one(row: RowMapping | None) -> Complaint | None:
    return None if row is None else _complaint(row)


def _complaint(row: RowMapping) -> Complaint:
    verdict = None
    if row["outcome"] is not None:
        verdict = ComplaintOutcome(row["outcome"], row["reason_code"], row["credited_action_id"])
    return Complaint(
        about=About(**{name: row[name] for name in About._fields}),
        answerer=Answerer(row["answerer"], row["answerer_id"]),
        verdict=verdict,
        **{name: row[name] for name in _OWN},
    )
