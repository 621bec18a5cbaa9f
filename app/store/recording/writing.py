"""Writing actions: one statement for a few, COPY for many. The rows are the same.

Rows that another transaction may want at the same time are written in a stated order (claim keys
by digest), so that two shuffled deliveries of the same actions wait in turn and never
in a ring. The keys are plain inserts: the second to come fails, is run again, and then reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

import psycopg

from app.store.database import Connection
from app.store.driver import raw
from app.store.recording import recorded_events
from app.store.recording.asking import ask
from app.store.recording.candidate import Candidate
from app.store.recording.entries import Credit, Entries, Gathering
from app.store.recording.places import PERSON_PLACE
from app.store.recording.rows import Row, Target, target_of
from app.store.recording.rule_limits import MERGE, RULE_LIMIT
from app.store.tables import holds, installations, points, recording
from behaviours.actions.waiting import WaitTerms

T = TypeVar("T")

# From this many actions on, COPY is cheaper than one array per column; measured, not felt.
MANY = 64
PIECE = 500

ACTION = target_of(recording.action)
WAITING_ACTION = target_of(holds.waiting_action)
ACTION_HOLD = target_of(holds.action_hold)
CLAIM_KEY = target_of(recording.claim_key)
PERSON_INTERVAL = target_of(recording.person_interval)
METER_INTERVAL = target_of(recording.meter_interval)
INSTALLED_ACTION = target_of(installations.installation_action)
EXCLUSION_CLAIM = target_of(recording.exclusion_claim)
TRANSFER = target_of(points.points_transfer)
LOT = target_of(points.points_lot)
CAP = target_of(points.points_cap)
# The lot of a use is named by its window: the merge below knows its id.
LOT_USE = Target(
    "points_lot_use",
    (
        ("participant_id", "uuid"),
        ("transfer_id", "uuid"),
        ("available_at", "timestamptz"),
        ("expires_at", "timestamptz"),
        ("points", "bigint"),
    ),
)
# What one list of actions changes for a person; the rows of two tables are moved by it.
CHANGE = Target(
    "change",
    (
        ("participant_id", "uuid"),
        ("balance", "bigint"),
        ("debt", "bigint"),
        ("transfers", "bigint"),
        ("saved_mg", "bigint"),
        ("actions", "bigint"),
    ),
)

_MERGE_LOTS = """
    {insert}
    ON CONFLICT (participant_id, available_at, expires_at) DO UPDATE
    SET granted = points_lot.granted + excluded.granted,
        remaining = points_lot.remaining + excluded.remaining
    RETURNING participant_id, available_at, expires_at, lot_id
"""
_USE_LOTS = """
    INSERT INTO points_lot_use (participant_id, transfer_id, lot_id, points)
    SELECT d.participant_id, d.transfer_id, lots.lot_id, d.points
    FROM {unnest} JOIN lots USING (participant_id, available_at, expires_at)
"""
_MERGE_CAPS = """
    {insert}
    ON CONFLICT (participant_id, cap_code, period_start) DO UPDATE
    SET granted = points_cap.granted + excluded.granted
"""
_MERGE_EXCLUSIONS = """
    {insert}
    ON CONFLICT (participant_id, exclusion_group, period_start) DO UPDATE
    SET actions = exclusion_claim.actions + excluded.actions
"""
_CHANGES = "change AS MATERIALIZED (SELECT {names} FROM {unnest})"
_ADD_POINTS = """
    UPDATE points_account a
    SET balance = a.balance + d.balance, debt = a.debt + d.debt,
        version = a.version + greatest(d.transfers, 1)
    FROM change d WHERE a.participant_id = d.participant_id
"""
_ADD_REDUCTIONS = """
    UPDATE reduction_account r
    SET saved_mg = r.saved_mg + d.saved_mg, actions = r.actions + d.actions,
        version = r.version + 1
    FROM change d WHERE r.participant_id = d.participant_id
"""


def _statement(*parts: tuple[str, Target | None], last: str) -> str:
    """One statement of named parts; each part's arrays follow those of the parts before it."""
    number, made = 1, []
    for template, target in parts:
        made.append(target.fill(template, number) if target else template)
        number += len(target.columns) if target else 0
    return f"WITH {', '.join(made)} {last}"


_LOTS = (f"lots AS ({_MERGE_LOTS})", LOT)
_CHANGE = (_CHANGES, CHANGE)
_POINTS = (f"points AS ({_ADD_POINTS})", None)
_FEW = _statement(
    ("acts AS ({insert})", ACTION),
    ("keys AS ({insert})", CLAIM_KEY),
    ("rides AS ({insert})", PERSON_INTERVAL),
    ("transfers AS ({insert})", TRANSFER),
    _LOTS,
    (f"uses AS ({_USE_LOTS})", LOT_USE),
    (f"caps AS ({_MERGE_CAPS})", CAP),
    _CHANGE,
    _POINTS,
    (recorded_events.FLOOR_PART, None),
    (f"events AS ({recorded_events.INSERT_PART})", recorded_events.ROWS),
    last=_ADD_REDUCTIONS,
)
_FEW_TARGETS = (
    *(ACTION, CLAIM_KEY, PERSON_INTERVAL, TRANSFER, LOT, LOT_USE, CAP, CHANGE),
    recorded_events.ROWS,
)
_MANY_LOTS = _statement(_LOTS, last=LOT_USE.fill(_USE_LOTS, 1 + len(LOT.columns)))
_MANY_CAPS = CAP.fill(_MERGE_CAPS)
_MANY_CHANGES = _statement(_CHANGE, _POINTS, last=_ADD_REDUCTIONS)
_EXCLUSIONS = EXCLUSION_CLAIM.fill(_MERGE_EXCLUSIONS)
_METERS = METER_INTERVAL.insert()
_INSTALLED = INSTALLED_ACTION.insert()
_WAITING = WAITING_ACTION.insert()
_HOLDS = ACTION_HOLD.insert()
_PLACES = PERSON_PLACE.insert()


