"""Changes of hands are found by whose hands they were: statements are drawn from them."""

from alembic import op

revision = "0106"
down_revision = "0105"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("from_id", "to_id"):
        op.create_index(op.f(f"ix_unit_transfer_{column}"), "unit_transfer", [column])


def downgrade() -> None:
    for column in ("to_id", "from_id"):
        op.drop_index(op.f(f"ix_unit_transfer_{column}"), "unit_transfer")
