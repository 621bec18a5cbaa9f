"""The rows of a list of actions that were taken, as text: the reduction, its claims, its points.

Sums are made here, so that each account, lot, cap and side is touched once for the whole list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from app.ids import new_id, new_ids
from app.secrecy.sealing import whole_seal
from app.store.recording.candidate import Candidate, DrawnUp
from app.store.recording.places import place_rows
from app.store.recording.rows import Row, is_written
from app.store.recording.rule_limits import used_rows
from app.store.tables.holds import AWARDED
from app.store.tables.recording import action as action_table
from behaviours.actions.installation import RegisteredInstallation
from behaviours.actions.waiting import WaitTerms
from behaviours.civil_time import instant_text
from rewards.ledger.points import AWARD, PARTICIPANT, RECOVER, SIDES, awarded_from
from rewards.points.granting import Grant

# Where in the row of an action stands what one that waits has too.
_KEPT = tuple(
    at
    for at, name in enumerate(each.name for each in action_table.columns if is_written(each))
    if name not in AWARDED
)


@dataclass(slots=True)
class Entries:
    """All rows of one list of actions but those of table ``action``, by table.

    ``lots``, ``caps``, ``limits``, ``exclusions`` and ``changes`` are summed, one row per key, when
    everything is in.
    """

    recorded_at: str
    waiting: list[Row] = field(default_factory=list)
    holds: list[Row] = field(default_factory=list)
    claim_keys: list[Row] = field(default_factory=list)
    person_intervals: list[Row] = field(default_factory=list)
    meter_intervals: list[Row] = field(default_factory=list)
    installed: list[Row] = field(default_factory=list)
    exclusions: list[Row] = field(default_factory=list)
    limits: list[Row] = field(default_factory=list)
    places: list[Row] = field(default_factory=list)
    transfers: list[Row] = field(default_factory=list)
    lots: list[Row] = field(default_factory=list)
    lot_uses: list[Row] = field(default_factory=list)
    caps: list[Row] = field(default_factory=list)
    changes: list[Row] = field(default_factory=list)


class Credit(NamedTuple):
    """An action that is credited: what it saved, and the points that are granted for it."""

    participant_id: str
    action_id: UUID
    saved_mg: int
    grant: Grant


class Gathering:
    """The rows of a list of actions while it is gone through."""

    def __init__(self, posted_at: datetime) -> None:
        self.entries, self._sums = Entries(posted_at.isoformat()), _Sums()

    def wait(self, candidates: Iterable[Candidate], moment: datetime, terms: WaitTerms) -> None:
        """What waits: its row, and what it claims."""
        for one in candidates:
            _waiting_rows(self.entries, self._sums, one, moment, terms)

    def place(self, candidates: Iterable[Candidate], moment: datetime, terms: WaitTerms) -> None:
        """Where the people were, as far as the programme asks."""
        self.entries.places += place_rows(candidates, recorded_at=moment, terms=terms)

    def act(self, candidates: Sequence[Candidate]) -> list[Row]:
        """What is credited: its rows of table ``action``, when all the others are gathered."""
        for one in candidates:
            _claim_rows(self.entries, self._sums, one)
            _point_rows(self.entries, self._sums, _credit(one))
        return [action_row(one, self.entries.recorded_at) for one in candidates]

    def credit(self, credited: Iterable[Credit]) -> None:
        """The points of actions whose own rows and claims are there already."""
        for one in credited:
            _point_rows(self.entries, self._sums, one)

    def end(self) -> Entries:
        """Everything is in; claims and meters are in the order in which everybody writes them."""
        self._sums.pour_into(self.entries)
        self.entries.claim_keys.sort(key=_first)
        self.entries.meter_intervals.sort(key=_first)
        return self.entries


def _first(row: Row) -> str:
    return row[0] or ""


def _credit(candidate: Candidate) -> Credit:
    assert candidate.reduction is not None
    assert candidate.grant is not None
    person = candidate.accepted.action.participant_id
    return Credit(person, candidate.action_id, candidate.reduction.saved_mg, candidate.grant)


def sealed_action(candidate: Candidate) -> str:
    """External id and evidence, sealed under the key of the person."""
    assert candidate.data_key is not None, "whose account is open has a data key"
    half = candidate.said.half_sealed
    sealed = whole_seal(candidate.data_key, candidate.action_id.bytes, half)
    return f"\\x{sealed.hex()}"


def draw_up(candidates: Iterable[Candidate], recorded_at: datetime) -> None:
    """Make what is written of each whatever the database answers; all are spelled out."""
    moment = recorded_at.isoformat()
    for one in candidates:
        digits = one.action_id.hex
        head = _head(one, digits, moment) if one.reduction else None
        one.drawn = DrawnUp(head, _key_rows(one, digits), _ride_row(one, digits))


def action_row(candidate: Candidate, recorded_at: str, sealed: str | None = None) -> Row:
    """The row of table ``action``, in the order of its columns that are written.

    ``sealed`` is what its last column gets; None: what the person's key makes of it.
    """
    grant, issuers = candidate.grant, candidate.accepted.issuers
    assert grant is not None
    head = candidate.drawn.head if candidate.drawn else None
    return (
        *(head or _head(candidate, candidate.action_id.hex, recorded_at)),
        str(grant.points),
        grant.limited_by,
        instant_text(grant.available_at) if grant.available_at else None,
        instant_text(grant.expires_at) if grant.expires_at else None,
        orjson.dumps(issuers).decode() if issuers else None,
        sealed_action(candidate) if sealed is None else sealed,
    )


def _head(candidate: Candidate, action_id: str, recorded_at: str) -> Row:
    """The columns of table ``action`` up to its points."""
    action, reduction = candidate.accepted.action, candidate.reduction
    assert reduction is not None
    return (
        action.participant_id,
        action_id,
        action.provider_id or None,
        action.behaviour,
        instant_text(action.occurred_at),
        instant_text(action.ended_at) if action.ended_at else None,
        recorded_at,
        action.region,
        orjson.dumps(action.quantities).decode(),
        reduction.methodology,
        reduction.version,
        "\\x" + reduction.digest.removeprefix("sha256:"),
        reduction.provenance,
        reduction.action_class,
        str(reduction.vintage),
        str(reduction.saved_mg),
        orjson.dumps({"inputs": reduction.inputs, "factors": reduction.factors}).decode(),
    )


def _key_rows(candidate: Candidate, action_id: str) -> list[Row]:
    person = candidate.accepted.action.participant_id
    event, *claims = candidate.digests
    said = f"\\x{candidate.said.fingerprint.hex()}"
    rows: list[Row] = [(f"\\x{event.hex()}", person, action_id, said)]
    rows += [(f"\\x{digest.hex()}", person, action_id, None) for digest in claims]
    return rows


def _ride_row(candidate: Candidate, action_id: str) -> Row | None:
    ride = candidate.accepted.person_interval
    if ride is None:
        return None
    person = candidate.accepted.action.participant_id
    return (person, instant_text(ride[0]), instant_text(ride[1]), action_id)


@dataclass(slots=True)
class _Change:
    """What a list of actions changes of one person's accounts."""

    balance: int = 0
    debt: int = 0
    transfers: int = 0
    saved_mg: int = 0
    actions: int = 0

    def row(self, person: str) -> Row:
        """In the order of ``writing.CHANGE``."""
        numbers = (self.balance, self.debt, self.transfers, self.saved_mg, self.actions)
        return (person, *map(str, numbers))


