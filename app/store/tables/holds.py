"""What is recorded and not credited: it waits for a confirmation or a look, or ended without one.

The actions have a table of their own: who reads ``action`` reads what counts - points, pool, books,
statistics - and nothing else. A confirmation carries the row over.
"""

from sqlalchemy import Column

from app.store.tables import metadata as db
from app.store.tables.recording import action
from behaviours.actions.waiting import OPEN, STATES

# The columns of an action that only a credited one has.
AWARDED = ("points", "limited_by", "points_available_at", "points_expires_at")
WAITS = db.in_words("state", *OPEN)

waiting_action = db.table(
    "waiting_action",
    *db.keys("participant_id", "action_id"),
    *(
        Column(each.name, each.type, nullable=each.nullable, info=each.info)
        for each in action.columns
        if each.name not in AWARDED and not each.primary_key
    ),
    db.one_of_two("seal", "external_id", "seal"),
    *db.indexes("action_id"),
    db.pages("waiting_action", "region", by="action_id"),
    *db.indexes(("provider_id", "occurred_at", "action_id"), ("provider_id", "action_id")),
)

# In which state each is, and what it holds until it ends; kept also of what was credited.
action_hold = db.table(
    "action_hold",
    *db.keys("participant_id", "action_id"),
    db.text("state"),
    # Why it waits, each reason with what it rests on.
    db.document("reasons"),
    # Claim digests, a ride, a meter's interval, sides: what is free again when it ends uncredited.
    db.document("claims"),
    db.count("if_confirmed"),
    *db.moments("began_at", "lapses_at", "look_by"),
    db.moment("alarmed_at", nullable=True),
    db.text("owner", nullable=True),
    db.moment("owned_at", nullable=True),
    db.one_of("state", *STATES),
    *db.not_negative("if_confirmed"),
    *db.indexes("action_id"),
    db.index_where("ix_action_hold_open", "lapses_at", where=WAITS),
    db.index_where(
        "ix_action_hold_unseen",
        "look_by",
        where=f"alarmed_at is null and owner is null and {WAITS}",
    ),
)

# How an action's waiting ended, and why; never changed.
hold_outcome = db.table(
    "hold_outcome",
    *db.keys("participant_id", "action_id"),
    *db.texts("step", "decided_by"),
    db.moment("decided_at"),
    db.text("reason_code", nullable=True),
    db.text("reason"),
    db.closed_days("hold_outcome", "decided_at"),
)

# What the person says to it while it waits.
hold_contest = db.table(
    "hold_contest",
    *db.keys("participant_id", "action_id"),
    db.cleared(db.text("words", nullable=True)),
    db.cleared(db.text("evidence", nullable=True)),
    db.moment("contested_at"),
    # Words and evidence, for who has the person's data key.
    db.digest("seal", nullable=True),
    db.one_of_two("seal", "words", "seal"),
)
