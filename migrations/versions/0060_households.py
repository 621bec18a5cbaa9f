"""Households: whose part is how much, as everybody in them agreed."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
ONE_AT_A_TIME = {
    "standing": "fixed_at is not null and ended_at is null",
    "waiting": "fixed_at is null and ended_at is null",
}


def upgrade() -> None:
    op.create_table(
        "household",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("founded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("household_id", name=op.f("pk_household")),
    )
    versions()
    members()


def versions() -> None:
    op.create_table(
        "household_version",
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("text_version", sa.Text(), nullable=False),
        sa.Column("wanted_from", sa.Date(), nullable=True),
        *(sa.Column(f"{name}_at", MOMENT, nullable=False) for name in ("proposed", "lapses")),
        sa.Column("fixed_at", MOMENT, nullable=True),
        *(sa.Column(f"holds_{name}", sa.Date(), nullable=True) for name in ("from", "until")),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "ended_because in ('superseded', 'left', 'declined', 'withdrawn', 'lapsed')",
            name=op.f("ck_household_version_ended_because"),
        ),
        sa.CheckConstraint(
            "(fixed_at is null) = (holds_from is null)", name=op.f("ck_household_version_fixed")
        ),
        sa.CheckConstraint("holds_from <= holds_until", name=op.f("ck_household_version_days")),
        sa.CheckConstraint(
            "(ended_at is null) = (ended_because is null)", name=op.f("ck_household_version_ended")
        ),
        sa.CheckConstraint(
            "(holds_until is null) = (ended_at is null or fixed_at is null)",
            name=op.f("ck_household_version_until"),
        ),
        sa.PrimaryKeyConstraint("household_id", "version_id", name=op.f("pk_household_version")),
    )
    for name, which in ONE_AT_A_TIME.items():
        op.create_index(
            f"ix_household_version_{name}",
            "household_version",
            ["household_id"],
            unique=True,
            postgresql_where=sa.text(which),
        )


def members() -> None:
    op.create_table(
        "household_member",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Uuid(), nullable=False),
        sa.Column("household_id", sa.Uuid(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_by", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "agreed_by in ('person', 'guardian')", name=op.f("ck_household_member_agreed_by")
        ),
        sa.CheckConstraint("parts between 0 and 10000", name=op.f("ck_household_member_parts")),
        sa.CheckConstraint(
            "(agreed_at is null) = (agreed_by is null)", name=op.f("ck_household_member_agreed")
        ),
        sa.PrimaryKeyConstraint("participant_id", "version_id", name=op.f("pk_household_member")),
    )
    op.create_index(
        "ix_household_member_household_id", "household_member", ["household_id", "version_id"]
    )


def downgrade() -> None:
    # An earlier release knows no household: what its people agreed to goes with it.
    op.drop_table("household_member")
    op.drop_table("household_version")
    op.drop_table("household")
