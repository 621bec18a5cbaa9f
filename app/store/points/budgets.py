"""SQL of budgets: what was proposed, what is open, and what moves between sponsor and budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, RowMapping, text

from app.ids import new_id
from app.store.inserting import by_column, insert_into
from app.store.log.acting import held, kept
from rewards.ledger.points import fund, return_rest
from rewards.ledger.posting import Posting
from rewards.points.budget import CLOSE, OPEN, PUBLISH, Budget, BudgetStage, NewBudget, slots_of

_SAID: Final = (
    *("title_zh", "title_en", "sponsor_id", "scenes", "region"),
    *("starts_on", "ends_on", "closes_on", "points"),
)
_COLUMNS: Final = (
    "budget_id", *_SAID, "shares", "pays", "state", "proposed_by", "proposed_at",
    "published_at", "closed_at", "returned_points",
)  # fmt: skip
_ADD = text(insert_into("budget", _COLUMNS))
_SELECT = f"""
    select {", ".join(f"b.{name}" for name in _COLUMNS)},
           array(select cast(sum(s.points_left) as bigint) from budget_slot s
                  where s.budget_id = b.budget_id group by s.stage order by s.stage) as stages_left
      from budget b
"""  # noqa: S608 - only names of this file
_HOLD = text(
    "select budget_id from budget where budget_id = any(:ids) order by budget_id for no key update"
)
_SOME = text(f"{_SELECT} where b.budget_id = any(:ids) order by b.budget_id")
_LIST = text(
    f"""{_SELECT}
     where (cast(:sponsor_id as uuid) is null or b.sponsor_id = :sponsor_id)
       and (cast(:region as text) is null or b.region = :region)
       and (cast(:state as text) is null or b.state = :state)
       and (cast(:before as uuid) is null or b.budget_id < :before)
     order by b.budget_id desc limit :most
    """
)
_DUE = text(
    f"""
    select budget_id from budget where state = '{OPEN}' and closes_on <= :today
     order by closes_on, budget_id limit :most
    """  # noqa: S608 - a word of the domain
)
_MOVE = text(
    """
    update budget set state = :state, published_at = :published_at, closed_at = :closed_at,
           returned_points = :returned_points where budget_id = :budget_id
    """
)
_POST = text(
    """
    insert into budget_posting (posting_id, budget_id, kind, debit_account, credit_account, points,
                                posted_at)
    values (:posting_id, :budget_id, :kind, :debit_account, :credit_account, :points, :posted_at)
    """
)
_COVER = text(
    """
    insert into budget_cover (scene, region, budget_id, starts_on, ends_on)
    select scene, :region, :budget_id, :starts_on, :ends_on from unnest(:scenes ::text[]) scene
    """
)
_FILL = text(
    """
    insert into budget_slot (budget_id, stage, slot, points_left)
    select :budget_id, * from unnest(:stage ::int[], :slot ::int[], :points_left ::bigint[])
    """
)
_HOLD_SLOTS = text(
    "select 1 from budget_slot where budget_id = :budget_id order by stage, slot for update"
)
_EMPTY = text("delete from budget_slot where budget_id = :budget_id")
_UNCOVER = text("delete from budget_cover where budget_id = :budget_id")


def add_budget(connection: Connection, budget: Budget, *, by: UUID) -> None:
    """Keep a proposal."""
    said = budget.said
    connection.execute(
        _ADD,
        {
            **{name: getattr(said, name) for name in _SAID},
            "scenes": list(said.scenes),
            "shares": [each.share_percent for each in said.stages],
            "pays": [each.pays_percent for each in said.stages],
            "budget_id": budget.budget_id,
            "state": budget.state,
            "proposed_by": by,
            "proposed_at": budget.proposed_at,
            "published_at": None,
            "closed_at": None,
            "returned_points": 0,
        },
    )
    kept(budget)


def hold_budgets(connection: Connection, ids: Sequence[UUID]) -> list[Budget]:
    """Those there are of these, in the order of ids, which nobody else moves or gives back to.

    Of an open one ``left`` may be less by the time it is read: awards do not wait for this.
    """
    connection.execute(_HOLD, {"ids": list(ids)})
    return [held(each) for each in some_budgets(connection, ids)]


def some_budgets(connection: Connection, ids: Sequence[UUID]) -> list[Budget]:
    """Those there are of these, in the order of ids."""
    return [_budget(row) for row in connection.execute(_SOME, {"ids": list(ids)}).mappings()]


def list_budgets(
    connection: Connection,
    *,
    sponsor_id: UUID | None = None,
    region: str | None = None,
    state: str | None = None,
    before: UUID | None,
    most: int,
) -> list[Budget]:
    """The newest first, below ``before``; None of a filter: any."""
    asked = {
        "sponsor_id": sponsor_id, "region": region, "state": state, "before": before, "most": most,
    }  # fmt: skip
    return [_budget(row) for row in connection.execute(_LIST, asked).mappings()]


def due_budgets(connection: Connection, *, today: date, most: int) -> list[UUID]:
    """Open budgets whose day of closing has come, the longest due first."""
    return list(connection.execute(_DUE, {"today": today, "most": most}).scalars())


def hold_slots(connection: Connection, budget: Budget) -> Budget:
    """The budget with what is left of it when every award on its way has ended; none follows."""
    connection.execute(_HOLD_SLOTS, {"budget_id": budget.budget_id})
    (now,) = some_budgets(connection, [budget.budget_id])
    return now


def write_budget(connection: Connection, budget: Budget, step: str, *, now: datetime) -> None:
    """Keep a budget as it stands after a step, with what is posted of it."""
    said, budget_id = budget.said, budget.budget_id
    if step == PUBLISH:
        post_of_budget(connection, fund(budget_id, said.sponsor_id, said.points), now=now)
        _open(connection, budget)
    if step == CLOSE:
        (before,) = some_budgets(connection, [budget_id])
        connection.execute(_EMPTY, {"budget_id": budget_id})
        connection.execute(_UNCOVER, {"budget_id": budget_id})
        rest = budget.returned_points - before.returned_points
        if rest:
            post_of_budget(connection, return_rest(budget_id, said.sponsor_id, rest), now=now)
    keep_budget(connection, budget)
    kept(budget)


def keep_budget(connection: Connection, budget: Budget) -> None:
    """Keep the state of a budget and what was returned of it."""
    names = ("state", "published_at", "closed_at", "returned_points", "budget_id")
    connection.execute(_MOVE, {name: getattr(budget, name) for name in names})


def post_of_budget(connection: Connection, posting: Posting, *, now: datetime) -> None:
    """Post what moves between a sponsor and its budget."""
    connection.execute(
        _POST,
        {
            "posting_id": new_id(),
            "budget_id": posting.reference_id,
            "kind": posting.kind,
            "debit_account": posting.debit_account,
            "credit_account": posting.credit_account,
            "points": posting.amount,
            "posted_at": now,
        },
    )


def rows_of_parts(sizes: Sequence[int]) -> Mapping[str, object]:
    """So many points of each stage in equal parts, column by column."""
    rows = [
        (stage, slot, points)
        for stage, size in enumerate(sizes)
        for slot, points in enumerate(slots_of(size))
    ]
    return by_column(("stage", "slot", "points_left"), rows)


def _open(connection: Connection, budget: Budget) -> None:
    said, budget_id = budget.said, budget.budget_id
    connection.execute(_FILL, {"budget_id": budget_id, **rows_of_parts(budget.left)})
    covers = {
        "region": said.region or "",
        "budget_id": budget_id,
        "starts_on": said.starts_on,
        "ends_on": said.ends_on,
        "scenes": list(said.scenes),
    }
    connection.execute(_COVER, covers)


def _budget(row: RowMapping) -> Budget:
    stages = tuple(map(BudgetStage, row["shares"], row["pays"]))
    said = NewBudget(
        **{name: row[name] for name in _SAID if name != "scenes"},
        scenes=tuple(row["scenes"]),
        stages=stages,
    )
    return Budget(
        row["budget_id"], said, row["state"], row["proposed_at"], row["published_at"],
        row["closed_at"], row["returned_points"], tuple(row["stages_left"]),
    )  # fmt: skip
