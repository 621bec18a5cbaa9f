"""The log is anchored with the books: who signed, decided, offered or was told what, day by day.

An offered replacement can be withdrawn by whoever offered it, too.
"""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

# Of each table that can be closed: the moment of its rows. The first nine could be before.
MOMENTS = {
    "action": "recorded_at",
    "reversal": "reversed_at",
    "carbon_posting": "posted_at",
    "points_transfer": "posted_at",
    "money_posting": "posted_at",
    "unit_block": "created_at",
    "unit_transfer": "transferred_at",
    "retirement": "retired_at",
    "cover": "covered_at",
}
LOG_MOMENTS = {
    "signature": "signed_at",
    "reversal_signature": "signed_at",
    "hold_outcome": "decided_at",
    "gate_approval": "approved_at",
    "methodology_step": "taken_at",
    "methodology_withdrawal": "decided_at",
    "programme_document": "published_at",
    "published_text": "published_at",
    "verifier_pool_step": "decided_at",
    "independence_declaration": "declared_at",
    "verifier_approval": "approved_at",
    "verifier_seat": "seated_at",
    "verifier_refusal": "declined_at",
    "verification_step": "taken_at",
    "replacement": "asked_at",
    "replacement_withdrawal": "withdrawn_at",
    "holder_notice": "written_at",
    "notice_acknowledgement": "acknowledged_at",
    "quota_alarm": "alarmed_at",
    "identity_change": "asked_at",
    "identity_change_end": "ended_at",
    "user_step": "taken_at",
    # The step 0040 makes this table.
    "complaint_entry": "said_at",
}
# Those that grow with the programme: a closed day is found for almost nothing.
INDEXED = (
    "signature",
    "reversal_signature",
    "hold_outcome",
    "verification_step",
    "holder_notice",
    "notice_acknowledgement",
)
# As 0021 made it, with other tables: see there what it does, and why it gives up soon.
CLOSE_BOOK = """
create or replace function close_book(book text, until timestamptz) returns boolean
    language plpgsql security definer set search_path = public, pg_temp as $$
declare
    moment text := case book
{cases}
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
end $$
"""


def close_book(moments: dict[str, str]) -> str:
    cases = (f"        when '{table}' then '{moment}'" for table, moment in moments.items())
    return CLOSE_BOOK.format(cases="\n".join(cases))


def upgrade() -> None:
    op.create_table(
        "replacement_withdrawal",
        sa.Column("replacement_id", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_by", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("replacement_id", name=op.f("pk_replacement_withdrawal")),
    )
    op.execute(
        "create trigger rows_are_final before update or delete or truncate"
        " on replacement_withdrawal for each statement execute function rows_are_final()"
    )
    for table in INDEXED:
        moment = LOG_MOMENTS[table]
        op.create_index(f"ix_{table}_{moment}", table, [moment], postgresql_using="brin")
    op.execute(close_book(MOMENTS | LOG_MOMENTS))


def downgrade() -> None:
    op.execute(close_book(MOMENTS))
    op.execute(
        sa.text("delete from closed_book where table_name = any(:log)").bindparams(
            log=list(LOG_MOMENTS)
        )
    )
    for table in LOG_MOMENTS:
        op.execute(f"alter table if exists {table} drop constraint if exists ck_closed_days")
    for table in INDEXED:
        op.drop_index(f"ix_{table}_{LOG_MOMENTS[table]}", table_name=table)
    op.drop_table("replacement_withdrawal")
