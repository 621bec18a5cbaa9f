"""Complaints: how each stands, what was done with it and said to it, and its number."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

FINAL = ("complaint_entry", "complaint_number")
OPEN = "state in ('filed', 'under_review', 'replied', 'escalated', 'upheld')"
OUTCOME = "outcome in ('credit', 'correct', 'refuse')"


def upgrade() -> None:
    _complaints()
    _what_was_said()
    for table in FINAL:
        op.execute(
            f"create trigger rows_are_final before update or delete or truncate on {table}"
            " for each statement execute function rows_are_final()"
        )


def _complaints() -> None:
    op.create_table(
        "complaint",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("behaviour", sa.Text(), nullable=True),
        sa.Column("occurred_on", sa.Date(), nullable=True),
        sa.Column("action_id", sa.Uuid(), nullable=True),
        sa.Column("provider_id", sa.Uuid(), nullable=True),
        sa.Column("redemption_id", sa.Uuid(), nullable=True),
        sa.Column("offer_id", sa.Uuid(), nullable=True),
        sa.Column("answerer", sa.Text(), nullable=False),
        sa.Column("answerer_id", sa.Uuid(), nullable=True),
        sa.Column("filed_by", sa.Text(), nullable=False),
        sa.Column("filer_id", sa.Uuid(), nullable=True),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledge_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reason_code", sa.Text(), nullable=True),
        sa.Column("credited_action_id", sa.Uuid(), nullable=True),
        sa.Column("answered_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "kind in ('missing_credit', 'wrong_credit', 'points', 'redemption', 'personal_data',"
            " 'other')",
            name=op.f("ck_complaint_kind"),
        ),
        sa.CheckConstraint(
            "answerer in ('provider', 'merchant', 'programme')",
            name=op.f("ck_complaint_answerer"),
        ),
        sa.CheckConstraint(
            "state in ('filed', 'under_review', 'replied', 'escalated', 'upheld', 'closed',"
            " 'withdrawn', 'person_left')",
            name=op.f("ck_complaint_state"),
        ),
        sa.CheckConstraint(OUTCOME, name=op.f("ck_complaint_outcome")),
        sa.CheckConstraint(f"(due_at is not null) = ({OPEN})", name=op.f("ck_complaint_one_clock")),
        sa.CheckConstraint(f"(ended_at is null) = ({OPEN})", name=op.f("ck_complaint_ended")),
        sa.PrimaryKeyConstraint("participant_id", "complaint_id", name=op.f("pk_complaint")),
    )
    op.create_index("ix_complaint_complaint_id", "complaint", ["complaint_id"])
    op.create_index("ix_complaint_filed_at", "complaint", ["filed_at"])
    op.create_index("ix_complaint_filer_id", "complaint", ["filer_id"])
    op.create_index(
        "ix_complaint_open",
        "complaint",
        ["due_at", "complaint_id"],
        postgresql_where=sa.text(OPEN),
    )
    op.create_index("ix_complaint_answerer_id", "complaint", ["answerer_id", "due_at"])
    op.create_index(
        "uq_complaint_credited_action_id",
        "complaint",
        ["participant_id", "credited_action_id"],
        unique=True,
        postgresql_where=sa.text("credited_action_id is not null"),
    )


def _what_was_said() -> None:
    op.create_table(
        "complaint_entry",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("reason_code", sa.Text(), nullable=True),
        sa.Column("action_id", sa.Uuid(), nullable=True),
        sa.Column("seal", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "step in ('file', 'message', 'acknowledge', 'reply', 'accept', 'escalate', 'decide',"
            " 'uphold', 'fulfil', 'withdraw', 'overrun', 'settle', 'leave')",
            name=op.f("ck_complaint_entry_step"),
        ),
        sa.CheckConstraint(OUTCOME, name=op.f("ck_complaint_entry_outcome")),
        sa.PrimaryKeyConstraint(
            "participant_id", "complaint_id", "entry_id", name=op.f("pk_complaint_entry")
        ),
    )
    op.create_table(
        "complaint_number",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("complaint_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_complaint_number")),
    )


def downgrade() -> None:
    # An earlier release has no place for complaints: answer them before.
    for table in ("complaint_number", "complaint_entry", "complaint"):
        op.drop_table(table)
