"""Append-only: what was written once is changed and deleted by nobody, in every such table.

A trigger for a statement and not for a row: an INSERT does not meet it.
"""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# Retirements and the steps of methodologies have their own since they exist.
TABLES = (
    "action",
    "reversal",
    "reversal_signature",
    "points_transfer",
    "points_lot_use",
    "carbon_posting",
    "money_posting",
    "unit_transfer",
    "retirement_block",
    "cover",
    "cover_block",
    "redemption_reversal",
    "till_request",
    "business_key",
    "anchor",
    "bundle_chunk",
    "gate_approval",
    "holder_notice",
    "programme_document",
    "signature",
)
APPEND_ONLY = """
create function rows_are_final() returns trigger language plpgsql as $$
begin
    raise exception using errcode = 'integrity_constraint_violation',
        message = 'rows of ' || tg_table_name || ' are never changed or deleted';
end $$
"""
FINAL_TEXTS = """
create function published_text_is_final() returns trigger language plpgsql as $$
begin
    if old.published_at is not null then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'a published text never changes: ' || old.text_id::text;
    end if;
    if tg_op = 'DELETE' then
        return old;
    end if;
    return new;
end $$;
create trigger published_text_is_final before update or delete on published_text
    for each row execute function published_text_is_final();
"""


def upgrade() -> None:
    op.execute(APPEND_ONLY)
    for table in TABLES:
        op.execute(
            f"create trigger rows_are_final before update or delete or truncate on {table}"
            " for each statement execute function rows_are_final()"
        )
    op.execute(FINAL_TEXTS)


def downgrade() -> None:
    op.execute("drop trigger published_text_is_final on published_text")
    op.execute("drop function published_text_is_final()")
    for table in TABLES:
        op.execute(f"drop trigger rows_are_final on {table}")
    op.execute("drop function rows_are_final()")
