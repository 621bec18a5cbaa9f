"""What people did before on the civil day of an action, for rules that judge the whole day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from itertools import chain

from app.store.recording.candidate import Candidate
from app.store.recording.rows import Row, Target
from behaviours.actions.inherited import Inherited
from behaviours.actions.plausibility import NOTHING_YET, DaySoFar, totals_of
from behaviours.actions.waiting import OPEN
from behaviours.civil_time import instant_text

# Who, by which behaviour, on which civil day.
DayOf = tuple[str, str, date]
# The number of the day that was asked for, what was sent, and whether the person sent it.
Done = tuple[int, Mapping[str, str], bool]

DAYS = Target(
    "asked",
    (
        ("participant_id", "uuid"),
        ("behaviour", "text"),
        ("from_id", "uuid"),
        ("starts_at", "timestamptz"),
        ("ends_at", "timestamptz"),
    ),
)
# An id holds the moment of its making, and nothing is recorded before it is done: so the rows of
# the person from that id on are all that can be of the day, however many there are before.
# What waits is of the day too; what was refused or lapsed is not, but was reported all the same.
# What somebody else of the household reported is of their day.
ASK_DAYS = DAYS.fill(
    """
    SELECT d.position, a.quantities, a.provider_id IS NULL
    FROM {unnest}
    JOIN action a ON a.participant_id = d.participant_id AND a.action_id >= d.from_id
      AND a.behaviour = d.behaviour AND a.occurred_at >= d.starts_at AND a.occurred_at < d.ends_at
    WHERE NOT EXISTS (
        SELECT 1 FROM reversal r
        WHERE r.participant_id = a.participant_id AND r.action_id = a.action_id
    ) AND NOT EXISTS (
        SELECT 1 FROM household_share s
        WHERE s.action_id = a.action_id AND s.whole_action_id <> s.action_id
    )
    UNION ALL
    SELECT d.position,
        CASE WHEN h.state IN (OPEN) THEN a.quantities ELSE jsonb_build_object() END,
        a.provider_id IS NULL
    FROM {unnest}
    JOIN waiting_action a ON a.participant_id = d.participant_id AND a.action_id >= d.from_id
      AND a.behaviour = d.behaviour AND a.occurred_at >= d.starts_at AND a.occurred_at < d.ends_at
    JOIN action_hold h ON h.participant_id = a.participant_id AND h.action_id = a.action_id
    WHERE NOT EXISTS (
        SELECT 1 FROM household_share s
        WHERE s.action_id = a.action_id AND s.whole_action_id <> s.action_id
    )
""".replace("OPEN", ", ".join(f"'{each}'" for each in OPEN))
)


def day_of(candidate: Candidate) -> DayOf:
    accepted = candidate.accepted
    return accepted.action.participant_id, accepted.action.behaviour, accepted.occurred_on


def days_asked(candidates: Sequence[Candidate]) -> dict[DayOf, Candidate]:
    """The days that have to be known, each once, by the first candidate that asks for it."""
    asked: dict[DayOf, Candidate] = {}
    for candidate in candidates:
        if candidate.day:
            asked.setdefault(day_of(candidate), candidate)
    return asked


def day_row(key: DayOf, candidate: Candidate) -> Row:
    person, behaviour, _ = key
    day = candidate.day
    assert day is not None
    return (
        person,
        behaviour,
        day.from_id.hex,
        instant_text(day.starts_at),
        instant_text(candidate.day_ends_at),
    )


def days_done(
    asked: Mapping[DayOf, Candidate], done: Iterable[Done], before: Mapping[str, Inherited]
) -> dict[DayOf, DaySoFar]:
    """What each of the days holds, of the rows that were found; days without any are left out.

    ``before`` is what people who left another account did there.
    """
    keys = list(asked)
    earlier = [
        (at, each.quantities, each.by_person)
        for at, key in enumerate(keys, start=1)
        if key[0] in before
        for each in before[key[0]].done
        if (each.behaviour, each.on) == key[1:]
    ]
    found: dict[DayOf, DaySoFar] = {}
    for position, quantities, by_person in chain(done, earlier):
        key = keys[position - 1]
        numbers = {name: Decimal(text) for name, text in quantities.items()}
        totals = totals_of(asked[key].accepted.version.told, numbers)
        found[key] = found.get(key, NOTHING_YET).plus(totals, by_person=by_person)
    return found
