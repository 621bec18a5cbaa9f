"""What sales of the programme's own units bring is shared by the programme's rule."""

import sqlalchemy as sa
from alembic import op

revision = "0100"
down_revision = "0099"
branch_labels = None
depends_on = None

TABLES = ("proceeds_distribution", "proceeds_trade", "proceeds_share")


def upgrade() -> None:
    op.create_table(
        "proceeds_distribution",
        sa.Column("distribution_id", sa.Uuid(), nullable=False),
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("programme_version", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.BigInteger(), nullable=False)
            for name in (
                "quantity_t",
                "amount_fen",
                "people_fen",
                "sponsors_fen",
                "programme_fen",
                "people",
                "saved_mg",
            )
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("distribution_id", name=op.f("pk_proceeds_distribution")),
        sa.CheckConstraint(
            "amount_fen = people_fen + sponsors_fen + programme_fen"
            " and least(people_fen, sponsors_fen, programme_fen) >= 0",
            name=op.f("ck_proceeds_distribution_parts"),
        ),
        sa.CheckConstraint(
            "people > 0 or people_fen = 0", name=op.f("ck_proceeds_distribution_people")
        ),
    )
    op.create_table(
        "proceeds_trade",
        sa.Column("trade_id", sa.Uuid(), nullable=False),
        sa.Column("distribution_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("trade_id", name=op.f("pk_proceeds_trade")),
    )
    op.create_index(
        op.f("ix_proceeds_trade_distribution_id"), "proceeds_trade", ["distribution_id"]
    )
    op.create_table(
        "proceeds_share",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("distribution_id", sa.Uuid(), nullable=False),
        sa.Column("saved_mg", sa.BigInteger(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "participant_id", "distribution_id", name=op.f("pk_proceeds_share")
        ),
        sa.CheckConstraint("saved_mg > 0 and fen >= 0", name=op.f("ck_proceeds_share_amounts")),
    )
    op.create_index(
        op.f("ix_proceeds_share_distribution_id"), "proceeds_share", ["distribution_id"]
    )
    op.create_index(
        "ix_trade_sold_by_programme",
        "trade",
        ["delivered_at"],
        postgresql_where=sa.text("state = 'delivered' and seller_id is null"),
    )
    for table in TABLES:
        op.execute(
            f"create trigger rows_are_final before update or delete or truncate on {table}"
            " for each statement execute function rows_are_final()"
        )


def downgrade() -> None:
    # What was promised to people is not forgotten, and the earlier audit knows no such posting.
    op.execute(
        """
        do $$ begin
          if exists (select from proceeds_distribution) then
            raise exception 'proceeds were shared among people';
          end if;
        end $$
        """
    )
    op.drop_index("ix_trade_sold_by_programme", "trade")
    for table in reversed(TABLES):
        op.drop_table(table)
