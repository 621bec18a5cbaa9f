"""Certificates of what people saved in some days; nobody had one before."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BYTEA

revision = "0119"
down_revision = "0118"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "personal_certificate",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("certificate_id", sa.Uuid(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        *(
            sa.Column(name, sa.DateTime(timezone=True), nullable=False)
            for name in ("starts_at", "ends_at", "issued_at")
        ),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("actions", sa.BigInteger(), nullable=False),
        sa.Column("saved_mg", sa.BigInteger(), nullable=False),
        sa.Column("seal", BYTEA(), nullable=False),
        sa.CheckConstraint("actions > 0", name=op.f("ck_personal_certificate_actions")),
        sa.CheckConstraint(
            "first_day <= last_day and starts_at < ends_at",
            name=op.f("ck_personal_certificate_days"),
        ),
        sa.PrimaryKeyConstraint(
            "participant_id", "certificate_id", name=op.f("pk_personal_certificate")
        ),
    )
    op.create_index(
        op.f("ix_personal_certificate_certificate_id"), "personal_certificate", ["certificate_id"]
    )


def downgrade() -> None:
    # Whoever was shown one looks its number up.
    op.execute(
        """
        do $$ begin
          if exists (select from personal_certificate) then
            raise exception 'people hold certificates, which an earlier release cannot look up';
          end if;
        end $$
        """
    )
    op.drop_table("personal_certificate")