@dataclass(slots=True)
class _LotSum:
    """What a list of actions puts into one lot, and what is left of that after old debts."""

    granted: int = 0
    remaining: int = 0


class _Sums:
    """Rows that several actions of a list share."""

    def __init__(self) -> None:
        self.changes: defaultdict[str, _Change] = defaultdict(_Change)
        # By person, available_at and expires_at.
        self.lots: defaultdict[tuple[str, str, str], _LotSum] = defaultdict(_LotSum)
        # (person, cap code, first day of the period) -> points
        self.caps: defaultdict[tuple[str, str, str], int] = defaultdict(int)
        # (person, code of a rule's limit, first day of the period) -> used
        self.limits: defaultdict[tuple[str, str, str], int] = defaultdict(int)
        # (person, group, first day of the period) -> side, actions
        self.exclusions: dict[tuple[str, str, str], tuple[str, int]] = {}

    def touch(self, person: str) -> None:
        """Let the version of the person's accounts rise, though nothing is added to them."""
        self.changes.setdefault(person, _Change())

    def pour_into(self, entries: Entries) -> None:
        # Every person's account is locked by now, so that no order is owed to anybody.
        entries.changes = [change.row(person) for person, change in self.changes.items()]
        entries.lots = [
            (person, lot_id.hex, available_at, expires_at, str(lot.granted), str(lot.remaining))
            for lot_id, ((person, available_at, expires_at), lot) in zip(
                new_ids(len(self.lots)), self.lots.items(), strict=True
            )
        ]
        entries.caps = [(*key, str(granted)) for key, granted in self.caps.items()]
        entries.limits = [(*key, str(used)) for key, used in self.limits.items()]
        entries.exclusions = [
            (*key, side, str(actions)) for key, (side, actions) in self.exclusions.items()
        ]


