"""Anchors: days of the books are closed for good, and each closed day gets its signed roots.

The indexes are of block ranges: one reading of each table makes them, and a write costs nothing.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

INDEXED = (("action", "recorded_at"), ("points_transfer", "posted_at"), ("reversal", "reversed_at"))
CHECKED = (
    "action",
    "reversal",
    "carbon_posting",
    "points_transfer",
    "money_posting",
    "unit_transfer",
    "retirement",
    "cover",
)
# No row comes into a closed day. Taking the table for itself waits for every transaction that has
# written to it, and keeps new ones out until the check is there: whoever writes after that is held
# to it. So between the last row of a day and its closing nothing can slip in, and a row that is
# written costs one comparison with a constant. It gives up soon, because whoever comes meanwhile
# stands in the queue behind it; then the answer is false, and it is tried again later.
CLOSE_BOOK = """
create function close_book(book text, until timestamptz) returns boolean
    language plpgsql security definer set search_path = public, pg_temp as $$
declare
    moment text := case book
        when 'action' then 'recorded_at'
        when 'reversal' then 'reversed_at'
        when 'carbon_posting' then 'posted_at'
        when 'points_transfer' then 'posted_at'
        when 'money_posting' then 'posted_at'
        when 'unit_block' then 'created_at'
        when 'unit_transfer' then 'transferred_at'
        when 'retirement' then 'retired_at'
        when 'cover' then 'covered_at'
    end;
begin
    if moment is null then
        raise exception using errcode = 'raise_exception',
            message = 'no book has the table ' || book;
    end if;
    if exists (select from closed_book where table_name = book and closed_until >= until) then
        return true;
    end if;
    perform set_config('lock_timeout', '200ms', true);
    begin
        execute 'lock table public.' || quote_ident(book) || ' in access exclusive mode';
    exception when lock_not_available then
        return false;
    end;
    if exists (select from closed_book where table_name = book and closed_until >= until) then
        return true;
    end if;
    -- Blocks change their state for years, and a check would be asked again: they have a trigger.
    if book <> 'unit_block' then
        execute 'alter table public.' || quote_ident(book)
            || ' drop constraint if exists ck_closed_days';
        execute 'alter table public.' || quote_ident(book)
            || ' add constraint ck_closed_days check (' || quote_ident(moment) || ' >= '
            || quote_literal(until) || '::timestamptz) not valid';
    end if;
    insert into closed_book (table_name, closed_until) values (book, until)
        on conflict (table_name) do update set closed_until = excluded.closed_until;
    return true;
end $$;
revoke all on function close_book(text, timestamptz) from public;
"""
CLOSED_UNITS = """
create or replace function unit_block_day_is_open() returns trigger language plpgsql as $$
begin
    if new.created_at < (select closed_until from closed_book where table_name = 'unit_block')
    then
        raise exception using errcode = 'check_violation',
            message = 'the day of this unit block is closed: ' || new.block_id::text;
    end if;
    return new;
end $$;
create trigger unit_block_day_is_open before insert on unit_block
    for each row execute function unit_block_day_is_open();
"""


def upgrade() -> None:
    op.create_table(
        "closed_book",
        sa.Column("table_name", sa.Text(), nullable=False),
        sa.Column("closed_until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("table_name", name=op.f("pk_closed_book")),
    )
    op.create_table(
        "anchor",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("document", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_anchor")),
    )
    for table, column in INDEXED:
        op.create_index(f"ix_{table}_{column}", table, [column], postgresql_using="brin")
    op.execute(CLOSE_BOOK)
    op.execute(CLOSED_UNITS)


def downgrade() -> None:
    op.execute("drop trigger unit_block_day_is_open on unit_block")
    op.execute("drop function unit_block_day_is_open()")
    op.execute("drop function close_book(text, timestamptz)")
    for table in CHECKED:
        op.execute(f"alter table {table} drop constraint if exists ck_closed_days")
    for table, column in INDEXED:
        op.drop_index(f"ix_{table}_{column}", table_name=table)
    op.drop_table("anchor")
    op.drop_table("closed_book")
