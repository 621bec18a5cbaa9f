"""What is recorded and not credited: it waits for a confirmation or a look, or ended without one.

The actions have a table of their own: who reads ``action`` reads what counts - points, pool, books,
statistics - and nothing else. A confirmation carries the row over.
"""

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, text as sql

from app.store.tables.metadata import document, key, metadata, moment, text
from app.store.tables.recording import action
from behaviours.actions.waiting import OPEN, STATES

# The columns of an action that only a credited one has.
AWARDED = ("points", "limited_by", "points_available_at", "points_expires_at")


def _one_of(states: tuple[str, ...]) -> str:
    return f"state in ({', '.join(repr(each) for each in states)})"


waiting_action = Table(
    "waiting_action",
    metadata,
    key("participant_id"),
    key("action_id"),
    *(
        Column(each.name, each.type, nullable=each.nullable)
        for each in action.columns
        if each.name not in AWARDED and not each.primary_key
    ),
    CheckConstraint("saved_mg >= 0", name="saved_mg"),
    Index("ix_waiting_action_action_id", "action_id"),
)

# In which state each is, and what it holds until it ends; kept also of what was credited.
action_hold = Table(
    "action_hold",
    metadata,
    key("participant_id"),
    key("action_id"),
    text("state"),
    # Why it waits, each reason with what it rests on.
    document("reasons"),
    # Claim digests, a ride, a meter's interval, sides: what is free again when it ends uncredited.
    document("claims"),
    Column("if_confirmed", Integer, nullable=False),
    moment("began_at"),
    moment("lapses_at"),
    moment("look_by"),
    moment("alarmed_at", nullable=True),
    text("owner", nullable=True),
    moment("owned_at", nullable=True),
    CheckConstraint(_one_of(STATES), name="state"),
    CheckConstraint("if_confirmed >= 0", name="if_confirmed"),
    Index("ix_action_hold_action_id", "action_id"),
    Index("ix_action_hold_open", "lapses_at", postgresql_where=sql(_one_of(OPEN))),
    Index(
        "ix_action_hold_unseen",
        "look_by",
        postgresql_where=sql(f"alarmed_at is null and owner is null and {_one_of(OPEN)}"),
    ),
)

# How an action's waiting ended, and why; never changed.
hold_outcome = Table(
    "hold_outcome",
    metadata,
    key("participant_id"),
    key("action_id"),
    text("step"),
    text("decided_by"),
    moment("decided_at"),
    text("reason_code", nullable=True),
    text("reason"),
)

# What the person says to it while it waits.
hold_contest = Table(
    "hold_contest",
    metadata,
    key("participant_id"),
    key("action_id"),
    text("words"),
    text("evidence"),
    moment("contested_at"),
)
