"""The points book: accounts, lots, transfers and the lots each of them touched."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _points_account() -> None:
    op.create_table(
        "points_account",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("debt", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("balance >= 0", name=op.f("ck_points_account_balance")),
        sa.CheckConstraint("debt >= 0", name=op.f("ck_points_account_debt")),
        sa.CheckConstraint("held >= 0", name=op.f("ck_points_account_held")),
        sa.PrimaryKeyConstraint("participant_id", name=op.f("pk_points_account")),
        postgresql_with={"fillfactor": "70"},
    )


def _points_cap() -> None:
    op.create_table(
        "points_cap",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("cap_code", sa.Text(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("granted", sa.Integer(), nullable=False),
        sa.CheckConstraint("granted >= 0", name=op.f("ck_points_cap_granted")),
        sa.PrimaryKeyConstraint(
            "participant_id", "cap_code", "period_start", name=op.f("pk_points_cap")
        ),
        postgresql_with={"fillfactor": "70"},
    )


def _points_lot() -> None:
    op.create_table(
        "points_lot",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("available_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted", sa.BigInteger(), nullable=False),
        sa.Column("remaining", sa.BigInteger(), nullable=False),
        sa.Column(
            "is_open", sa.Boolean(), sa.Computed("remaining > 0", persisted=True), nullable=False
        ),
        sa.CheckConstraint("expires_at > available_at", name=op.f("ck_points_lot_window")),
        sa.CheckConstraint("remaining between 0 and granted", name=op.f("ck_points_lot_remaining")),
        sa.PrimaryKeyConstraint("participant_id", "lot_id", name=op.f("pk_points_lot")),
        sa.UniqueConstraint(
            "participant_id",
            "expires_at",
            "available_at",
            name=op.f("uq_points_lot_participant_id_expires_at_available_at"),
        ),
        postgresql_with={"fillfactor": "70"},
    )
    op.create_index(
        "ix_points_lot_due",
        "points_lot",
        ["expires_at", "participant_id"],
        unique=False,
        postgresql_where=sa.text("is_open"),
    )


def _points_lot_use() -> None:
    op.create_table(
        "points_lot_use",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("points <> 0", name=op.f("ck_points_lot_use_points")),
        sa.PrimaryKeyConstraint(
            "participant_id", "transfer_id", "lot_id", name=op.f("pk_points_lot_use")
        ),
    )


def _points_transfer() -> None:
    op.create_table(
        "points_transfer",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("debit_account", sa.Text(), nullable=False),
        sa.Column("credit_account", sa.Text(), nullable=False),
        sa.Column("points", sa.BigInteger(), nullable=False),
        sa.Column("reference_id", sa.Uuid(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind in ('award', 'hold', 'release', 'spend', 'refund', 'clawback', 'owe',"
            " 'recover', 'expire')",
            name=op.f("ck_points_transfer_kind"),
        ),
        sa.CheckConstraint(
            "debit_account <> credit_account", name=op.f("ck_points_transfer_two_sides")
        ),
        sa.CheckConstraint("points > 0", name=op.f("ck_points_transfer_points")),
        sa.PrimaryKeyConstraint("participant_id", "transfer_id", name=op.f("pk_points_transfer")),
    )


def upgrade() -> None:
    _points_account()
    _points_cap()
    _points_lot()
    _points_lot_use()
    _points_transfer()


def downgrade() -> None:
    op.drop_table("points_transfer")
    op.drop_table("points_lot_use")
    op.drop_table("points_lot")
    op.drop_table("points_cap")
    op.drop_table("points_account")
