"""Complaints have files, sealed, and come from people without an account, known by a secret."""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None

FINAL = ("complaint_file",)


def upgrade() -> None:
    op.create_table(
        "complaint_file",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(sha256) = 32", name=op.f("ck_complaint_file_sha256")),
        sa.CheckConstraint("size_bytes > 0", name=op.f("ck_complaint_file_size_bytes")),
        sa.PrimaryKeyConstraint(
            "participant_id", "complaint_id", "file_id", name=op.f("pk_complaint_file")
        ),
    )
    op.create_table(
        "complaint_file_content",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint(
            "participant_id", "complaint_id", "file_id", name=op.f("pk_complaint_file_content")
        ),
    )
    # What is sealed is random: packing it again costs time and saves nothing.
    op.execute("alter table complaint_file_content alter column content set storage external")
    op.create_table(
        "complainant",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("secret_digest", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("length(wrapped) = 32", name=op.f("ck_complainant_wrapped")),
        sa.PrimaryKeyConstraint("participant_id", name=op.f("pk_complainant")),
    )
    for table in FINAL:
        op.execute(
            f"create trigger rows_are_final before update or delete or truncate on {table}"
            " for each statement execute function rows_are_final()"
        )


def downgrade() -> None:
    # An earlier release has no place for files, nor for who complains without an account.
    for table in ("complainant", "complaint_file_content", "complaint_file"):
        op.drop_table(table)
