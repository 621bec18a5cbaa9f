"""Rows for the books from actions that were taken: the reduction, its claims, its points."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import orjson

from app import ids
from app.store.recording.writing import Entries
from app.usecases.recording.recorded import Case
from rewards.ledger.points import AWARD, RECOVER, SIDES
from rewards.points.lots import recover


def entries_of(cases: Iterable[Case], debts: dict[str, int], *, now: datetime) -> Entries:
    """All rows of one list; sums are made here, so that each account is touched once.

    ``debts`` (points owed, by person) is lowered by what new awards pay back.
    """
    entries = Entries()
    book = _Sums()
    recorded_at = now.isoformat()
    for case in cases:
        recorded = case.recorded
        assert recorded is not None
        assert recorded.action_id is not None
        action_id = recorded.action_id.hex
        _action_rows(entries, book, case, action_id=action_id, recorded_at=recorded_at)
        person = case.accepted.action.participant_id
        change = book.changes[person]
        change[3] += recorded.reduction.saved_mg
        change[4] += 1
        if recorded.points:
            owed = debts[person]
            paid_back = recover(owed, recorded.points) if owed else 0
            debts[person] = owed - paid_back
            _point_rows(
                entries,
                book,
                case,
                action_id=action_id,
                posted_at=recorded_at,
                paid_back=paid_back,
            )
            cap = case.award.cap if case.award else None
            if cap:
                book.caps[person, cap.code, cap.period_start.isoformat()] += recorded.points
    book.pour_into(entries)
    return entries


class _Sums:
    """Rows that several actions of a list share."""

    def __init__(self) -> None:
        # person -> balance, debt, transfers, saved_mg, actions
        self.changes: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 5)
        # (person, available_at, expires_at) -> granted, remaining
        self.lots: defaultdict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])
        self.caps: defaultdict[tuple[str, str, str], int] = defaultdict(int)
        # (person, group, period) -> side, actions
        self.exclusions: dict[tuple[str, str, str], tuple[str, int]] = {}
        self._texts: dict[datetime, str] = {}

    def text(self, moment: datetime) -> str:
        """The moment as text; there are few of them in a list, and each is asked for often."""
        found = self._texts.get(moment)
        if found is None:
            found = self._texts[moment] = moment.isoformat()
        return found

    def pour_into(self, entries: Entries) -> None:
        # Every person's account is locked by now, so that no order is owed to anybody.
        entries.changes = [(person, *map(str, change)) for person, change in self.changes.items()]
        lot_ids = ids.new_ids(len(self.lots))
        entries.lots = [
            (person, lot_id.hex, available_at, expires_at, str(granted), str(remaining))
            for lot_id, ((person, available_at, expires_at), (granted, remaining)) in zip(
                lot_ids, self.lots.items(), strict=True
            )
        ]
        entries.caps = [(*key, str(granted)) for key, granted in self.caps.items()]
        entries.exclusions = [
            (*key, side, str(actions)) for key, (side, actions) in self.exclusions.items()
        ]


def _action_rows(
    entries: Entries, book: _Sums, case: Case, *, action_id: str, recorded_at: str
) -> None:
    accepted, action, recorded = case.accepted, case.accepted.action, case.recorded
    assert recorded is not None
    reduction = recorded.reduction
    person = action.participant_id
    entries.actions.append(
        (
            person,
            action_id,
            action.provider_id or None,
            action.behaviour,
            action.external_id,
            case.occurred_at,
            action.ended_at.isoformat() if action.ended_at else None,
            recorded_at,
            action.region,
            orjson.dumps(action.quantities).decode(),
            orjson.dumps(action.evidence).decode(),
            reduction.methodology,
            reduction.version,
            "\\x" + reduction.digest.removeprefix("sha256:"),
            reduction.provenance,
            reduction.action_class,
            str(reduction.vintage),
            str(reduction.saved_mg),
            orjson.dumps({"inputs": reduction.inputs, "factors": reduction.factors}).decode(),
            str(recorded.points),
            recorded.limited_by,
            book.text(recorded.available_at) if recorded.available_at else None,
            book.text(recorded.expires_at) if recorded.expires_at else None,
        )
    )
    entries.claim_keys += [("\\x" + digest, person, action_id) for digest in case.digests]
    if case.taken:
        entries.person_intervals.append((person, *case.taken, action_id))
    if accepted.meter_claim:
        claim = accepted.meter_claim
        entries.meter_intervals.append(
            (
                "\\x" + claim.subject.digest.hex(),
                claim.starts_at.isoformat(),
                claim.ends_at.isoformat(),
                person,
                action_id,
            )
        )
    for one in accepted.exclusions:
        key = (person, one.group, one.period_start.isoformat())
        _, actions = book.exclusions.get(key, (one.side, 0))
        book.exclusions[key] = (one.side, actions + 1)


def _point_rows(
    entries: Entries, book: _Sums, case: Case, *, action_id: str, posted_at: str, paid_back: int
) -> None:
    person, recorded = case.accepted.action.participant_id, case.recorded
    assert recorded is not None
    points = recorded.points
    assert recorded.available_at is not None
    assert recorded.expires_at is not None
    window = (book.text(recorded.available_at), book.text(recorded.expires_at))
    entries.transfers.append(
        (person, action_id, AWARD, *SIDES[AWARD], str(points), action_id, posted_at)
    )
    entries.lot_uses.append((person, action_id, *window, str(points)))
    if paid_back:
        transfer_id: UUID = ids.new_id()
        entries.transfers.append(
            (
                person,
                transfer_id.hex,
                RECOVER,
                *SIDES[RECOVER],
                str(paid_back),
                action_id,
                posted_at,
            )
        )
        entries.lot_uses.append((person, transfer_id.hex, *window, str(-paid_back)))
    lot = book.lots[(person, *window)]
    lot[0] += points
    lot[1] += points - paid_back
    change = book.changes[person]
    change[0] += points - paid_back
    change[1] -= paid_back
    change[2] += 2 if paid_back else 1
