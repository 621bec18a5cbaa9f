"""A complaint without an account has a secret of its own: a form sent twice files once."""

from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

_NAME = "uq_complainant_secret_digest"


def upgrade() -> None:
    op.create_unique_constraint(_NAME, "complainant", ["secret_digest"])


def downgrade() -> None:
    op.drop_constraint(_NAME, "complainant", type_="unique")
