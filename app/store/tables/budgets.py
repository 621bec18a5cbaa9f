"""Budgets of sponsors: what each is for, where its points lie, and what moved to and from sponsors.

What was awarded from a budget stands among the transfers of people's points.
"""

from sqlalchemy import ARRAY, CheckConstraint, Column, Integer

from app.store.tables import metadata as db
from rewards.ledger.points import FUND, RETURN
from rewards.points.budget import STATES
from rewards.points.budget_addition import STATES as ADDITION_STATES

budget = db.table(
    "budget",
    db.key("budget_id"),
    *db.texts("title_zh", "title_en"),
    # Null: the programme itself.
    db.uuid("sponsor_id", nullable=True),
    db.words("scenes"),
    db.text("region", nullable=True),
    *db.days("starts_on", "ends_on", "closes_on"),
    db.whole("points"),
    # Of each stage: of the points, and of an award.
    Column("shares", ARRAY(Integer), nullable=False),
    Column("pays", ARRAY(Integer), nullable=False),
    *db.choice("state", *STATES),
    *db.done("proposed"),
    *db.moments("published_at", "closed_at", nullable=True),
    # What went back to the sponsor.
    *db.amounts("returned_points"),
    *db.positive("points"),
    CheckConstraint("starts_on <= ends_on and ends_on < closes_on", name="period"),
    CheckConstraint("cardinality(shares) = cardinality(pays)", name="stages"),
    CheckConstraint("returned_points <= points", name="returned_points"),
    db.index_where("ix_budget_open", "closes_on", where="state = 'open'"),
    *db.indexes("sponsor_id"),
)

# What open budgets cover; an empty region is all of the programme.
budget_cover = db.table(
    "budget_cover",
    *db.text_keys("scene", "region"),
    db.key("budget_id"),
    *db.days("starts_on", "ends_on"),
)

# The points of open budgets, in parts, so that many awards are written at once.
budget_slot = db.table(
    "budget_slot",
    db.key("budget_id"),
    db.number_key("stage"),
    db.number_key("slot"),
    *db.amounts("points_left"),
    # Every award changes one of few rows: there is room for many versions on their page.
    postgresql_with={"fillfactor": "10"},
)

# What was put into an open one, or waits for signatures: one at a time.
budget_addition = db.table(
    "budget_addition",
    db.key("budget_id"),
    db.number_key("number"),
    db.whole("points"),
    *db.choice("state", *ADDITION_STATES),
    *db.done("proposed"),
    db.moment("added_at", nullable=True),
    *db.positive("points"),
    CheckConstraint("(state = 'added') = (added_at is not null)", name="added"),
    db.once_where("uq_budget_addition_proposed", "budget_id", where="state = 'proposed'"),
)

budget_posting = db.table(
    "budget_posting",
    db.key("posting_id"),
    db.uuid("budget_id"),
    *db.choice("kind", FUND, RETURN),
    *db.double_entry("points"),
    db.moment("posted_at"),
    *db.indexes("budget_id"),
)
