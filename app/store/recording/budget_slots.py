"""Paying awards from budgets: which cover an action, and parts of them that are free to be taken.

Nobody waits for a part that somebody else is taking from as long as others have enough. When the
free ones have too little, all parts of the budget are held, in their order, and what is there then
is all there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from app.ids import new_id
from app.store.database import Connection
from app.store.driver import raw
from app.store.recording.asking import ask
from app.store.recording.rows import Row, Target
from rewards.ledger.points import AWARD, BUDGET
from rewards.points.budget import SLOTS, WHOLE, BudgetFunds, Pot


class CoverAsked(NamedTuple):
    """An action as budgets see it."""

    behaviour: str
    category: str
    region: str
    occurred_on: date


_ASKED = Target(
    "asked",
    (("behaviour", "text"), ("category", "text"), ("region", "text"), ("occurred_on", "date")),
)
# Of a row ``d``: the budgets of its city first, then those of its province, those that name its
# behaviour before those of its category, and what ends first.
COVERING: Final = """
    FROM budget_cover c
    WHERE c.scene IN ({behaviour}, {category})
      AND c.region IN ('', {region}, left({region}, 5))
      AND {occurred_on} BETWEEN c.starts_on AND c.ends_on
    ORDER BY length(c.region) DESC, c.scene <> {behaviour}, c.ends_on, c.budget_id
"""
_OF_ASKED = COVERING.format(
    behaviour="d.behaviour", category="d.category", region="d.region", occurred_on="d.occurred_on"
)
_ASK = _ASKED.fill(f"""
    SELECT ARRAY(SELECT c.budget_id {_OF_ASKED}) FROM {{unnest}} ORDER BY d.position
""")  # noqa: S608 - only text of this code
_PAYS = "(SELECT b.pays[s.stage + 1] FROM budget b WHERE b.budget_id = s.budget_id)"
_LEFT = f"SELECT s.budget_id, s.stage, {_PAYS}, s.slot, s.points_left FROM budget_slot s"  # noqa: S608 - only text of this code
# Of the first stage with points so many parts as have enough together, from a part on that differs
# from one list of awards to the next.
_FREE = f"""
    WITH first AS (
        SELECT min(stage) AS stage FROM budget_slot WHERE budget_id = $1::uuid AND points_left > 0
    ), counted AS (
        SELECT stage, slot, sum(points_left) OVER (
            ORDER BY (slot - $3::int + {SLOTS}) % {SLOTS} ROWS UNBOUNDED PRECEDING
        ) - points_left AS before
        FROM budget_slot JOIN first USING (stage) WHERE budget_id = $1::uuid AND points_left > 0
    )
    {_LEFT} JOIN counted USING (stage, slot)
    WHERE s.budget_id = $1::uuid AND counted.before < $2::bigint
    FOR NO KEY UPDATE OF s SKIP LOCKED
"""  # noqa: S608 - only text of this code
_EVERY = f"{_LEFT} WHERE s.budget_id = $1::uuid ORDER BY s.stage, s.slot"
_HOLD_EVERY = f"{_EVERY} FOR NO KEY UPDATE OF s"
_TAKEN = Target(
    "taken", (("budget_id", "uuid"), ("stage", "int"), ("slot", "int"), ("points", "bigint"))
)
_TAKE = _TAKEN.fill("""
    UPDATE budget_slot s SET points_left = s.points_left - d.points FROM {unnest}
    WHERE s.budget_id = d.budget_id AND s.stage = d.stage AND s.slot = d.slot
""")
_GIVEN = Target("given", (("participant_id", "uuid"), ("action_id", "uuid")))
_SOURCES = _GIVEN.fill(f"""
    SELECT t.transfer_id, t.credit_account FROM {{unnest}}
    JOIN points_transfer t ON t.participant_id = d.participant_id AND t.transfer_id = d.action_id
    WHERE t.kind = '{AWARD}' AND starts_with(t.credit_account, '{BUDGET}')
