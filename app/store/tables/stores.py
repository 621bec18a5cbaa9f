"""Stores of merchants, each statement in a row of its own; who stands at their tills; and how
their days closed."""

from sqlalchemy import CheckConstraint, UniqueConstraint

from app.store.tables import metadata as db

store_statement = db.table(
    "store_statement",
    db.key("statement_id"),
    db.uuid("merchant_id"),
    # The number that its tills send as store_id.
    *db.texts("store_no", "name", "address", "region"),
    *db.texts("hours", "phone", nullable=True),
    db.flag("is_open"),
    db.day("from_day"),
    db.moment("stated_at"),
    db.uuid("stated_by", nullable=True),
    *db.indexes(("merchant_id", "store_no", "from_day")),
)

# Where a cashier sells and how much; the newest row holds.
cashier_terms = db.table(
    "cashier_terms",
    db.key("terms_id"),
    *db.uuids("user_id", "merchant_id"),
    db.words("stores"),
    # Null: no limit.
    *db.counts("most_points_per_sale", "most_points_per_day", "most_sales_per_day", nullable=True),
    db.flag("may_refund"),
    db.moment("stated_at"),
    db.uuid("stated_by"),
    CheckConstraint("cardinality(stores) > 0", name="stores"),
    CheckConstraint(
        "most_points_per_sale > 0 and most_points_per_day > 0 and most_sales_per_day > 0",
        name="limits",
    ),
    db.pages("cashier_terms", "user_id", by="terms_id"),
)

# What a store took and gave back from one closing to the next; never changed.
till_closing = db.table(
    "till_closing",
    db.key("closing_id"),
    db.uuid("merchant_id"),
    db.text("store_no"),
    db.count("number"),
    db.day("day"),
    *db.wholes("captures", "captured_items", "captured_points", "captured_fen"),
    *db.wholes("reversals", "reversed_items", "reversed_points", "reversed_fen"),
    *db.moments("starts_at", "ends_at", "closed_at"),
    # The cashier, another user of the merchant, or the merchant itself by its program.
    db.uuid("closed_by"),
    CheckConstraint("starts_at <= ends_at", name="times"),
    *db.positive("number"),
    UniqueConstraint(
        *("merchant_id", "store_no", "number"), name="uq_till_closing_merchant_id_store_no_number"
    ),
    UniqueConstraint(
        *("merchant_id", "store_no", "day"), name="uq_till_closing_merchant_id_store_no_day"
    ),
    db.pages("till_closing", "merchant_id", by="closing_id"),
)
