"""What is done to organisations and to scenes is closed day by day, with the log.

Days that are anchored already have none of these steps, and are compared without them for ever.
"""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

TABLES = ("organisation_step", "scene_step")
# The books that days of are closed, and the moment of their rows, stand in ``close_book``.
FIRST_BOOK = "        when 'action' then 'recorded_at'"
NEW_BOOKS = "".join(f"\n        when '{table}' then 'taken_at'" for table in TABLES)


def restate_close_book(was: str, becomes: str) -> None:
    """Make the function anew as it stands, but for these lines."""
    found = op.get_bind().execute(
        sa.text("select pg_get_functiondef('close_book(text, timestamptz)'::regprocedure)")
    )
    stands = str(found.scalar_one())
    assert stands.count(was) == 1, "close_book is not as an earlier step left it"
    op.get_bind().exec_driver_sql(stands.replace(was, becomes))


def upgrade() -> None:
    for table in TABLES:
        op.create_index(f"ix_{table}_taken_at", table, ["taken_at"], postgresql_using="brin")
    restate_close_book(FIRST_BOOK, f"{FIRST_BOOK}{NEW_BOOKS}")


def downgrade() -> None:
    # A release before does not close them; what is closed of them is open again.
    restate_close_book(f"{FIRST_BOOK}{NEW_BOOKS}", FIRST_BOOK)
    for table in TABLES:
        op.execute(
            sa.text("delete from closed_book where table_name = :name").bindparams(name=table)
        )
        op.execute(f"alter table {table} drop constraint if exists ck_closed_days")
        op.drop_index(f"ix_{table}_taken_at", table_name=table)
