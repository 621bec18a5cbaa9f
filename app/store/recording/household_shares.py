"""SQL of shared reductions: who lives together, and the actions that are parts of one whole."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import text

from app.store.database import Connection
from app.store.inserting import by_column

_NAMED = text("""
    SELECT DISTINCT o.household_id, o.participant_id
    FROM household_member m
    JOIN household_version v ON v.household_id = m.household_id AND v.version_id = m.version_id
    JOIN household_member o ON o.household_id = m.household_id AND o.version_id = m.version_id
    WHERE m.participant_id = ANY(:people) AND m.parts > 0 AND v.fixed_at IS NOT NULL
""")
_WRITE = text("""
    INSERT INTO household_share (whole_action_id, participant_id, action_id, household_id,
        version_id, parts, whole_mg, saved_mg)
    SELECT * FROM unnest(:whole_action_id ::uuid[], :participant_id ::uuid[], :action_id ::uuid[],
        :household_id ::uuid[], :version_id ::uuid[], :parts ::integer[], :whole_mg ::bigint[],
        :saved_mg ::bigint[])
""")
_NAMES = (
    *("whole_action_id", "participant_id", "action_id", "household_id", "version_id"),
    *("parts", "whole_mg", "saved_mg"),
)
_PARTS = text("""
    SELECT s.whole_action_id, s.participant_id, s.action_id
    FROM household_share own JOIN household_share s ON s.whole_action_id = own.whole_action_id
    WHERE own.action_id = ANY(:action_ids) AND s.action_id IS NOT NULL
    ORDER BY s.whole_action_id, s.participant_id
""")


_SHARES = text(f"""
    SELECT own.action_id AS of, {", ".join(f"s.{name}" for name in _NAMES)}
    FROM household_share own JOIN household_share s ON s.whole_action_id = own.whole_action_id
    WHERE own.action_id = ANY(:action_ids)
    ORDER BY own.action_id, s.action_id IS DISTINCT FROM s.whole_action_id, s.participant_id
""")  # noqa: S608 - only names of this code


class HouseholdShare(NamedTuple):
    """One person's part of a whole; the names are those of the table."""

    whole_action_id: UUID
    participant_id: UUID
    # None: it is nobody's.
    action_id: UUID | None
    household_id: UUID
    version_id: UUID
    parts: int
    whole_mg: int
    saved_mg: int


class PartOfWhole(NamedTuple):
    """An action that is a part of what ``whole_action_id`` reported."""

    whole_action_id: UUID
    participant_id: UUID
    action_id: UUID


class Wholes:
    """The wholes that actions are parts of; an action that nobody shares is a whole by itself."""

    def __init__(self, parts: Sequence[PartOfWhole]) -> None:
        self.parts = parts
        self._whole_of = {each.action_id: each.whole_action_id for each in parts}

    @property
    def people(self) -> list[UUID]:
        """Whose accounts are touched by what becomes of the shared ones."""
        return [each.participant_id for each in self.parts]

    def of(self, action_id: UUID) -> UUID:
        """The whole of an action."""
        return self._whole_of.get(action_id, action_id)

    def with_parts(self, action_ids: Sequence[UUID]) -> list[UUID]:
        """These actions, each once, and after them all others that are parts of the same wholes."""
        wanted = {self.of(each) for each in action_ids}
        others = [each.action_id for each in self.parts if each.whole_action_id in wanted]
        return list(dict.fromkeys([*action_ids, *others]))


def living_together(connection: Connection, people: Sequence[UUID]) -> dict[UUID, set[UUID]]:
    """With whom these people ever agreed to parts of their own, and they too, by household.

    Whoever only named them is not among it.
    """
    found: dict[UUID, set[UUID]] = {}
    for row in connection.execute(_NAMED, {"people": list(people)}):
        found.setdefault(row.household_id, set()).add(row.participant_id)
    return found


def shares_of(
    connection: Connection, action_ids: Sequence[UUID]
) -> dict[UUID, list[HouseholdShare]]:
    """All shares of the wholes that these actions are of, by action, its reporter's first."""
    found: dict[UUID, list[HouseholdShare]] = {}
    for of, *share in connection.execute(_SHARES, {"action_ids": list(action_ids)}):
        found.setdefault(of, []).append(HouseholdShare(*share))
    return found


def write_shares(connection: Connection, shares: Sequence[HouseholdShare]) -> None:
    """Keep how wholes were shared; it never changes."""
    if shares:
        connection.execute(_WRITE, by_column(HouseholdShare._fields, shares))


def wholes_of(connection: Connection, action_ids: Sequence[UUID]) -> Wholes:
    """The wholes of these actions, with everybody's parts."""
    rows = connection.execute(_PARTS, {"action_ids": list(action_ids)})
    return Wholes(list(dict.fromkeys(PartOfWhole(*row) for row in rows)))
