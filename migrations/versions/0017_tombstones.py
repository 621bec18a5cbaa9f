"""Tombstones: what somebody who left has used and owes waits for whoever comes back as the same."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

KINDS = (
    "'award', 'hold', 'release', 'spend', 'refund', 'clawback', 'owe', 'recover', 'expire',"
    " 'write_off'"
)
TAKEN = "'owe', 'recover', 'write_off', 'expire', 'clawback'"


def upgrade() -> None:
    op.create_table(
        "tombstone",
        sa.Column("tombstone_digest", sa.LargeBinary(), nullable=False),
        sa.Column("debt", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_until", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("debt >= 0", name=op.f("ck_tombstone_debt")),
        sa.PrimaryKeyConstraint("tombstone_digest", name=op.f("pk_tombstone")),
    )
    op.create_index("ix_tombstone_kept_until", "tombstone", ["kept_until"])
    for owner, kind in (("tombstone", "tombstone_digest"), ("inherited", "participant_id")):
        _used(owner, kind)
    _allow(f"{KINDS}, 'carry'", f"{TAKEN}, 'carry'")


def _used(owner: str, named: str) -> None:
    first = sa.LargeBinary() if named == "tombstone_digest" else sa.Uuid()
    op.create_table(
        f"{owner}_cap",
        sa.Column(named, first, nullable=False),
        sa.Column("cap_code", sa.Text(), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("granted", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(named, "cap_code", "period_start", name=op.f(f"pk_{owner}_cap")),
    )
    op.create_table(
        f"{owner}_limit",
        sa.Column(named, first, nullable=False),
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("quantity", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(named, "offer_id", name=op.f(f"pk_{owner}_limit")),
    )


def downgrade() -> None:
    _allow(KINDS, TAKEN)
    for table in ("inherited_limit", "inherited_cap", "tombstone_limit", "tombstone_cap"):
        op.drop_table(table)
    op.drop_table("tombstone")


def _allow(kinds: str, taken: str) -> None:
    op.drop_constraint(op.f("ck_points_transfer_kind"), "points_transfer")
    op.create_check_constraint(
        op.f("ck_points_transfer_kind"), "points_transfer", f"kind in ({kinds})"
    )
    op.drop_index("ix_points_transfer_taken", "points_transfer")
    op.create_index(
        "ix_points_transfer_taken",
        "points_transfer",
        ["participant_id", "reference_id"],
        postgresql_where=sa.text(f"kind in ({taken})"),
    )
