"""Links, requests and used assertions: a provider's word opens what the person linked, once."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    op.add_column("consent", sa.Column("channel", sa.Text(), nullable=True))
    op.create_check_constraint(
        op.f("ck_consent_channel"), "consent", "channel in ('login', 'provider', 'file')"
    )
    op.create_table(
        "link",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("subject_digest", sa.LargeBinary(), nullable=False),
        sa.Column("linked_by", sa.Text(), nullable=False),
        _moment("linked_at"),
        _moment("unlinked_at", nullable=True),
        sa.CheckConstraint("linked_by in ('person', 'provider')", name=op.f("ck_link_linked_by")),
        sa.PrimaryKeyConstraint("participant_id", "link_id", name=op.f("pk_link")),
    )
    op.create_table(
        "linked_subject",
        sa.Column("subject_digest", sa.LargeBinary(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("subject_digest", name=op.f("pk_linked_subject")),
    )
    _personal_request()
    op.create_table(
        "spent_assertion",
        sa.Column("assertion_digest", sa.LargeBinary(), nullable=False),
        _moment("expires_at"),
        sa.PrimaryKeyConstraint("assertion_digest", name=op.f("pk_spent_assertion")),
    )
    op.create_index("ix_spent_assertion_expires_at", "spent_assertion", ["expires_at"])


def _personal_request() -> None:
    op.create_table(
        "personal_request",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("request_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("scene", sa.Text(), nullable=True),
        sa.Column("text_version", sa.Text(), nullable=True),
        sa.Column("subject_digest", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        _moment("asked_at"),
        _moment("answered_at", nullable=True),
        sa.CheckConstraint("kind in ('consent', 'link')", name=op.f("ck_personal_request_kind")),
        sa.CheckConstraint(
            "state in ('open', 'confirmed', 'declined')", name=op.f("ck_personal_request_state")
        ),
        sa.CheckConstraint(
            "(state = 'open') = (answered_at is null)",
            name=op.f("ck_personal_request_answered_at"),
        ),
        sa.PrimaryKeyConstraint("participant_id", "request_id", name=op.f("pk_personal_request")),
    )


def downgrade() -> None:
    op.drop_table("spent_assertion")
    op.drop_table("personal_request")
    op.drop_table("linked_subject")
    op.drop_table("link")
    op.drop_constraint(op.f("ck_consent_channel"), "consent")
    op.drop_column("consent", "channel")
