"""Mobile apps are registered, and sessions of people name the app through which they came.

Logins of before name none, and what was opened by a provider's word before is over within the hour.
"""

import sqlalchemy as sa
from alembic import op

revision = "0083"
down_revision = "0082"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mobile_app",
        sa.Column("app_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("platform", sa.Text(), nullable=False),
        sa.Column("store_id", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "platform in ('ios', 'android', 'harmony', 'mini_program')",
            name=op.f("ck_mobile_app_platform"),
        ),
        sa.CheckConstraint("state in ('registered', 'revoked')", name=op.f("ck_mobile_app_state")),
        sa.CheckConstraint(
            "(state = 'revoked') = (revoked_at is not null)", name=op.f("ck_mobile_app_revoked_at")
        ),
        sa.PrimaryKeyConstraint("app_id", name=op.f("pk_mobile_app")),
    )
    op.create_index("ix_mobile_app_organisation_id", "mobile_app", ["organisation_id", "app_id"])
    op.create_index(
        "uq_mobile_app_store_id",
        "mobile_app",
        ["platform", "store_id"],
        unique=True,
        postgresql_where=sa.text("state = 'registered'"),
    )
    op.create_table(
        "word_session",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("app_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("participant_id", "session_id", name=op.f("pk_word_session")),
    )
    op.create_index("ix_word_session_expires_at", "word_session", ["expires_at"])
    op.add_column("refresh_token", sa.Column("app_id", sa.Uuid(), nullable=True))


def downgrade() -> None:
    # An earlier release renews a login whatever becomes of its app: those of revoked apps end.
    op.execute(
        "update refresh_token t set revoked_at = now() from mobile_app a"
        " where a.app_id = t.app_id and a.state = 'revoked' and t.revoked_at is null"
    )
    op.drop_column("refresh_token", "app_id")
    op.drop_table("word_session")
    op.drop_table("mobile_app")
