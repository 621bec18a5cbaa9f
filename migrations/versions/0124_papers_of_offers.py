"""Papers of nature offers, and the receipts of whoever gave an external benefit."""

import sqlalchemy as sa
from alembic import op

revision = "0124"
down_revision = "0123"
branch_labels = None
depends_on = None

_FORMS = "media_type in ('application/pdf', 'image/png', 'image/jpeg', 'image/webp')"


def upgrade() -> None:
    op.create_table(
        "offer_paper",
        sa.Column("offer_id", sa.Uuid(), nullable=False),
        sa.Column("paper_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("paper_no > 0", name=op.f("ck_offer_paper_number")),
        sa.CheckConstraint("kind in ('evidence', 'inspection')", name=op.f("ck_offer_paper_kind")),
        sa.CheckConstraint(_FORMS, name=op.f("ck_offer_paper_media_type")),
        sa.PrimaryKeyConstraint("offer_id", "paper_no", name=op.f("pk_offer_paper")),
        sa.UniqueConstraint("offer_id", "sha256", name=op.f("uq_offer_paper_offer_id_sha256")),
    )
    op.create_table(
        "redemption_receipt",
        sa.Column("redemption_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("redemption_id", name=op.f("pk_redemption_receipt")),
    )
    for table in ("offer_paper", "redemption_receipt"):
        op.execute(
            f"create trigger rows_are_final before update or delete or truncate on {table}"
            " for each statement execute function rows_are_final()"
        )


def downgrade() -> None:
    op.drop_table("redemption_receipt")
    op.drop_table("offer_paper")
