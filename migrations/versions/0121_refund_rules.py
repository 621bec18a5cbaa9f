"""What becomes of points that are refunded after they expired: every offer so far loses them."""

import sqlalchemy as sa
from alembic import op

revision = "0121"
down_revision = "0120"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("offer", sa.Column("refund_valid_days", sa.Integer(), nullable=True))
    op.create_check_constraint(
        op.f("ck_offer_refund_valid_days"), "offer", "refund_valid_days between 1 and 366"
    )


def downgrade() -> None:
    # An earlier release would lose refunds that people were promised.
    op.execute(
        """
        do $$ begin
          if exists (select from offer where refund_valid_days is not null) then
            raise exception 'offers promise refunds of expired points';
          end if;
        end $$
        """
    )
    op.drop_constraint(op.f("ck_offer_refund_valid_days"), "offer")
    op.drop_column("offer", "refund_valid_days")
