"""Replacements: units that holders give for what a bundle is short of, each with its posting.

No unit was given for a shortfall before: there was no way to. A downgrade keeps the lines of cover
and the postings of those that were; they are rows of closed days.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

BY_RESERVE = "(kind = 'reserve' and posting_id is not null and client_reference is null)"
BY_UNITS = "(kind = 'units' and posting_id is {}null and client_reference is not null)"
TRIGGER = """
create trigger rows_are_final before update or delete or truncate on replacement
    for each statement execute function rows_are_final()
"""


def upgrade() -> None:
    op.create_table(
        "replacement",
        sa.Column("replacement_id", sa.Uuid(), nullable=False),
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("block_id", sa.Uuid(), nullable=False),
        sa.Column("quantity_t", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("client_reference", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity_t > 0", name=op.f("ck_replacement_quantity_t")),
        sa.PrimaryKeyConstraint("replacement_id", name=op.f("pk_replacement")),
    )
    op.create_index("ix_replacement_bundle_id", "replacement", ["bundle_id", "replacement_id"])
    op.execute(TRIGGER)
    op.drop_constraint(op.f("ck_cover_kind"), "cover")
    op.create_check_constraint(
        op.f("ck_cover_kind"), "cover", f"{BY_RESERVE} or {BY_UNITS.format('not ')}"
    )


def downgrade() -> None:
    op.drop_constraint(op.f("ck_cover_kind"), "cover")
    # Not for the rows that are there: what was given stays, with its posting.
    op.execute(
        f"alter table cover add constraint ck_cover_kind check ({BY_RESERVE}"
        f" or {BY_UNITS.format('')}) not valid"
    )
    op.drop_table("replacement")
