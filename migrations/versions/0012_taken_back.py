"""Points taken back: what was kept of late reversals, debts that are let go, and ways to both."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

KINDS = "'award', 'hold', 'release', 'spend', 'refund', 'clawback', 'owe', 'recover', 'expire'"


def upgrade() -> None:
    op.add_column("reversal", sa.Column("points_kept", sa.Integer(), nullable=True))
    _allow(f"{KINDS}, 'write_off'")
    op.create_index(
        "ix_points_transfer_taken",
        "points_transfer",
        ["participant_id", "reference_id"],
        postgresql_where=sa.text("kind in ('owe', 'recover', 'write_off', 'expire', 'clawback')"),
    )
    op.create_index(
        "ix_points_account_owing",
        "points_account",
        ["participant_id"],
        postgresql_where=sa.text("debt > 0"),
    )


def downgrade() -> None:
    op.drop_index("ix_points_account_owing", "points_account")
    op.drop_index("ix_points_transfer_taken", "points_transfer")
    _allow(KINDS)
    op.drop_column("reversal", "points_kept")


def _allow(kinds: str) -> None:
    op.drop_constraint(op.f("ck_points_transfer_kind"), "points_transfer")
    op.create_check_constraint(
        op.f("ck_points_transfer_kind"), "points_transfer", f"kind in ({kinds})"
    )
