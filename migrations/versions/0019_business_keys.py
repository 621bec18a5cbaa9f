"""Business keys that never expire, and a payment that pays once."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# Payments named before are in the form in which they are compared from now on. Where one was
# named twice, the first trade keeps it; nothing is taken from the others.
NORMAL = (
    "coalesce(nullif(regexp_replace(lower(normalize(payment_reference, NFKC)),"
    " '[^[:alnum:]]', '', 'g'), ''), lower(normalize(payment_reference, NFKC)))"
)


def upgrade() -> None:
    op.create_table(
        "business_key",
        sa.Column("holder_id", sa.Uuid(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("holder_id", "verb", "reference", name=op.f("pk_business_key")),
    )
    op.add_column("trade", sa.Column("payment_key", sa.Text(), nullable=True))
    op.execute(
        f"""
        with named as (
          select trade_id, {NORMAL} as key,
                 row_number() over (partition by seller_id, {NORMAL} order by trade_id) as turn
            from trade
           where payment_reference is not null and state <> 'cancelled'
        )
        update trade set payment_key = named.key
          from named where named.trade_id = trade.trade_id and named.turn = 1
        """  # noqa: S608 - put together from constants
    )
    op.create_index(
        "ux_trade_payment",
        "trade",
        [
            sa.text("coalesce(seller_id, '00000000-0000-0000-0000-000000000000'::uuid)"),
            "payment_key",
        ],
        unique=True,
        postgresql_where=sa.text("payment_key is not null"),
    )


def downgrade() -> None:
    op.drop_index("ux_trade_payment", "trade")
    op.drop_column("trade", "payment_key")
    op.drop_table("business_key")