def _claim_rows(entries: Entries, sums: _Sums, candidate: Candidate) -> None:
    accepted, person = candidate.accepted, candidate.accepted.action.participant_id
    assert candidate.drawn is not None
    entries.claim_keys += candidate.drawn.keys
    if candidate.drawn.ride:
        entries.person_intervals.append(candidate.drawn.ride)
    meter = accepted.meter_claim
    if meter:
        entries.meter_intervals.append(
            (
                f"\\x{candidate.meter_digests[0].hex()}",
                instant_text(meter.starts_at),
                instant_text(meter.ends_at),
                person,
                candidate.action_id.hex,
            )
        )
    if isinstance(candidate.installation, RegisteredInstallation):
        action = accepted.action
        entries.installed.append(
            (
                person,
                candidate.action_id.hex,
                candidate.installation.installation_id.hex,
                instant_text(action.occurred_at),
                instant_text(action.ended_at or action.occurred_at),
            )
        )
    for limit, used in used_rows(candidate):
        sums.limits[limit] += used
    for one in accepted.exclusions:
        key = (person, one.group, one.period_start.isoformat())
        _, actions = sums.exclusions.get(key, (one.side, 0))
        sums.exclusions[key] = (one.side, actions + 1)


def _waiting_rows(
    entries: Entries, sums: _Sums, candidate: Candidate, recorded_at: datetime, terms: WaitTerms
) -> None:
    """What waits holds its claims; of its person's accounts only the version rises."""
    row = action_row(candidate, recorded_at.isoformat())
    entries.waiting.append(tuple([row[at] for at in _KEPT]))
    held_before = [len(entries.claim_keys), len(entries.person_intervals)]
    meters_before = len(entries.meter_intervals)
    _claim_rows(entries, sums, candidate)
    keys, rides = entries.claim_keys[held_before[0] :], entries.person_intervals[held_before[1] :]
    claims: dict[str, list[Any]] = {
        # The first is the sender's own event, which is never free again.
        "keys": [key[0] for key in keys[1:]],
        "rides": [ride[1] for ride in rides],
        "meters": [[meter[0], meter[1]] for meter in entries.meter_intervals[meters_before:]],
        "sides": [
            [side.group, side.period_start.isoformat()] for side in candidate.accepted.exclusions
        ],
    }
    limits = [[code, first, used] for (_, code, first), used in used_rows(candidate)]
    if limits:
        claims["limits"] = limits
    began_at = recorded_at.isoformat()
    entries.holds.append(
        (
            row[0],
            row[1],
            candidate.standing.state,
            orjson.dumps(candidate.standing.reasons).decode(),
            orjson.dumps(claims).decode(),
            str(candidate.if_confirmed),
            began_at,
            (recorded_at + terms.lapse_after).isoformat(),
            (recorded_at + terms.look_within).isoformat(),
            None,
            None,
            None,
        )
    )
    sums.touch(candidate.accepted.action.participant_id)


def _point_rows(entries: Entries, sums: _Sums, credit: Credit) -> None:
    grant, person = credit.grant, credit.participant_id
    change = sums.changes[person]
    change.saved_mg += credit.saved_mg
    change.actions += 1
    if not grant.points:
        return
    assert grant.available_at is not None
    assert grant.expires_at is not None
    window = (instant_text(grant.available_at), instant_text(grant.expires_at))
    # An award carries the id of its action, so that it cannot be posted twice.
    action_id = credit.action_id.hex
    sides = (PARTICIPANT, awarded_from(grant.budget_id))
    moves = [(AWARD, sides, action_id, grant.points, grant.points)]
    if grant.paid_back:
        moves.append((RECOVER, SIDES[RECOVER], new_id().hex, grant.paid_back, -grant.paid_back))
    for kind, sides, transfer_id, points, into_lot in moves:
        entries.transfers.append(
            (person, transfer_id, kind, *sides, str(points), action_id, entries.recorded_at)
        )
        entries.lot_uses.append((person, transfer_id, *window, str(into_lot)))
    kept = grant.points - grant.paid_back
    lot = sums.lots[(person, *window)]
    lot.granted += grant.points
    lot.remaining += kept
    change.balance += kept
    change.debt -= grant.paid_back
    change.transfers += len(moves)
    for cap in grant.caps:
        sums.caps[person, cap.code, cap.period_start.isoformat()] += grant.points