""")  # noqa: S608 - words of the book


class _Part(NamedTuple):
    """A part of a stage that is held, and what is in it."""

    pot: Pot
    slot: int
    points: int


class HeldBudgets:
    """The parts of budgets that a list of awards may take from, and what is taken of them."""

    def __init__(self, parts: Sequence[_Part]) -> None:
        self._parts = parts
        left: dict[Pot, int] = {}
        for each in parts:
            left[each.pot] = left.get(each.pot, 0) + each.points
        self.funds = BudgetFunds(left)

    def rows(self) -> list[Row]:
        """What is taken of each part."""
        rows: list[Row] = []
        taken = dict(self.funds.taken)
        for pot, slot, points in self._parts:
            part = min(points, taken.get(pot, 0))
            if part:
                taken[pot] -= part
                rows.append((pot.budget_id.hex, str(pot.stage), str(slot), str(part)))
        return rows


def covering(connection: Connection, asked: Sequence[CoverAsked]) -> list[list[UUID]]:
    """The open budgets that cover each action, in the order in which they pay."""
    if not asked:
        return []
    different = {each: at for at, each in enumerate(dict.fromkeys(asked))}
    rows: list[Row] = [
        (each.behaviour, each.category, each.region, each.occurred_on.isoformat())
        for each in different
    ]
    answers = ask(raw(connection), _ASK, _ASKED.arrays(rows)).fetchall()
    found: list[list[UUID]] = [ids for (ids,) in answers]
    return [found[different[each]] for each in asked]


def hold_parts(
    connection: Connection, awards: Iterable[tuple[Sequence[UUID], int]], *, lock: bool
) -> HeldBudgets:
    """Parts with enough for awards, or all there are; the people's accounts are held.

    Of each award the budgets that cover its action, and its points at most. Without ``lock``
    everything there is is looked at, and held by nobody.
    """
    of_each: dict[UUID, int] = {}
    for budgets, points in awards:
        for budget_id in budgets:
            of_each[budget_id] = of_each.get(budget_id, 0) + points
    parts: list[_Part] = []
    for budget_id, points in sorted(of_each.items()):
        parts += _hold(connection, budget_id, points) if lock else _all(connection, budget_id)
    return HeldBudgets(parts)


def take_parts(connection: Connection, held: HeldBudgets) -> None:
    """Take of the parts what their awards took."""
    rows = held.rows()
    if rows:
        ask(raw(connection), _TAKE, _TAKEN.arrays(rows))


def sources_of(connection: Connection, awards: Sequence[tuple[UUID, UUID]]) -> dict[UUID, str]:
    """Of actions that a budget paid the account of the budget; asked by (person, action)."""
    rows: list[Row] = [(person.hex, action_id.hex) for person, action_id in awards]
    return dict(ask(raw(connection), _SOURCES, _GIVEN.arrays(rows)).fetchall())


def give_parts(connection: Connection, budget_id: UUID, into: Sequence[int]) -> None:
    """Put points back into the stages of an open budget; its row is held."""
    # Which part does not matter; what is taken at this moment is waited for.
    rows: list[Row] = [
        (budget_id.hex, str(stage), str(budget_id.int % SLOTS), str(-points))
        for stage, points in enumerate(into)
        if points
    ]
    ask(raw(connection), _TAKE, _TAKEN.arrays(rows))


def _hold(connection: Connection, budget_id: UUID, points: int) -> list[_Part]:
    driver = raw(connection)
    begin = new_id().int % SLOTS
    free = ask(driver, _FREE, (budget_id.hex, str(points), str(begin))).fetchall()
    found = [_part(*row) for row in free]
    if _suffice(found, points):
        return found
    return [_part(*row) for row in ask(driver, _HOLD_EVERY, (budget_id.hex,)).fetchall()]


def _all(connection: Connection, budget_id: UUID) -> list[_Part]:
    rows = ask(raw(connection), _EVERY, (budget_id.hex,)).fetchall()
    return [_part(*row) for row in rows]


def _suffice(parts: Sequence[_Part], points: int) -> bool:
    """Whether these parts, which are all of one stage, pay so much of awards at its rate."""
    if not parts:
        return False
    return sum(each.points for each in parts) * WHOLE >= points * parts[0].pot.pays_percent


def _part(budget_id: UUID, stage: int, pays: int, slot: int, points: int) -> _Part:
    return _Part(Pot(budget_id, stage, pays), slot, points)
