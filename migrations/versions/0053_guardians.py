"""Children have guardians: who decides for them, and who asks to."""

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None

CHANNELS = "channel in ('login', 'provider', 'file'{})"


# The books that days of are closed, and the moment of their rows, stand in ``close_book``.
LAST_BOOK = "        when ''user_step'' then ''taken_at''"
NEW_BOOK = "        when ''guardian_change'' then ''asked_at''"


def restate_close_book(was: str, becomes: str) -> None:
    op.execute(
        "do $do$ begin execute replace("
        "pg_get_functiondef('close_book(text, timestamptz)'::regprocedure),"
        f" E'{was}', E'{becomes}'); end $do$"
    )


def upgrade() -> None:
    op.create_table(
        "guardianship",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("guardianship_id", sa.Uuid(), nullable=False),
        sa.Column("guardian_id", sa.Uuid(), nullable=False),
        sa.Column("text_version", sa.Text(), nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decides_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.CheckConstraint("how in ('service', 'evidence')", name=op.f("ck_guardianship_how")),
        sa.CheckConstraint(
            "ended_because in ('of_age', 'guardian_left', 'child_left', 'replaced')",
            name=op.f("ck_guardianship_ended_because"),
        ),
        sa.CheckConstraint(
            "(ended_at is null) = (ended_because is null)", name=op.f("ck_guardianship_ended")
        ),
        sa.PrimaryKeyConstraint("participant_id", "guardianship_id", name=op.f("pk_guardianship")),
    )
    standing = sa.text("ended_at is null")
    op.create_index(
        "ix_guardianship_standing",
        "guardianship",
        ["participant_id"],
        unique=True,
        postgresql_where=standing,
    )
    op.create_index("ix_guardianship_guardian_id", "guardianship", ["guardian_id"])
    op.create_index(
        "ix_guardianship_decides_from", "guardianship", ["decides_from"], postgresql_where=standing
    )
    op.create_table(
        "guardian_change",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("change_id", sa.Uuid(), nullable=False),
        sa.Column("guardian_id", sa.Uuid(), nullable=False),
        sa.Column("text_version", sa.Text(), nullable=False),
        sa.Column("evidence_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("participant_id", "change_id", name=op.f("pk_guardian_change")),
    )
    op.execute(
        "create trigger rows_are_final before update or delete or truncate on guardian_change"
        " for each statement execute function rows_are_final()"
    )
    restate_close_book(LAST_BOOK, f"{LAST_BOOK}\\n{NEW_BOOK}")
    op.drop_constraint(op.f("ck_consent_channel"), "consent")
    op.create_check_constraint(
        op.f("ck_consent_channel"), "consent", CHANNELS.format(", 'guardian'")
    )


def downgrade() -> None:
    # An earlier release knows no guardian: it would take what she said for the child's own word.
    op.execute(
        "update consent set withdrawn_at = now()"
        " where channel = 'guardian' and withdrawn_at is null"
    )
    op.execute("update consent set channel = null where channel = 'guardian'")
    op.drop_constraint(op.f("ck_consent_channel"), "consent")
    op.create_check_constraint(op.f("ck_consent_channel"), "consent", CHANNELS.format(""))
    restate_close_book(f"{LAST_BOOK}\\n{NEW_BOOK}", LAST_BOOK)
    op.execute("delete from closed_book where table_name = 'guardian_change'")
    op.drop_table("guardian_change")
    op.drop_table("guardianship")
