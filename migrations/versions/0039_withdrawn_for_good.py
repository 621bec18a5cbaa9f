"""What somebody withdrew before leaving, and when they left, stands when they come back."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

OWNERS = (
    ("tombstone", "tombstone_digest", sa.LargeBinary()),
    ("inherited", "participant_id", sa.Uuid()),
)


def upgrade() -> None:
    for owner, named, kind in OWNERS:
        op.create_table(
            f"{owner}_withdrawal",
            sa.Column(named, kind, nullable=False),
            sa.Column("organisation_id", sa.Uuid(), nullable=False),
            sa.Column("scene", sa.Text(), nullable=False),
            sa.PrimaryKeyConstraint(
                named, "organisation_id", "scene", name=op.f(f"pk_{owner}_withdrawal")
            ),
        )
    op.create_table(
        "inherited_leaving",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("participant_id", name=op.f("pk_inherited_leaving")),
    )


def downgrade() -> None:
    for table in ("inherited_leaving", "inherited_withdrawal", "tombstone_withdrawal"):
        op.drop_table(table)
