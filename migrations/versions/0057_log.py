"""The log: one row for each step of anybody with power, in the transaction of the step.

What was signed before has no row there; the first row says from when on there is one.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

# After all that was signed or closed: a programme's clock may be ahead of the server's. Its id is
# the least that there is, so that it stands before all.
FROM_NOW_ON = """
insert into log_entry (entry_id, taken_at, verb, role, changes, signers)
select '00000000-0000-7000-8000-000000000000', greatest(now(), max(at)), 'log.begin',
       'command_line', '{}', '{}'
  from (select signed_at as at from signature union all
        select signed_at from reversal_signature union all
        select approved_at from gate_approval union all
        select taken_at from user_step union all
        select closed_until from closed_book) steps
"""
# The books that days of are closed, and the moment of their rows, stand in ``close_book``.
FIRST_BOOK = "        when 'action' then 'recorded_at'"
NEW_BOOK = "        when 'log_entry' then 'taken_at'"


def restate_close_book(was: str, becomes: str) -> None:
    """Make the function anew as it stands, but for these lines."""
    found = op.get_bind().execute(
        sa.text("select pg_get_functiondef('close_book(text, timestamptz)'::regprocedure)")
    )
    stands = str(found.scalar_one())
    assert stands.count(was) == 1, "close_book is not as an earlier step left it"
    op.get_bind().exec_driver_sql(stands.replace(was, becomes))


def upgrade() -> None:
    op.create_table(
        "log_entry",
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("client_id", sa.Text(), nullable=True),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("subject_kind", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("signed", sa.Text(), nullable=True),
        sa.Column("signers", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("request_id", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_log_entry")),
    )
    for column in ("user_id", "verb", "subject", "organisation_id"):
        op.create_index(f"ix_log_entry_{column}", "log_entry", [column, "entry_id"])
    op.create_index("ix_log_entry_request_id", "log_entry", ["request_id"])
    op.create_index("ix_log_entry_taken_at", "log_entry", ["taken_at"], postgresql_using="brin")
    op.execute(FROM_NOW_ON)
    op.execute(
        "create trigger rows_are_final before update or delete or truncate on log_entry"
        " for each statement execute function rows_are_final()"
    )
    restate_close_book(FIRST_BOOK, f"{FIRST_BOOK}\n{NEW_BOOK}")


def downgrade() -> None:
    # What the log holds goes with it: export it before (`tanpuhui log --as csv`).
    restate_close_book(f"{FIRST_BOOK}\n{NEW_BOOK}", FIRST_BOOK)
    op.execute("delete from closed_book where table_name = 'log_entry'")
    op.drop_table("log_entry")