def write_actions(
    connection: Connection,
    taken: Sequence[Candidate],
    *,
    recorded_at: datetime,
    terms: WaitTerms,
) -> None:
    """Write the candidates that were taken, with what they claim and the points they bring.

    A lost race raises a unique violation, and nothing of it stays.
    """
    driver, gathering = raw(connection), Gathering(recorded_at)
    gathering.place(taken, recorded_at, terms)
    gathering.wait([one for one in taken if one.standing.is_waiting], recorded_at, terms)
    credited = [one for one in taken if not one.standing.is_waiting]
    events = recorded_events.event_rows(taken, recorded_at.isoformat())
    if len(credited) < MANY:
        _write_few(driver, gathering.act(credited), gathering.end(), events)
    else:
        _write_many(driver, credited, gathering, events)


def write_credits(
    connection: Connection, credited: Sequence[Credit], *, posted_at: datetime
) -> None:
    """Give the points of actions that waited; their people's accounts are locked."""
    gathering = Gathering(posted_at)
    gathering.credit(credited)
    _write_few(raw(connection), [], gathering.end(), [])


def _write_few(
    driver: psycopg.Connection, actions: Sequence[Row], entries: Entries, events: Sequence[Row]
) -> None:
    lists = (
        actions,
        entries.claim_keys,
        entries.person_intervals,
        entries.transfers,
        entries.lots,
        entries.lot_uses,
        entries.caps,
        entries.changes,
        events,
    )
    arrays: list[str] = []
    for target, rows in zip(_FEW_TARGETS, lists, strict=True):
        arrays += target.arrays(rows)
    rest = (
        entries.meter_intervals,
        entries.exclusions,
        entries.limits,
        entries.installed,
        entries.waiting,
        entries.places,
    )
    if not any(rest):
        ask(driver, _FEW, arrays)
        return
    with driver.pipeline():
        ask(driver, _FEW, arrays)
        _write_rest(driver, entries)


def _write_rest(driver: psycopg.Connection, entries: Entries) -> None:
    """What few actions have."""
    if entries.waiting:
        ask(driver, _WAITING, WAITING_ACTION.arrays(entries.waiting))
        ask(driver, _HOLDS, ACTION_HOLD.arrays(entries.holds))
    if entries.meter_intervals:
        ask(driver, _METERS, METER_INTERVAL.arrays(entries.meter_intervals))
    if entries.installed:
        ask(driver, _INSTALLED, INSTALLED_ACTION.arrays(entries.installed))
    if entries.exclusions:
        ask(driver, _EXCLUSIONS, EXCLUSION_CLAIM.arrays(entries.exclusions))
    if entries.limits:
        ask(driver, MERGE, RULE_LIMIT.arrays(entries.limits))
    if entries.places:
        ask(driver, _PLACES, PERSON_PLACE.arrays(entries.places))


def _write_many(
    driver: psycopg.Connection,
    credited: Sequence[Candidate],
    gathering: Gathering,
    events: Sequence[Row],
) -> None:
    # The widest rows come first: what else there is to write is made while they are stored.
    _copy(driver, ACTION, map(gathering.act, _pieces(credited)))
    entries = gathering.end()
    for target, rows in (
        (CLAIM_KEY, entries.claim_keys),
        (PERSON_INTERVAL, entries.person_intervals),
        (TRANSFER, entries.transfers),
    ):
        if rows:
            _copy(driver, target, _pieces(rows))
    with driver.pipeline():
        ask(driver, _MANY_LOTS, LOT.arrays(entries.lots) + LOT_USE.arrays(entries.lot_uses))
        ask(driver, _MANY_CAPS, CAP.arrays(entries.caps))
        ask(driver, _MANY_CHANGES, CHANGE.arrays(entries.changes))
        ask(driver, recorded_events.INSERT, recorded_events.ROWS.arrays(events))
        _write_rest(driver, entries)


def _pieces(things: Sequence[T]) -> Iterator[Sequence[T]]:
    return (things[begin : begin + PIECE] for begin in range(0, len(things), PIECE))


def _copy(driver: psycopg.Connection, target: Target, pieces: Iterable[Sequence[Row]]) -> None:
    """In pieces, so that the server stores one while the next is made."""
    with driver.cursor() as cursor, cursor.copy(target.copy) as copy:
        for piece in pieces:
            copy.write(target.lines(piece))
